import { expect, test } from 'vitest';
import type { Files } from '../github/repository.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** What a run costs in calls; a job's token has 1,000 an hour for the whole repository. */

const pullRequest = openScenarios();

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const statement = (resource: string): string =>
  `{ "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${resource}" }`;
const policy = (resource: string): string =>
  `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${statement(resource)}\n  ]\n}\n`;
const terraform = (name: string, resource: string): string =>
  `resource "aws_iam_policy" "${name}" {\n  policy = jsonencode({\n    Statement = [${statement(resource).replaceAll('":', '" =')}]\n  })\n}\n`;

const files = (count: number, text: string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`policies/p${index}.json`, text]));

/** The calls of a run; every write but the first waits for a second. */
async function callsOf(github: Scenario): Promise<string[]> {
  const { clock } = github.state;
  const [before, writes] = [clock.skipped, github.writes.length];
  github.calls.length = 0;
  await github.run();
  const pauses = Math.max(0, github.writes.length - writes - 1);
  expect(clock.skipped - before).toBeLessThanOrEqual(pauses * 1000);
  return [...github.calls];
}

const limit = (candidates: number): number => 6 + candidates / 25;

test('no candidate file: three calls', async () => {
  const github = await pullRequest({}, { 'src/index.ts': 'export {};\n' });
  expect((await callsOf(github)).length).toBeLessThanOrEqual(3);
});

test.each([
  ['clean and new', 1, {}, KEY],
  ['with a finding each, new', 1, {}, '*'],
  ['clean and new', 40, {}, KEY],
  ['with a finding each, new', 40, {}, '*'],
  ['clean and changed', 120, files(120, policy('*')), KEY],
  ['with a finding each, changed', 1, files(1, policy(KEY)), '*'],
  ['with a finding each, changed', 24, files(24, policy(KEY)), '*'],
  ['with a finding each, changed', 60, files(60, policy(KEY)), '*'],
  ['with a finding each, changed', 120, files(120, policy(KEY)), '*'],
] as const)('candidates, %s: %i files', async (_what, count, base, resource) => {
  const github = await pullRequest(base, files(count, policy(resource)));
  expect((await callsOf(github)).length).toBeLessThanOrEqual(limit(count));
});

test('Terraform: a module is read whole with the files that changed', async () => {
  const module = { 'infra/a.tf': terraform('a', KEY), 'infra/b.tf': terraform('b', KEY), 'infra/README.md': 'hello\n' };
  const github = await pullRequest(module, { 'infra/a.tf': terraform('a', '*') });
  expect((await callsOf(github)).length).toBeLessThanOrEqual(limit(1));
  expect(github.state.comments).toMatchObject([{ path: 'infra/a.tf' }]);
});

test('Terraform: many modules', async () => {
  const all = (resource: string): Files =>
    Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`m${index}/main.tf`, terraform('p', resource)]));
  const github = await pullRequest(all(KEY), all('*'));
  expect((await callsOf(github)).length).toBeLessThanOrEqual(limit(30));
});

test('every file on a schedule: what modules read is asked for together', async () => {
  const read = (name: string): string => `resource "aws_iam_policy" "p" {\n  policy = file("${name}.txt")\n}\n`;
  const modules = (count: number): Files =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index): [string, string][] => [
        [`m${index}/main.tf`, read(`p${index}`)],
        [`m${index}/p${index}.txt`, policy('*')],
      ]).flat(),
    );
  const callsFor = async (count: number): Promise<number> => {
    const github = await pullRequest(modules(count), {});
    const run = await github.run({ event: 'schedule', payload: { schedule: '17 4 * * 1' } });
    expect(run.outputs).toMatchObject({ findings: String(count) });
    return github.calls.length;
  };
  expect(await callsFor(40)).toBe(await callsFor(2));
});

test('a check run has at most a hundred annotations, and says so', async () => {
  const github = await pullRequest({}, files(110, policy('*')));
  const calls = await callsOf(github);
  expect(calls.filter((call) => call.includes('/check-runs'))).toHaveLength(2);
  const [run] = github.state.checkRuns;
  expect(run?.annotations).toHaveLength(100);
  expect(run?.summary).toContain('The first 100 are annotated.');
  // What does not fit into the table is counted under it.
  const rows = run?.summary.match(/\| error \|/g)?.length ?? 0;
  const more = Number(/\.\.\. and (\d+) more; 110 errors in all\./.exec(run?.summary ?? '')?.[1] ?? 0);
  expect([rows > 80, rows + more]).toEqual([true, 110]);
});

test('an equal second run costs no more than the first', async () => {
  const github = await pullRequest({}, files(10, policy('*')));
  const first = await callsOf(github);
  expect((await callsOf(github)).length).toBeLessThanOrEqual(first.length);
});
