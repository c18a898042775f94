import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pullPayload, runBuilt } from '../github/run-action.ts';
import { openScenarios } from '../github/scenario.ts';

/** The bundle in `dist/` as a runner starts it; what it does is tested from the sources. */

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
`;
const TERRAFORM =
  'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "kms:Decrypt",\n      Resource = "*" }]\n  })\n}\n';
const TEMPLATE =
  'Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - Effect: Allow\n            Action: kms:Decrypt\n            Resource: "*"\n';

test('a review in every language, commands, outputs, summary and exit code', async () => {
  const github = await pullRequest(
    { '.github/kms-policy-review.yml': 'rules:\n  wildcard-resource: warning\n' },
    { 'policy.json': POLICY, 'main.tf': TERRAFORM, 'template.yaml': TEMPLATE },
  );
  const inputs = { 'fail-on': 'warning', 'summary-comment': 'true', 'json-file': 'report.json' };
  const run = await runBuilt(github, { payload: pullPayload(github.state), inputs });
  expect(run.stderr).toBe('');
  expect(github.violations).toEqual([]);
  expect(run.code).toBe(1);
  expect(github.state.comments.map(({ path, line }) => [path, line]).sort()).toEqual([
    ['main.tf', 4],
    ['policy.json', 4],
    ['template.yaml', 9],
  ]);
  expect(run.annotations).toMatchObject(
    ['main.tf', 'policy.json', 'template.yaml'].map((file) => ({ level: 'warning', properties: { file } })),
  );
  expect(run.outputs).toMatchObject({ conclusion: 'failure', warnings: '3', 'json-file': 'report.json' });
  expect(run.summary).toContain('3 warnings in the KMS access of 3 files.');
  expect([github.state.checkRuns.length, github.state.issueComments.length]).toEqual([1, 1]);
});

test('what is wrong with the set-up is one sentence, and the job fails', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  const run = await runBuilt(github, { payload: '{}' });
  expect([run.code, run.stderr]).toEqual([1, '']);
  expect(run.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining('has no pull request') }]);
});

test('the entry of action.yml is there', () => {
  const [, main = ''] = /^ {2}main: (.*)$/m.exec(readFileSync('action.yml', 'utf8')) ?? [];
  expect(existsSync(main)).toBe(true);
});
