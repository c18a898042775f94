import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pushPayload } from '../github/events.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** With a checkout in the workspace fewer things are asked of GitHub, and the review is the same. */

const pullRequest = openScenarios();

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
`;
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const CLEAN = POLICY.replace('"*"', `"${KEY}"`);
const terraform = (keys: string): string =>
  `resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "kms:Decrypt",\n      Resource = ${keys} }]\n  })\n}\n`;
const BASE = {
  'policy.json': CLEAN,
  'infra/main.tf': terraform('local.keys'),
  'infra/locals.tf': `locals {\n  keys = "${KEY}"\n}\n`,
};
const HEAD = { 'policy.json': POLICY, 'infra/locals.tf': 'locals {\n  keys = "*"\n}\n' };

/** What actions/checkout leaves: a clone of the repository, whole or with one commit of it. */
function checkout({ state }: Scenario, { depth, at = state.head }: { depth?: number; at?: string } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-workspace-'));
  folders.push(folder);
  const run = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  state.repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  run('init', '-q');
  run('remote', 'add', 'origin', `file://${state.repository.folder}`);
  run('fetch', '-q', ...(depth === undefined ? [] : [`--depth=${depth}`]), 'origin', at, 'main');
  run('checkout', '-q', '--detach', at);
  return folder;
}

const reads = (github: Scenario): string[] =>
  github.calls.splice(0).filter((call) => !github.writes.includes(call) && !call.includes('/pulls/'));

test('a checkout with the history saves the comparison and the contents', async () => {
  const github = await pullRequest(BASE, HEAD);
  const without = await github.run();
  const comments = structuredClone(github.state.comments);
  expect(reads(github)).toContain('GRAPHQL query');
  const run = await github.run({ env: { GITHUB_WORKSPACE: checkout(github) } });
  // The conversation is all that is left to ask for.
  expect(reads(github)).toEqual(['GRAPHQL query']);
  expect([run.outputs, run.summary]).toEqual([without.outputs, without.summary]);
  expect(github.state.comments).toEqual(comments);
});

test.each([
  ['one commit of the head', (github: Scenario) => checkout(github, { depth: 1 })],
  [
    'the test merge only',
    (github: Scenario) => {
      const { repository, base, head } = github.state;
      return checkout(github, { depth: 1, at: repository.testMerge(base, head) ?? '' });
    },
  ],
  ['no repository', () => mkdtempSync(join(tmpdir(), 'kms-policy-review-workspace-'))],
  [
    'files that look like a repository',
    (github: Scenario) => {
      const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-workspace-'));
      execFileSync('git', ['clone', '-q', '--bare', github.state.repository.folder, folder], { stdio: 'pipe' });
      return folder;
    },
  ],
  [
    'a repository that is broken',
    (github: Scenario) => {
      const folder = checkout(github);
      rmSync(join(folder, '.git', 'objects'), { recursive: true });
      mkdirSync(join(folder, '.git', 'objects'));
      return folder;
    },
  ],
])('%s in the workspace: the same review', async (_name, workspace) => {
  const github = await pullRequest(BASE, HEAD);
  const without = await github.run();
  const folder = workspace(github);
  folders.push(folder);
  const run = await github.run({ env: { GITHUB_WORKSPACE: folder } });
  expect([run.outputs, run.summary]).toEqual([without.outputs, without.summary]);
});

test('what stands in the work tree, and what replaces an object, does not matter', async () => {
  const github = await pullRequest(BASE, HEAD);
  const without = await github.run();
  const folder = checkout(github);
  const run = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'policy.json'), CLEAN);
  run('replace', run('rev-parse', `${github.state.head}:policy.json`), run('hash-object', '-w', 'policy.json'));
  const again = await github.run({ env: { GITHUB_WORKSPACE: folder } });
  expect(again.summary).toBe(without.summary);
});

test('on a schedule a checkout of one commit is all that is read', async () => {
  const github = await pullRequest(BASE, HEAD);
  const env = { GITHUB_WORKSPACE: checkout(github, { depth: 1 }) };
  const run = await github.run({ event: 'schedule', payload: {}, env });
  expect(run.outputs).toMatchObject({ findings: '2', errors: '2' });
  expect(github.calls.filter((call) => !call.includes('/check-runs'))).toEqual([]);
});

test('on a push with the history the comparison is all that is asked for', async () => {
  const github = await pullRequest(BASE, HEAD);
  const env = { GITHUB_WORKSPACE: checkout(github) };
  const run = await github.run({ event: 'push', payload: pushPayload(github.state), env });
  expect(run.outputs).toMatchObject({ findings: '2' });
  expect(github.calls.filter((call) => !call.includes('/check-runs'))).toHaveLength(1);
});
