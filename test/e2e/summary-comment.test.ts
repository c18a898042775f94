import { expect, test } from 'vitest';
import { openScenarios, type Scenario } from '../github/scenario.ts';

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
}
`;
const CLEAN = POLICY.replace('"*"', '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"');

const run = (github: Scenario) => github.run({ inputs: { 'summary-comment': 'true' } });
/** The writes to the conversation since they were last asked for. */
const writesOf = (github: Scenario): string[] => github.writes.splice(0).filter((one) => one.includes('/issues/'));

test('one comment sums the review up; an equal run writes nothing', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await run(github);
  expect(github.state.issueComments).toHaveLength(1);
  expect(github.state.issueComments[0]?.body).toContain('1 error in the KMS access of 1 file.');
  writesOf(github);
  const again = await run(github);
  expect(writesOf(github)).toEqual([]);
  expect(again.code).toBe(1);
  expect(github.violations).toEqual([]);
});

test('it is edited in place, also to say that all is fixed, and never doubled', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await run(github);
  const [{ id } = { id: 0 }] = github.state.issueComments;
  github.state.push({ 'other.json': POLICY });
  await run(github);
  expect(github.state.issueComments).toMatchObject([{ id, body: expect.stringContaining('2 errors') }]);
  github.state.push({ 'policy.json': CLEAN, 'other.json': CLEAN });
  await run(github);
  expect(github.state.issueComments).toMatchObject([{ id, body: expect.stringContaining('No KMS policy mistake') }]);
  expect(github.violations).toEqual([]);
});

test('a clean pull request gets none', async () => {
  const github = await pullRequest({}, { 'policy.json': CLEAN });
  await run(github);
  expect(github.state.issueComments).toEqual([]);
});

test("somebody else's comment with our marker is left alone", async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  const pasted = github.state.addIssueComment('mine\n\n<!-- kms-policy-review:summary:v1 -->', 'person').id;
  await run(github);
  expect(github.state.issueComments.find(({ id }) => id === pasted)?.body).toContain('mine');
  expect(github.state.issueComments).toHaveLength(2);
});

test('of two that runs at the same time posted the oldest is kept', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  const first = github.state.addIssueComment('old\n\n<!-- kms-policy-review:summary:v1 -->').id;
  github.state.addIssueComment('new\n\n<!-- kms-policy-review:summary:v1 -->');
  await run(github);
  expect(github.state.issueComments).toMatchObject([{ id: first, body: expect.stringContaining('1 error') }]);
});

test('a token that may not write is said, and changes nothing else', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY }, { permissions: { 'pull-requests': 'read' } });
  const { code, summary } = await run(github);
  expect(code).toBe(1);
  expect(github.state.issueComments).toEqual([]);
  expect(summary).toContain('may not post the summary comment');
});

test('it is off where nobody asks for it, and a wrong value is an error', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  expect(github.state.issueComments).toEqual([]);
  const wrong = await github.run({ inputs: { 'summary-comment': 'yes' } });
  expect(wrong.code).toBe(1);
  expect(JSON.stringify(wrong.annotations)).toContain('the input summary-comment is \\"yes\\"; it can be true, false');
});
