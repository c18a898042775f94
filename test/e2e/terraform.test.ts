import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Files, Repository } from '../github/repository.ts';
import { pullPayload, runAction } from '../github/run-action.ts';
import { type Server, startServer } from '../github/server.ts';
import { State } from '../github/state.ts';

/** Modules by the API: what is read beside the changed files, and what that costs in calls. */

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function pullRequest(base: Files, head: Files, links: Record<string, string> = {}): Promise<Server> {
  const repository = new Repository();
  open.push({ close: () => repository.dispose() });
  const first = repository.commit({ 'README.md': 'hello\n', ...base });
  repository.git('checkout', '-q', '-b', 'topic');
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(repository.folder, path, '..'), { recursive: true });
    symlinkSync(target, join(repository.folder, path));
  }
  const server = await startServer(new State(repository, first, repository.commit(head), {}));
  open.push(server);
  return server;
}

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const policy = (...resources: string[]): string => {
  const statements = resources.map((one) => `{ Effect = "Allow", Action = "kms:Decrypt", Resource = ${one} }`);
  return `variable "key" {}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [\n${statements.join(',\n')}\n] })\n}\n`;
};
const JSON_POLICY = `{\n  "Statement": [\n    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }\n  ]\n}\n`;
const call = (source: string, key: string): string => `module "m" {\n  source = "${source}"\n  key    = ${key}\n}\n`;
const others = (count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`live/other${i}/main.tf`, 'locals {\n  x = 1\n}\n']));

/** What any pull request costs, then one list of all files, six requests for Terraform files, and two for the folders of callers. */
const MOST = 6 + 1 + 6 + 2;

test.each([20, 120])('a changed module is read with what its callers pass, among %i other folders', async (count) => {
  const base: Files = {
    'modules/use/main.tf': policy(`"${KEY}"`),
    'modules/use/unchanged.tf': 'locals {\n  a = 1\n}\n',
    'live/prod/main.tf': call('../../modules/use', '"*"'),
    ...others(count),
  };
  const github = await pullRequest(base, { 'modules/use/main.tf': policy(`"${KEY}"`, 'var.key') });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.annotations.filter(({ message }) => message.includes('bug'))).toEqual([]);
  expect(github.violations).toEqual([]);
  expect(run.outputs).toMatchObject({ findings: '1', errors: '1', incomplete: 'false' });
  expect(run.summary).toContain('live/prod/main.tf');
  expect(github.calls.length).toBeLessThanOrEqual(MOST);
});

test('over the bound the callers are not said to be all', async () => {
  const base = { 'modules/use/main.tf': policy(`"${KEY}"`), ...others(400) };
  const github = await pullRequest(base, { 'modules/use/main.tf': policy(`"${KEY}"`, 'var.key') });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(github.violations).toEqual([]);
  expect(run.outputs).toMatchObject({ findings: '0', incomplete: 'true' });
  expect(github.calls.length).toBeLessThanOrEqual(MOST);
  expect(run.summary).toContain('the 300 nearest Terraform files were looked at, 100 more were not');
});

test('links are followed in the repository, and nowhere else', async () => {
  const base = { 'shared/policy.json': JSON_POLICY };
  const head = { 'infra/main.tf': `resource "aws_iam_policy" "p" {\n  policy = file("secret.json")\n}\n` };
  const github = await pullRequest(base, head, {
    'policies/inside.json': '../shared/policy.json',
    'policies/chain.json': 'inside.json',
    'policies/loop.json': 'loop.json',
    'policies/gone.json': 'nowhere.json',
    'policies/outside.json': '../../../../etc/passwd',
    'infra/secret.json': '/etc/passwd',
  });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.annotations.filter(({ message }) => message.includes('bug'))).toEqual([]);
  expect(github.violations).toEqual([]);
  expect(run.outputs).toMatchObject({ findings: '2', incomplete: 'true' });
  for (const [path, why] of [
    ['policies/outside.json', 'a link that leaves the repository'],
    ['policies/loop.json', 'a link that leads to too many others'],
    ['policies/gone.json', 'a link to a file that is not there'],
    ['infra/main.tf', 'infra/secret.json: a link that leaves the repository'],
  ] as const) {
    expect(run.summary).toContain(path);
    expect(run.summary).toContain(why);
  }
  expect(run.summary).not.toContain('root:');
});

test('a syntax error in one file leaves the others of its module reviewed', async () => {
  const head = {
    'bad.tf': 'resource "aws_kms_key" "k" {\n  policy = )\n}\n',
    'main.tf': policy('"*"'),
  };
  const github = await pullRequest({}, head);
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(github.violations).toEqual([]);
  expect(github.state.comments).toMatchObject([{ path: 'main.tf', line: 4 }]);
  expect(run.summary).toMatch(/`bad\.tf:\d`.*: this is not valid HCL: /);
});
