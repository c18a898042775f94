import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** `check --shard` and `merge`, by the built program. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');

const STAR = '{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}';

/** Files that use one another in each of the ways that there are, beside the corpus. */
const LINKED: Record<string, string> = {
  'live/a/main.tf': 'module "key" {\n  source = "../../modules/key"\n  who    = "*"\n}\n',
  'live/b/main.tf': 'module "key" {\n  source = "../../modules/key"\n  who    = "arn:aws:iam::111122223333:root"\n}\n',
  'modules/key/main.tf': `variable "who" {}
resource "aws_kms_key" "k" {
  enable_key_rotation = true
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = var.who }, Action = "kms:*", Resource = "*" }] })
}
`,
  'reads/main.tf':
    'resource "aws_iam_policy" "p" {\n  for_each = toset(["star"])\n  policy   = file("${path.module}/../documents/${each.key}.json")\n}\n',
  'documents/star.json': STAR,
  'documents/alone.json': STAR.replace('Decrypt', 'Encrypt'),
  'renders/main.tf': 'resource "aws_iam_policy" "p" {\n  policy = templatefile("policy.tpl", { key = "*" })\n}\n',
  'renders/policy.tpl': STAR.replace('"*"', '"${key}"'),
  'stacks/parent.yaml':
    'Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n      Parameters: {Key: "*"}\n',
  'stacks/child.yaml':
    'Parameters: {Key: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: !Ref Key}]}\n',
  'exports/one.yaml':
    'Resources: {K: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}}\nOutputs: {Id: {Value: !Ref K, Export: {Name: key-id}}}\n',
  'imports/two.yaml':
    'Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: !ImportValue key-id}]}\n',
  'broken/one.json': '{"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": ',
  'broken/two.json': 'kms \u0000',
};

let folder: string;
let whole: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-shards-'));
  cpSync(join(ROOT, 'test/corpus'), join(folder, 'corpus'), { recursive: true });
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  for (const [path, text] of Object.entries(LINKED)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  whole = run(['check', '.', '--format', 'json', '--fail-on', 'never']).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { status, stdout, stderr };
}

/** The reports of all shards, as files outside of what is reviewed. */
function shards(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const file = join(folder, '..', `kms-policy-review-shard-${process.pid}-${index + 1}-of-${count}.json`);
    const shard = run(['check', '.', '--shard', `${index + 1}/${count}`, '--format', 'json', '--output', file]);
    expect(shard.stderr).toBe('');
    return file;
  });
}

function merged(files: string[], ...options: string[]) {
  try {
    return run(['merge', ...files, ...options]);
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}

test('the files that are linked have findings that only their links give', () => {
  const findings: { rule: string; path: string }[] = JSON.parse(whole).findings;
  const rulesOf = (path: string): string[] => findings.filter((one) => one.path === path).map(({ rule }) => rule);
  expect(rulesOf('live/a/main.tf')).toContain('public-key');
  expect(rulesOf('documents/star.json')).toContain('wildcard-resource');
  expect(rulesOf('renders/policy.tpl')).toContain('wildcard-resource');
  expect(rulesOf('stacks/parent.yaml')).toContain('wildcard-resource');
  expect(rulesOf('imports/two.yaml')).toContain('key-identifier-not-arn');
});

test.each([1, 2, 3, 25])('%i shards merged give the report of one run, byte for byte', (count) => {
  const files = shards(count);
  const sizes = files.map((file) => JSON.parse(readFileSync(file, 'utf8')).files.candidates as number);
  expect(Math.min(...sizes) > 0 || count === 25).toBe(true);
  // In whatever order they are given.
  expect(merged(files.toReversed(), '--fail-on', 'never')).toEqual({ status: 0, stdout: whole, stderr: '' });
});

test('the exit code of merge is that of one run, and other formats are made of the same findings', () => {
  const status = (failOn: string): number | null => run(['check', '.', '--fail-on', failOn]).status;
  for (const failOn of ['error', 'never']) expect(merged(shards(2), '--fail-on', failOn).status).toBe(status(failOn));
  const { length } = JSON.parse(whole).findings;
  const sarif = JSON.parse(merged(shards(2), '--format', 'sarif').stdout);
  expect(sarif.runs[0].results).toHaveLength(length);
  const text = merged(shards(2), '--format', 'text').stdout;
  const last = (report: string): string | undefined => report.trimEnd().split('\n').at(-1);
  expect(last(text)).toBe(last(run(['check', '.']).stdout));
  // The lines of the files are not in a report.
  expect(text).not.toMatch(/^ +\d+ \| /m);
  expect(merged(shards(2), '--format', 'html').stdout).not.toContain('<pre>');
});

describe('what cannot be merged is said, with the file and the reason', () => {
  const report = (change: object): string => JSON.stringify({ ...JSON.parse(whole), ...change });
  const [finding] = [() => JSON.parse(whole).findings[0]];
  test.each([
    ['no JSON', () => '{"schemaVersion": 1', 'no JSON: '],
    ['another file', () => '{"a": 1}', 'tool is no object'],
    ['another schema', () => report({ schemaVersion: 2 }), 'this is no JSON report of kms-policy-review'],
    [
      'another version',
      () => report({ tool: { name: 'kms-policy-review', version: '9.9.9' } }),
      'written by version 9.9.9, and this is version',
    ],
    ['a comparison', () => report({ access: { newAccess: false } }), 'it compares with a base'],
    ['no findings', () => report({ findings: null }), 'findings is no list'],
    [
      'a place without a line',
      () => report({ findings: [{ ...finding(), start: { column: 1 } }] }),
      'findings[0].start.line is no number',
    ],
    [
      'an unknown severity',
      () => report({ findings: [{ ...finding(), severity: 'fatal' }] }),
      'findings[0].severity is none',
    ],
  ])('%s', (_name, text, reason) => {
    writeFileSync(join(folder, 'wrong.json'), text());
    try {
      const { status, stdout, stderr } = run(['merge', 'wrong.json']);
      expect(stdout).toBe('');
      expect(stderr).toContain(`kms-policy-review: wrong.json: ${reason}`);
      expect(stderr).not.toContain('bug');
      expect(status).toBe(2);
    } finally {
      rmSync(join(folder, 'wrong.json'));
    }
  });

  test.each([
    [['merge'], 'merge takes the JSON reports of shards'],
    [['merge', 'none.json'], 'none.json: no such file'],
    [['merge', 'a.json', '--base', 'main'], '--base belongs to check, not to merge'],
    [['check', '--shard', '0/2'], '--shard 0/2: it is I/N'],
    [['check', '--shard', '3/2'], '--shard 3/2: it is I/N'],
    [['check', '--shard', '1/5000'], '--shard 1/5000: it is I/N'],
    [['check', '--shard', '1/2', '--base', 'main'], '--shard is for reports of files as they are'],
    [['check', '--shard', '1/2', '--fix'], '--shard is for reports of files as they are'],
    [['rules', '--shard', '1/2'], '--shard is for check'],
  ])('%j', (args, message) => {
    const { status, stderr } = run(args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

test('a shard does not call a suppression unused whose finding may be in another one', () => {
  const configuration = join(folder, 'configuration.yml');
  writeFileSync(configuration, 'suppressions:\n  - {rule: wildcard-resource, path: "**/alone.json", reason: known}\n');
  const told = ['1/2', '2/2'].map((shard) => run(['check', '.', '--shard', shard, '--config', configuration]).stdout);
  rmSync(configuration);
  expect(told.join('')).not.toContain('unused');
  expect(told.join('').match(/1 finding suppressed by the configuration/g)).toHaveLength(1);
});
