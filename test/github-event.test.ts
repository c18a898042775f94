import { expect, test } from 'vitest';
import { readEvent } from '../src/github/event.ts';

const ENV = { repository: 'o/r', sha: 'f'.repeat(40), actor: 'person' };
const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const pull = (headRepo: { id: number } | null): string =>
  JSON.stringify({
    pull_request: { number: 7, head: { sha: HEAD, repo: headRepo }, base: { sha: BASE, repo: { id: 1 } } },
  });

test('a pull request: its own head, never the test merge', () => {
  const event = readEvent('pull_request', pull({ id: 1 }), ENV);
  const common = { owner: 'o', repo: 'r', dependabot: false };
  expect(event).toEqual({ ...common, head: HEAD, base: BASE, pull: { number: 7, fork: false } });
});

test.each([
  ['pull_request', { id: 2 }, true],
  ['pull_request', null, true],
  ['pull_request_target', { id: 2 }, false],
])('%s of %o: a token that is read-only for being of a fork is %s', (name, repo, fork) => {
  expect(readEvent(name, pull(repo), ENV).pull?.fork).toBe(fork);
});

test('Dependabot is told by the actor', () => {
  expect(readEvent('pull_request', pull({ id: 1 }), { ...ENV, actor: 'dependabot[bot]' }).dependabot).toBe(true);
});

const NONE = '0'.repeat(40);
const repository = { default_branch: 'main' };
test.each([
  ['push', 'to a branch', { ref: 'refs/heads/main', before: BASE, after: HEAD }, { head: HEAD, base: BASE }],
  ['push', 'without more', { before: NONE, after: HEAD }, { head: HEAD, base: undefined }],
  [
    'push',
    'the first one of a branch',
    { ref: 'refs/heads/topic', before: NONE, after: HEAD, repository },
    { head: HEAD, base: 'main' },
  ],
  [
    'push',
    'the first one of the default branch',
    { ref: 'refs/heads/main', before: NONE, after: HEAD, repository },
    { head: HEAD, base: undefined },
  ],
  [
    'push',
    'a tag, which may be an object of its own',
    { ref: 'refs/tags/v1', before: NONE, after: HEAD, repository },
    { head: ENV.sha, base: 'main' },
  ],
  [
    'push',
    'a branch that is gone',
    { ref: 'refs/heads/topic', before: BASE, after: NONE, deleted: true, repository },
    { head: ENV.sha, base: ENV.sha },
  ],
  ['merge_group', '', { merge_group: { head_sha: HEAD, base_sha: BASE } }, { head: HEAD, base: BASE }],
  ['workflow_dispatch', '', {}, { head: ENV.sha, base: undefined }],
  ['schedule', '', {}, { head: ENV.sha, base: undefined }],
])('%s %s: nobody to comment to', (name, _what, payload, commits) => {
  expect(readEvent(name, JSON.stringify(payload), ENV)).toMatchObject({ ...commits, pull: undefined });
});

test.each([
  ['issues', '{}', 'the event "issues" cannot be reviewed'],
  ['pull_request', '{}', 'has no pull request'],
  ['pull_request', 'null', 'has no pull request'],
  ['merge_group', '{}', 'has no head_sha'],
  ['push', '{', 'is not JSON'],
])('%s with %s: one sentence', (name, payload, sentence) => {
  expect(() => readEvent(name, payload, ENV)).toThrow(sentence);
});
