import { expect, test } from 'vitest';
import type { Files } from '../github/repository.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** What a run costs in calls; a job's token has 1,000 an hour for the whole repository. */

const pullRequest = openScenarios();

const statement = (sid: string, resource: string): string =>
  `{ "Sid": "${sid}", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${resource}" }`;
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const policy = (resource: string): string =>
  `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${statement('Use', resource)}\n  ]\n}\n`;

const files = (count: number, text: string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`policies/p${index}.json`, text]));

async function callsOf(github: Scenario): Promise<number> {
  github.calls.length = 0;
  await github.run();
  expect(github.violations).toEqual([]);
  return github.calls.length;
}

test.each([
  ['clean and new', 1, {}, KEY],
  ['with a finding each, new', 1, {}, '*'],
  ['clean and new', 40, {}, KEY],
  ['with a finding each, new', 40, {}, '*'],
  ['clean and changed', 120, files(120, policy('*')), KEY],
] as const)('candidates, %s: %i files', async (_what, count, base, resource) => {
  const github = await pullRequest(base, files(count, policy(resource)));
  expect(await callsOf(github)).toBeLessThanOrEqual(6 + count / 25);
});

test('an equal second run costs no more than the first', async () => {
  const github = await pullRequest({}, files(10, policy('*')));
  const first = await callsOf(github);
  expect(await callsOf(github)).toBeLessThanOrEqual(first);
});
