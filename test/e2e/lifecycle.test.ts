import { expect, test } from 'vitest';
import type { Files } from '../github/repository.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';

/** What becomes of comments over time: pushes, force-pushes, people, and runs at the same time. */

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Use",
      "Effect": "Allow",
      "Action": "kms:Decrypt",
      "Resource": "*"
    }
  ]
}
`;
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const CLEAN = POLICY.replace('"*"', `"${KEY}"`);
const OTHER = POLICY.replace('"Use"', '"Other"');

const bodies = (github: Scenario): string[] => github.state.comments.map(({ body }) => body);
const only = (github: Scenario) => {
  expect(github.state.comments).toHaveLength(1);
  return github.state.comments[0] as (typeof github.state.comments)[number];
};
const resolving = { permissions: { contents: 'write' } } as const;

async function reviewed(head: Files = { 'policy.json': POLICY }, options = {}): Promise<Scenario> {
  const github = await pullRequest({}, head, options);
  await github.run();
  return github;
}

/** The same change on top of another commit, as `git rebase` and `git commit --amend` leave it. */
function rebase({ state }: Scenario, files: Files, base = state.base): void {
  state.move({ base, head: state.repository.commitOn(base, files) });
}

test('a force-push of the same change says nothing again', async () => {
  const github = await reviewed();
  const before = structuredClone(github.state.comments);
  rebase(github, { 'policy.json': POLICY });
  await github.run();
  expect(github.state.comments.map(({ id, body }) => [id, body])).toEqual(before.map(({ id, body }) => [id, body]));
  expect(github.state.reviews).toHaveLength(1);
});

test('a force-push that moves the lines: one comment, which names the line where it does not stand on it', async () => {
  const github = await reviewed();
  const { id } = only(github);
  // Everything was written anew, so that GitHub lost the place.
  rebase(github, { 'policy.json': POLICY.replaceAll('  ', '    ').replace('{\n', '{\n\n') });
  await github.run();
  expect(only(github)).toMatchObject({ id, line: null });
  expect(only(github).body).toContain('line 9');
});

test('a rebase onto a base that moved on says nothing again', async () => {
  const github = await reviewed();
  const { id } = only(github);
  const base = github.state.repository.commitOn(github.state.base, { 'other.json': OTHER });
  rebase(github, { 'policy.json': POLICY }, base);
  const run = await github.run();
  expect(only(github).id).toBe(id);
  expect(run.outputs).toMatchObject({ findings: '1' });
});

test('of what is fixed the comment is edited and hidden where its thread cannot be resolved', async () => {
  const github = await reviewed();
  const head = github.state.push({ 'policy.json': CLEAN });
  await github.run();
  expect(only(github)).toMatchObject({ minimized: 'RESOLVED', resolvedBy: null });
  expect(only(github).body).toContain(`Fixed in ${head}`);
  github.state.push({ 'policy.json': POLICY });
  await github.run();
  expect(only(github)).toMatchObject({ minimized: null });
  expect(only(github).body).not.toContain('Fixed in');
});

test('its thread is resolved where the token may, and opened again when the mistake comes back', async () => {
  const github = await reviewed(undefined, resolving);
  github.state.push({ 'policy.json': CLEAN });
  await github.run();
  expect(only(github)).toMatchObject({ minimized: null, resolvedBy: 'github-actions[bot]' });
  github.state.push({ 'policy.json': POLICY });
  await github.run();
  expect(only(github)).toMatchObject({ resolvedBy: null });
  expect(only(github).body).not.toContain('Fixed in');
});

test('a mistake that comes back after a person closed the thread is said anew', async () => {
  const github = await reviewed();
  github.state.push({ 'policy.json': CLEAN });
  await github.run();
  github.state.resolve(only(github).id);
  github.state.push({ 'policy.json': POLICY });
  const run = await github.run();
  expect(github.state.comments).toHaveLength(2);
  expect(github.state.comments[0]?.body).toContain('Fixed in');
  expect(github.state.comments[1]).toMatchObject({ line: 8, resolvedBy: null });
  expect(run.summary).not.toContain('Acknowledged');
});

test('two jobs that look at different files leave the comments of the other one alone', async () => {
  const github = await pullRequest({}, { 'a/policy.json': POLICY, 'b/policy.json': OTHER });
  const [a, b] = [{ paths: 'a/' }, { paths: 'b/' }];
  for (const inputs of [a, b, a, b]) expect((await github.run({ inputs })).code).toBe(1);
  expect(github.state.comments.map(({ path, minimized }) => [path, minimized])).toEqual([
    ['a/policy.json', null],
    ['b/policy.json', null],
  ]);
  expect(bodies(github).join()).not.toContain('Fixed in');
});

test('many that are fixed at once are hidden in one request', async () => {
  const names = ['a', 'b', 'c', 'd'].map((name) => `${name}.json`);
  const of = (text: string): Files => Object.fromEntries(names.map((name) => [name, text]));
  const github = await reviewed(of(POLICY));
  github.state.push(of(CLEAN));
  github.writes.length = 0;
  await github.run();
  expect(github.state.comments.map(({ minimized }) => minimized)).toEqual(names.map(() => 'RESOLVED'));
  expect(github.writes.filter((call) => call === 'GRAPHQL mutation')).toHaveLength(1);
});

test('a resolved thread is listed as acknowledged, in every summary, and still counts', async () => {
  const github = await reviewed();
  github.state.resolve(only(github).id);
  const run = await github.run({ inputs: { 'summary-comment': 'true' } });
  expect(run.code).toBe(1);
  const line = ' wildcard-resource: resolved by `person`';
  expect(run.summary).toContain('Acknowledged in the conversation: 1');
  for (const text of [
    run.summary,
    github.state.checkRuns.at(-1)?.summary,
    github.state.issueComments.map(({ body }) => body).join(),
  ])
    expect(text).toContain(line);
});

test('an answered thread is listed as acknowledged, kept, and marked as fixed without being hidden', async () => {
  const github = await reviewed();
  github.state.reply(only(github).id, "We know; won't fix.");
  const run = await github.run();
  expect(run.summary).toContain('wildcard-resource: answered by `person`');
  github.state.push({ 'policy.json': CLEAN });
  const fixed = await github.run();
  expect(fixed.summary).not.toContain('Acknowledged');
  expect(only(github)).toMatchObject({ minimized: null, replies: [{ body: "We know; won't fix." }] });
  expect(only(github).body).toContain('Fixed in');
});

test('the answer of another bot acknowledges nothing', async () => {
  const github = await reviewed();
  github.state.reply(only(github).id, 'Noted.', 'helper[bot]');
  expect((await github.run()).summary).not.toContain('Acknowledged');
});

test('a comment that a person hid is not said again', async () => {
  const github = await reviewed();
  only(github).minimized = 'OFF_TOPIC';
  const run = await github.run();
  expect(run.summary).toContain('wildcard-resource: hidden');
  github.state.push({ 'policy.json': CLEAN });
  await github.run();
  expect(only(github)).toMatchObject({ minimized: 'OFF_TOPIC' });
});

test('two runs at the same time leave one comment and one summary comment', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY, 'other.json': OTHER });
  github.state.faults.push({ match: 'POST /repos/o/r/pulls/1/reviews', times: 2, kind: 'gather' });
  const inputs = { 'summary-comment': 'true' };
  const runs = await Promise.all([github.run({ inputs }), github.run({ inputs })]);
  expect(runs.map(({ code }) => code)).toEqual([1, 1]);
  expect(github.state.comments.map(({ path }) => path).sort()).toEqual(['other.json', 'policy.json']);
  expect(github.state.issueComments).toHaveLength(1);
  // Of the two reviews the one without comments is folded away.
  expect(github.state.reviews.map(({ minimized }) => minimized).sort()).toEqual(['DUPLICATE', null]);
  expect(runs.every(({ summary }) => !summary.includes('WARNING'))).toBe(true);
});

test('of doubled comments one that a person answered stays', async () => {
  const github = await reviewed();
  const { body, path, line } = only(github);
  const second = github.state.addComment({ body, path, line: line ?? 0 });
  const third = github.state.addComment({ body, path, line: line ?? 0 });
  github.state.reply(second.id, 'hm');
  github.state.push({ 'other.json': OTHER });
  await github.run();
  const left = github.state.comments.map(({ id }) => id);
  expect(left).toContain(second.id);
  expect(left).not.toContain(third.id);
});

test('a run for a commit that is the head no more leaves the conversation to the newer one', async () => {
  const github = await reviewed();
  const { state } = github;
  const old = structuredClone(github.state.comments);
  const { pullPayload } = await import('../github/events.ts');
  const payload = pullPayload(state);
  state.push({ 'policy.json': CLEAN });
  await github.run();
  const after = structuredClone(state.comments);
  expect(after).not.toEqual(old);
  const again = await github.run({ payload, inputs: { 'summary-comment': 'true' } });
  expect(again.code).toBe(1);
  expect(again.summary).toContain('has a newer commit');
  expect(again.summary).toContain('wildcard-resource');
  expect(state.comments).toEqual(after);
  expect(state.issueComments).toEqual([]);
});

test('an older Enterprise Server, whose GraphQL lacks what is asked for', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY }, { ghes: true });
  github.state.schemaLacks.push('PullRequestReviewComment.fullDatabaseId', 'Tree.entries');
  for (let time = 0; time < 2; time++) {
    const run = await github.run();
    expect(run.code).toBe(1);
    expect(run.summary).not.toContain('WARNING');
  }
  expect(only(github)).toMatchObject({ line: 8 });
  github.state.reply(only(github).id, 'known');
  expect((await github.run()).summary).toContain('answered by `person`');
  github.state.push({ 'policy.json': CLEAN });
  await github.run();
  expect(only(github).body).toContain('Fixed in');
});

test('more threads than one page holds', async () => {
  const github = await reviewed();
  // Others write too, and before us.
  for (let count = 0; count < 120; count++)
    github.state.addComment({ path: 'policy.json', line: 8, body: 'hm' }, 'ann');
  github.state.comments.reverse();
  github.state.push({ 'other.json': OTHER });
  await github.run();
  const ours = bodies(github).filter((body) => body.includes('kms-policy-review:v1'));
  expect(ours).toHaveLength(2);
});
