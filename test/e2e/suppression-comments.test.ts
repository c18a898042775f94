import { afterEach, expect, test } from 'vitest';
import { type Files, Repository } from '../github/repository.ts';
import { pullPayload, runAction } from '../github/run-action.ts';
import { type Server, startServer } from '../github/server.ts';
import { State } from '../github/state.ts';

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function pullRequest(base: Files, head: Files): Promise<Server> {
  const repository = new Repository();
  const first = repository.commit({ 'README.md': 'hello\n', ...base });
  repository.git('checkout', '-q', '-b', 'topic');
  const server = await startServer(new State(repository, first, repository.commit(head)));
  open.push(server, { close: () => repository.dispose() });
  return server;
}

/** A document whose statement has this action, with what stands above it. */
const policy = (action: string, comment = ''): string => `data "aws_iam_policy_document" "d" {
${comment}  statement {
    actions   = ["${action}"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
`;
const COMMENT = '  # kms-policy-review: ignore wildcard-resource agreed <b>with</b> @owner\n';

test('what a comment of the pull request suppresses is named for its reviewer', async () => {
  const github = await pullRequest({}, { 'main.tf': policy('kms:Decrypt', COMMENT) });
  const inputs = { 'summary-comment': 'true' };
  const run = await runAction(github, { payload: pullPayload(github.state), inputs });
  expect(run.code).toBe(0);
  expect(run.outputs).toMatchObject({ findings: '0', conclusion: 'success' });
  expect(github.state.comments).toEqual([]);
  for (const text of [run.summary, github.state.checkRuns[0]?.summary]) {
    expect(text).toContain('**Suppressed in this pull request: 1**');
    expect(text).toContain('- `wildcard-resource` at `main.tf:5`: agreed &lt;b&gt;with&lt;/b&gt; @\u200bowner');
    expect(text).toContain('1 finding suppressed by comments.');
  }
  expect(github.violations).toEqual([]);
});

test('what the base has is counted only, until its statement grants more', async () => {
  const base = { 'main.tf': policy('kms:Decrypt', COMMENT) };
  const same = await pullRequest(base, { 'main.tf': `${base['main.tf']}\nlocals {}\n` });
  const quiet = await runAction(same, { payload: pullPayload(same.state) });
  expect(quiet.code).toBe(0);
  expect(quiet.summary).not.toContain('Suppressed in this pull request');
  expect(quiet.summary).toContain('1 finding suppressed by comments.');
  const github = await pullRequest(base, { 'main.tf': policy('kms:*', COMMENT) });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.code).toBe(1);
  expect(github.state.comments[0]?.body).toContain(
    'The comment in line 2 suppressed it for what the statement granted before, and it grants more now; to renew it, change its reason.',
  );
});

test('comments that do nothing are named', async () => {
  const wrong =
    '  # kms-policy-review: ignore wildcard-resorce agreed\n  # kms-policy-review: ignore no-effect agreed\n';
  const github = await pullRequest({}, { 'main.tf': policy('kms:Decrypt', wrong) });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.code).toBe(1);
  expect(run.summary).toContain(
    'The comment in `main.tf:2` suppresses nothing: there is no rule of that name; did you mean `wildcard-resource`?',
  );
  expect(run.summary).toContain('The suppression of `no-effect` in `main.tf:3` has no finding any more; take it out.');
});
