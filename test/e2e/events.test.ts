import { expect, test } from 'vitest';
import { mergeGroupPayload, pullPayload, pushPayload } from '../github/events.ts';
import { RECOMMENDED, readOnly } from '../github/permissions.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** Every event that the documentation names, each with a real payload. */

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
`;
const OLD = POLICY.replace('"Use"', '"Old"');
const OFF = 'rules:\n  wildcard-resource: off\n';
const CONFIG = '.github/kms-policy-review.yml';

/** `old.json` has always been wrong; the pull request adds `policy.json`. */
const open = (options = {}): Promise<Scenario> => pullRequest({ 'old.json': OLD }, { 'policy.json': POLICY }, options);
const places = (github: Scenario): string[] => github.state.comments.map(({ path }) => path);

test.each(['opened', 'synchronize', 'reopened', 'ready_for_review', 'edited'] as const)(
  'pull_request %s: a review of what it brings',
  async (action) => {
    const github = await open();
    const run = await github.run({ payload: pullPayload(github.state, { action }) });
    expect(run.code).toBe(1);
    expect(places(github)).toEqual(['policy.json']);
    expect(github.state.checkRuns).toMatchObject([{ headSha: github.state.head }]);
  },
);

test('a draft is reviewed like any other, and nothing again when it is ready', async () => {
  const github = await open();
  await github.run({ payload: pullPayload(github.state, { draft: true }) });
  const run = await github.run({ payload: pullPayload(github.state, { action: 'ready_for_review' }) });
  expect(run.code).toBe(1);
  expect(places(github)).toEqual(['policy.json']);
});

test('scope all: files that the pull request does not touch too, with the configuration of the base', async () => {
  const github = await pullRequest(
    { 'old.json': OLD, 'seen.json': OLD, [CONFIG]: 'paths-ignore: [seen.json]\n' },
    { 'README.md': 'No file that could hold a policy.\n' },
  );
  const run = await github.run({ inputs: { scope: 'all' } });
  expect(run.outputs).toMatchObject({
    conclusion: 'failure',
    findings: '1',
    'new-access': 'false',
    incomplete: 'false',
  });
  expect(run.annotations).toMatchObject([{ properties: { file: 'old.json' } }]);
  // Nothing of it is in the diff.
  expect(places(github)).toEqual([]);
  github.state.move({ head: github.state.repository.commitOn(github.state.head, { 'policy.json': POLICY }) });
  const both = await github.run({ inputs: { scope: 'all' } });
  expect(both.outputs).toMatchObject({ findings: '2', 'new-access': 'true' });
  expect(places(github)).toEqual(['policy.json']);
});

test('edited: with another base other findings are new', async () => {
  const github = await open();
  await github.run();
  const { state } = github;
  // The new base has not got old.json, so that the same head brings it too.
  const base = state.repository.git('commit-tree', `${state.base}^{tree}`, '-m', 'root').trim();
  const bare = state.repository.commitOn(base, { 'old.json': null });
  const head = state.repository.commitOn(bare, { 'old.json': OLD, 'policy.json': POLICY });
  state.move({ base: bare, head });
  const run = await github.run({ payload: pullPayload(state, { action: 'edited' }) });
  expect(run.outputs).toMatchObject({ findings: '2' });
  expect(places(github).sort()).toEqual(['old.json', 'policy.json']);
});

test('pull_request_target of a fork: comments, and the configuration of the base', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY, [CONFIG]: OFF });
  const payload = pullPayload(github.state, { fork: true });
  const run = await github.run({ event: 'pull_request_target', payload });
  expect(run.code).toBe(1);
  expect(places(github)).toEqual(['policy.json']);
});

test('a fork: the token is read-only, everything is in summary and annotations', async () => {
  const github = await open({ permissions: readOnly(RECOMMENDED) });
  const run = await github.run({ payload: pullPayload(github.state, { fork: true }) });
  expect(run.code).toBe(1);
  expect(run.summary).toContain('pull requests from forks');
  expect(run.summary).toContain('`policy.json:4`');
  expect(run.annotations).toContainEqual(
    expect.objectContaining({ level: 'error', properties: expect.objectContaining({ file: 'policy.json' }) }),
  );
  expect(run.outputs).toMatchObject({ conclusion: 'failure', errors: '1' });
});

test('a private fork whose token may write gets a review', async () => {
  const github = await open();
  await github.run({ payload: pullPayload(github.state, { fork: true }) });
  expect(places(github)).toEqual(['policy.json']);
});

test('Dependabot: the same, with what to do about it', async () => {
  const github = await open({ permissions: readOnly(RECOMMENDED) });
  const run = await github.run({ env: { GITHUB_ACTOR: 'dependabot[bot]' } });
  expect(run.code).toBe(1);
  expect(run.summary).toContain("Dependabot's runs a read-only token");
  expect(run.summary).toContain('`permissions: pull-requests: write`');
});

test('merge_group: what the group brings, no comments, the same gate', async () => {
  const github = await open();
  const run = await github.run({ event: 'merge_group', payload: mergeGroupPayload(github.state) });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '1' });
  expect(run.summary).toContain('`policy.json:4`');
  expect(places(github)).toEqual([]);
  expect(github.state.checkRuns).toMatchObject([{ headSha: github.state.head, conclusion: 'failure' }]);
});

test('push: what the push brings, with the configuration from before it', async () => {
  const github = await pullRequest({ 'old.json': OLD }, { 'policy.json': POLICY, [CONFIG]: OFF });
  const run = await github.run({ event: 'push', payload: pushPayload(github.state) });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '1' });
  expect(places(github)).toEqual([]);
});

const NONE = '0'.repeat(40);

test('the first push of the default branch: every file', async () => {
  const github = await open();
  const payload = pushPayload(github.state, { before: NONE });
  const run = await github.run({ event: 'push', payload });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '2' });
});

test('the first push of another branch: what the default branch has not, with its configuration', async () => {
  const github = await pullRequest({ 'old.json': OLD }, { 'policy.json': POLICY, [CONFIG]: OFF });
  const payload = pushPayload(github.state, { before: NONE, branch: 'topic' });
  const run = await github.run({ event: 'push', payload });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '1' });
});

test('a push whose commit before is gone: every file, and it is said', async () => {
  const github = await open();
  const run = await github.run({ event: 'push', payload: pushPayload(github.state, { before: 'e'.repeat(40) }) });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '2' });
  expect(run.annotations.map(({ message }) => message).join()).toContain('every file was reviewed');
});

test('a branch that was deleted: nothing to look at', async () => {
  const github = await open();
  const payload = { ...pushPayload(github.state), after: NONE, deleted: true };
  const run = await github.run({ event: 'push', payload });
  expect(run.code).toBe(0);
  expect(github.calls.filter((call) => call.startsWith('GET'))).toEqual([]);
});

test('a push of more files than a comparison shows: the trees are compared', async () => {
  const many = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`a/${index}.txt`, 'text\n']));
  const github = await pullRequest(
    { 'zz/moved.json': OLD, 'zz/same.json': OLD },
    { ...many, 'zz/moved.json': null, 'zz/other.json': OLD, 'zz/policy.json': POLICY },
  );
  const run = await github.run({ event: 'push', payload: pushPayload(github.state) });
  expect(run.outputs).toMatchObject({ findings: '1', incomplete: 'false' });
  expect(run.summary).toContain('`zz/policy.json:4`');
});

test.each(['workflow_dispatch', 'schedule'])('%s: every file of the commit', async (event) => {
  const github = await open();
  const payload = event === 'schedule' ? { schedule: '17 4 * * 1' } : { inputs: null, ref: 'refs/heads/main' };
  const run = await github.run({ event, payload });
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ findings: '2' });
  expect(github.state.checkRuns).toHaveLength(1);
});

test('an Enterprise Server: other paths, the same review', async () => {
  const github = await open({ ghes: true });
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(places(github)).toEqual(['policy.json']);
});

test('a base that moved on, in every event that compares', async () => {
  for (const event of ['pull_request', 'merge_group', 'push'] as const) {
    const github = await open();
    const { state } = github;
    state.move({ base: state.repository.commitOn(state.base, { 'theirs.json': POLICY }) });
    const payload = { pull_request: pullPayload, merge_group: mergeGroupPayload, push: pushPayload }[event](state);
    const run = await github.run({ event, payload });
    expect(run.outputs, event).toMatchObject({ findings: '1' });
    expect(run.summary, event).not.toContain('theirs.json');
  }
});
