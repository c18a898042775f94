import { expect, test } from 'vitest';
import type { Fault } from '../github/faults.ts';
import { type ActionRun, pullPayload, runBuilt } from '../github/run-action.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** Whatever goes wrong: the exit code is right, nothing is said twice, and every finding is shown somewhere. */

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
`;
const FILLER = Array.from({ length: 30 }, (_, index) => `  "line${index}": 1,\n`).join('');
/** Its condition goes, thirty lines below its resource: the finding is in no hunk. */
const guarded = (end: string): string =>
  `{\n  "Statement": [{"Sid": "Far", "Effect": "Allow", "Action": "kms:Decrypt",\n  "Resource": "*",\n${FILLER}${end}\n`;
const BASE = { 'far.json': guarded('  "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}}]}') };
const HEAD = { 'policy.json': POLICY, 'far.json': guarded('  "Note": 1}]}') };

const inputs = { 'summary-comment': 'true' };
const open = (): Promise<Scenario> => pullRequest(BASE, HEAD);

function expectShown(run: ActionRun): void {
  expect(run.code).toBe(1);
  expect(run.outputs).toMatchObject({ conclusion: 'failure', errors: '2' });
  for (const place of ['policy.json:4', 'far.json:3']) expect(run.summary).toContain(place);
  const files = run.annotations.flatMap(({ properties }) => properties['file'] ?? []);
  expect(files.sort()).toEqual(['far.json', 'policy.json']);
}

const keysOf = ({ state }: Scenario): string[] =>
  state.comments.map(({ body }) => /key=([0-9a-f]+)/.exec(body)?.[1] ?? '').sort();

const KINDS: Omit<Fault, 'match' | 'times'>[] = [
  { kind: 'status', status: 502 },
  { kind: 'status', status: 429, headers: { 'retry-after': '5' } },
  { kind: 'status', status: 403, message: 'You have exceeded a secondary rate limit.' },
  { kind: 'cut' },
  { kind: 'cut-after' },
  { kind: 'cut-within' },
  { kind: 'stored' },
];

test.each(KINDS)('%o once, at each call in turn', async (kind) => {
  const github = await open();
  const { state } = github;
  await github.run({ inputs });
  const calls = github.calls.length;
  expect(calls).toBeGreaterThan(6);
  for (let skip = 0; skip < calls; skip++) {
    Object.assign(state, { comments: [], reviews: [], issueComments: [], checkRuns: [] });
    state.faults.splice(0, 1, { match: '', skip, times: 1, ...kind });
    const run = await github.run({ inputs });
    expectShown(run);
    // One server error or cut connection is mended in the same run.
    expect(run.summary, `call ${skip}`).not.toContain('WARNING');
    expect(keysOf(github), `call ${skip}`).toHaveLength(2);
    // The next run mends what was left undone, and nothing is there twice.
    await github.run({ inputs });
    expect([keysOf(github).length, new Set(keysOf(github)).size], `call ${skip}`).toEqual([2, 2]);
    expect(state.issueComments, `call ${skip}`).toHaveLength(1);
    expect(state.checkRuns.at(-1)?.annotations, `call ${skip}`).toHaveLength(2);
  }
});

test.each([
  ['a server that takes nothing', 'POST /', { kind: 'status', status: 500 }],
  ['connections that are cut at every write', 'POST /', { kind: 'cut' }],
  ['a token that may write nothing', 'POST /', { kind: 'status', status: 403 }],
  ['a repository that is not there for writes', 'POST /', { kind: 'status', status: 404 }],
  ['content that is never taken', 'POST /', { kind: 'status', status: 422 }],
  ['an endless rate limit', 'POST /', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } }],
] as [string, string, Omit<Fault, 'match' | 'times'>][])('%s', async (_name, match, kind) => {
  const github = await open();
  github.state.faults.push({ match, times: 1000, ...kind });
  const run = await github.run({ inputs });
  expectShown(run);
  expect(run.summary).toContain('[!WARNING]');
  expect(github.state.comments).toEqual([]);
});

test('review comments that GitHub refuses for ever are in the summary, and nothing else is lost', async () => {
  const github = await open();
  github.state.faults.push({ match: 'POST /repos/o/r/pulls/1', times: 1000, kind: 'status', status: 422 });
  expectShown(await github.run({ inputs }));
  expect(github.state.issueComments).toHaveLength(1);
  expect(github.state.checkRuns).toHaveLength(1);
});

test('the primary limit runs out in the middle of the writes', async () => {
  const github = await open();
  const reset = Math.floor(github.state.clock.now() / 1000) + 3000;
  github.state.rates.primary = { limit: 1000, remaining: 4, reset, status: 403 };
  const run = await github.run({ inputs });
  expectShown(run);
  expect(run.summary).toContain("GitHub's rate limit");
  expect(run.summary).not.toContain('permissions');
});

test('a secondary limit in the middle of the writes is waited for', async () => {
  const github = await open();
  github.state.rates.secondary = { writes: 2, window: 10_000, status: 403, retryAfter: 10 };
  const run = await github.run({ inputs });
  expectShown(run);
  expect(run.summary).not.toContain('WARNING');
  expect(github.state.comments).toHaveLength(2);
});

test.each([
  ['the list of files', 'pulls/list-files'],
  ['the merge base', 'repos/compare-commits'],
])('without %s there is no review, and the job says so in one sentence', async (_name, match) => {
  const github = await open();
  github.state.faults.push({ match, times: 1000, kind: 'status', status: 503 });
  const run = await github.run({ inputs });
  expect(run.code).toBe(1);
  expect(run.annotations).toMatchObject([
    { level: 'error', message: expect.stringContaining('GitHub did not answer') },
  ]);
  expect(github.writes).toEqual([]);
});

test('without GraphQL everything is read by REST', async () => {
  const github = await open();
  github.state.faults.push({ match: 'GRAPHQL', times: 1000, kind: 'status', status: 502 });
  const run = await github.run({ inputs });
  expectShown(run);
  expect(run.summary).not.toContain('WARNING');
  expect(github.state.comments).toHaveLength(2);
});

test('a batch of contents that is too much is asked for in halves', async () => {
  const github = await open();
  github.state.faults.push({ match: 'GRAPHQL query', times: 7, kind: 'status', status: 502 });
  const run = await github.run({ inputs });
  expectShown(run);
  expect(github.calls.filter((call) => call.includes('/contents/'))).toEqual([]);
});

test('a run that is killed between review and summary is finished by the next one', async () => {
  const github = await open();
  const { state } = github;
  await runBuilt(github, {
    payload: pullPayload(state),
    inputs,
    entry: 'src/main.ts',
    onStart: (child) => {
      state.onCall = (call) => void (call.startsWith('GET /repos/o/r/issues/') && child.kill('SIGKILL'));
    },
  });
  state.onCall = () => undefined;
  expect([state.comments.length, state.issueComments.length, state.checkRuns.length]).toEqual([2, 0, 0]);
  const before = structuredClone(state.comments);
  await github.run({ inputs });
  expect(state.comments).toEqual(before);
  expect([state.issueComments.length, state.checkRuns.length]).toEqual([1, 1]);
});

test('a run that is killed within the review is finished by the next one', async () => {
  const github = await open();
  const { state } = github;
  await runBuilt(github, {
    payload: pullPayload(state),
    entry: 'src/main.ts',
    onStart: (child) => {
      state.onCall = (call) => void (call === 'POST /repos/o/r/pulls/1/comments' && child.kill('SIGKILL'));
    },
  });
  state.onCall = () => undefined;
  await github.run();
  expect(keysOf(github)).toHaveLength(2);
  expect(state.reviews.filter((review) => review.state === 'PENDING')).toEqual([]);
});

test('a job summary that cannot be written is in the log; outputs that cannot are said', async () => {
  const github = await open();
  const run = await github.run({ env: { GITHUB_STEP_SUMMARY: '/no/such/folder/summary.md' } });
  expect(run.code).toBe(1);
  expect(run.log).toContain('far.json:3');
  expect(run.annotations.map(({ message }) => message).join()).toContain('The job summary cannot be written');
});
