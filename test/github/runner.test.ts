import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { readAnnotations, readOutputs } from './commands.ts';
import { mergeGroupPayload, pullPayload, pushPayload } from './events.ts';
import { type GitHub, type GitHubOptions, gitRepo, startGitHub } from './github.ts';
import { runBuilt } from './run-action.ts';

const open: GitHub[] = [];
afterEach(async () => {
  for (const github of open.splice(0)) await github.close();
});

async function start(options: Omit<GitHubOptions, 'repo'> = {}): Promise<GitHub> {
  const repo = gitRepo({ base: { 'a.txt': 'a\n' }, head: { 'a.txt': 'b\n' }, baseLater: { 'b.txt': 'b\n' } });
  const github = await startGitHub({ repo, ...options });
  open.push(github);
  return github;
}

test.each(['opened', 'synchronize', 'reopened', 'edited', 'ready_for_review'] as const)(
  "a payload of `%s` has the fixture's commits and names",
  async (action) => {
    const { state } = await start({ pull: { number: 7 } });
    const payload = pullPayload(state, { action });
    expect(payload).toMatchObject({
      action,
      number: 7,
      repository: { full_name: 'o/r', name: 'r' },
      pull_request: {
        number: 7,
        head: { sha: state.head, repo: { full_name: 'o/r' } },
        base: { sha: state.base, repo: { full_name: 'o/r' } },
      },
      ...(action === 'edited' ? { changes: { base: { ref: { from: 'release' } } } } : {}),
    });
  },
);

test('a fork is another repository', async () => {
  const { state } = await start();
  const payload = pullPayload(state, { fork: true, draft: true });
  expect(payload).toMatchObject({
    pull_request: { draft: true, head: { repo: { id: 999, full_name: 'stranger/r', fork: true } } },
  });
  expect(payload).toMatchObject({ pull_request: { base: { repo: { full_name: 'o/r', fork: false } } } });
});

test('the other events', async () => {
  const { state } = await start();
  const { base, head } = state;
  expect(mergeGroupPayload(state)).toMatchObject({ merge_group: { base_sha: base, head_sha: head } });
  expect(pushPayload(state)).toMatchObject({ before: base, after: head, created: false, deleted: false });
  expect(pushPayload(state, { before: '0'.repeat(40) })).toMatchObject({ created: true });
});

test('on `pull_request` GITHUB_SHA is the test merge, not the head', async () => {
  const github = await start();
  const { repository, base, head } = github.state;
  const env = github.env('pull_request', pullPayload(github.state), { 'fail-on': 'never' });
  expect(repository.git('rev-list', '--parents', '-1', env['GITHUB_SHA'] ?? '').split(/\s/)).toEqual([
    env['GITHUB_SHA'],
    base,
    head,
    '',
  ]);
  expect(env).toMatchObject({ GITHUB_API_URL: github.url, 'INPUT_FAIL-ON': 'never', GITHUB_REF: 'refs/pull/1/merge' });
  expect(JSON.parse(readFileSync(env['GITHUB_EVENT_PATH'] ?? '', 'utf8'))).toMatchObject({ action: 'opened' });
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_PATH'])
    expect(readFileSync(env[name] ?? '', 'utf8')).toBe('');
  rmSync(env['HOME'] ?? '', { recursive: true });
});

test('an entry runs in that environment alone', async () => {
  const github = await start({ ghes: true });
  const script = join(tmpdir(), `kms-policy-review-entry-${process.pid}.mjs`);
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs';
    appendFileSync(process.env.GITHUB_OUTPUT, 'list<<ghadelimiter_1\\na\\nb\\nghadelimiter_1\\n');
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Summary');
    const token = process.env['INPUT_GITHUB-TOKEN'];
    const answer = await fetch(process.env.GITHUB_API_URL + '/repos/o/r/pulls/1', { headers: { authorization: 'token ' + token } });
    console.log('::warning file=a%2Cb,line=1::status ' + answer.status);
    console.error(Object.keys(process.env).filter((name) => !/^(GITHUB|RUNNER|INPUT)_|^(PATH|HOME|CI)$/.test(name)).join());
    process.exitCode = 3;`,
  );
  const entry = relative(fileURLToPath(new URL('../..', import.meta.url)), script);
  const run = await runBuilt(github, { payload: pullPayload(github.state), entry });
  rmSync(script);
  expect(run).toMatchObject({
    code: 3,
    stderr: '\n',
    outputs: { list: 'a\nb' },
    summary: '# Summary',
    annotations: [{ level: 'warning', properties: { file: 'a,b', line: '1' }, message: 'status 200' }],
  });
  expect(github.violations).toEqual([]);
});

test('annotations are read as the runner reads them', () => {
  const printed = [
    'text ::error::not at the start',
    '::error file=a%3Ab%2520.json,line=3,title=x::two%0Alines, %25',
    '::debug::no annotation',
    '::notice::',
  ].join('\n');
  expect(readAnnotations(printed)).toEqual([
    { level: 'error', properties: { file: 'a:b%20.json', line: '3', title: 'x' }, message: 'two\nlines, %' },
    { level: 'notice', properties: {}, message: '' },
  ]);
});

test('outputs: with a delimiter, of several lines, empty, and plain', () => {
  const text = 'a<<X\n1\nb=2\nX\nempty<<Y\n\nY\nplain=x=y\n';
  expect(readOutputs(text)).toEqual({ a: '1\nb=2', empty: '', plain: 'x=y' });
  expect(() => readOutputs('a<<X\n1\n')).toThrow('has no end');
});
