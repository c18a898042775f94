import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/review/review.ts';
import { type Files, review } from './review-change.ts';

/** `status path:line rule`, with the places that lead to it; and `path:line gap: reason`. */
function told({ findings, gaps }: Review): string[] {
  return [
    ...findings.map(({ status, path, start, rule, related }) => {
      const way = related.map((one) => `${one.path}:${one.start.line}`);
      return `${status} ${path}:${start.line} ${rule}${way.length > 0 ? ` by ${way.join(', ')}` : ''}`;
    }),
    ...gaps.map(({ path, start, reason }) => `${path}:${start.line} gap: ${reason}`),
  ].sort();
}

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const statement = (action: string, resource: string): string =>
  `{ Effect = "Allow", Action = "${action}", Resource = ${resource} }`;
const policy = (...statements: string[]): string =>
  `variable "key" {}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [\n${statements.join(',\n')}\n] })\n}\n`;
const call = (source: string, key: string): string => `module "m" {\n  source = "${source}"\n  key    = ${key}\n}\n`;

describe('a module whose callers did not change', () => {
  const decrypt = statement('kms:Decrypt', 'var.key');
  const encrypt = statement('kms:Encrypt', 'var.key');
  const base: Files = {
    'modules/use/main.tf': policy(decrypt),
    'live/prod/main.tf': call('../../modules/use', '"*"'),
    'live/dev/main.tf': call('../../modules/use', `"${KEY}"`),
    'other/main.tf': call('../modules/other', '"*"'),
  };
  const changed = ['modules/use/main.tf'];

  test('is read with what they pass; what was there before is carried', async () => {
    const same = { ...base, 'modules/use/main.tf': `# changed\n${policy(decrypt)}` };
    expect(told(await review(same, base, changed))).toEqual([
      'carried live/prod/main.tf:3 wildcard-resource by modules/use/main.tf:5',
    ]);
    const more = { ...base, 'modules/use/main.tf': policy(decrypt, encrypt) };
    expect(told(await review(more, base, changed))).toEqual([
      'carried live/prod/main.tf:3 wildcard-resource by modules/use/main.tf:4',
      'new live/prod/main.tf:3 wildcard-resource by modules/use/main.tf:5',
    ]);
  });

  test('what is new in a caller is of the change also in the scope of changed files', async () => {
    const more = { ...base, 'modules/use/main.tf': policy(decrypt, encrypt) };
    const { findings } = await review(more, base, changed, 100, 'changed');
    expect(findings.map(({ status, inScope }) => [status, inScope])).toEqual([
      ['new', true],
      ['carried', false],
    ]);
  });

  test('nothing else of the callers is said', async () => {
    const noise = policy(statement('kms:Decrypt', '"*"')).replace('variable "key" {}', '');
    const files = { ...base, 'live/prod/other.tf': noise, 'live/dev/main.tf': `${base['live/dev/main.tf']}${noise}` };
    expect(told(await review(files, files, changed))).toEqual([
      'carried live/prod/main.tf:3 wildcard-resource by modules/use/main.tf:4',
    ]);
  });

  test('the callers of callers, and what another module gives them', async () => {
    const files: Files = {
      'modules/use/main.tf': policy(decrypt),
      'modules/app/main.tf': `variable "key" {}\n${call('../use', 'var.key')}`,
      'live/main.tf': `${call('../modules/app', 'module.key.id')}module "key" {\n  source = "../modules/key"\n}\n`,
      'modules/key/main.tf':
        'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}\noutput "id" {\n  value = aws_kms_key.k.key_id\n}\n',
    };
    expect(told(await review(files, files, changed))).toEqual([
      'carried modules/key/main.tf:5 key-identifier-not-arn by live/main.tf:3, modules/app/main.tf:4, modules/use/main.tf:4',
    ]);
  });

  test('a document that they pass is what the module makes of it', async () => {
    const files: Files = {
      'modules/key/main.tf':
        'variable "policy" {}\nresource "aws_kms_key" "k" {\n  policy = var.policy\n  enable_key_rotation = true\n}\n',
      'live/main.tf': `module "k" {\n  source = "../modules/key"\n  policy = data.aws_iam_policy_document.open.json\n}
data "aws_iam_policy_document" "open" {\n  source_policy_documents = [data.aws_iam_policy_document.part.json]\n}
data "aws_iam_policy_document" "part" {\n  statement {\n    actions = ["kms:*"]\n    resources = ["*"]
    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n  }\n}
data "aws_iam_policy_document" "unused" {\n  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n  }\n}\n`,
    };
    expect(told(await review(files, files, ['modules/key/main.tf']))).toEqual(['carried live/main.tf:14 public-key']);
  });

  test('is not said to be called from nowhere when not every file could be looked at', async () => {
    const files = { ...base };
    for (let i = 0; i < 5; i++) files[`far/away/from/it/${i}.tf`] = '\n';
    expect(told(await review(files, files, changed, 3))).toEqual([
      'carried live/prod/main.tf:3 wildcard-resource by modules/use/main.tf:4',
      'modules/use/main.tf:4 gap: what calls this module may pass other values for `var.key`: the 3 nearest Terraform files were looked at, 5 more were not',
    ]);
  });

  test('is not looked for where it is certainly run, or where nothing hangs on it', async () => {
    const run = {
      ...base,
      'modules/use/main.tf': policy(decrypt).replace('var.key', `"${KEY}"`),
    };
    for (const files of [
      run,
      { ...base, 'modules/use/backend.tf': 'terraform {\n  backend "s3" {}\n}\n' },
      { ...base, 'modules/use/terraform.tfvars': `key = "${KEY}"\n` },
      { ...base, 'modules/use/.terraform.lock.hcl': '' },
    ]) {
      const { findings, gaps } = await review(files, files, changed, 0);
      expect(findings).toEqual([]);
      expect(gaps.filter(({ reason }) => reason.includes('calls this module'))).toEqual([]);
    }
  });

  test('a caller that cannot be read is said', async () => {
    const files = { ...base, 'live/prod/main.tf': `${base['live/prod/main.tf']}resource {{\n` };
    expect(told(await review(files, files, changed)).filter((line) => line.includes('gap'))).toEqual([
      expect.stringMatching(/^live\/prod\/main\.tf:\d gap: this is not valid HCL: /),
    ]);
  });
});

describe('a template of an unchanged Terraform file', () => {
  const text = (...resources: string[]): string =>
    `{ "Statement": [\n${resources.map((one) => `{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${one}" }`).join(',\n')}\n] }\n`;
  const base: Files = {
    'infra/main.tf':
      'resource "aws_iam_policy" "p" {\n  policy = templatefile("${path.module}/policies/use.json.tftpl", { key = "*" })\n}\n',
    'infra/policies/use.json.tftpl': text('${key}'),
    'chart/_helpers.tpl': '{{ define "kms" }}',
  };

  test('is what that file makes of it', async () => {
    const path = 'infra/policies/use.json.tftpl';
    expect(told(await review({ ...base, [path]: text('${key}', '${key}') }, base, [path]))).toEqual([
      'carried infra/policies/use.json.tftpl:2 wildcard-resource by infra/main.tf:2',
      'new infra/policies/use.json.tftpl:3 wildcard-resource by infra/main.tf:2',
    ]);
  });

  test('with what the callers of that file pass, or with what is not known of them', async () => {
    const loop = (resource: string): string =>
      `{ "Statement": [\n%{ for key in keys }{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${resource}" }%{ endfor }\n] }\n`;
    const files = (...callers: string[]): Files => ({
      'modules/use/main.tf':
        'variable "keys" {}\nresource "aws_iam_policy" "p" {\n  policy = templatefile("use.tftpl", { keys = var.keys })\n}\n',
      'modules/use/use.tftpl': loop('${key}'),
      ...Object.fromEntries(
        callers.map((keys, i) => [
          `live/${i}.tf`,
          `module "m${i}" {\n  source = "../modules/use"\n  keys = ${keys}\n}\n`,
        ]),
      ),
    });
    const changed = ['modules/use/use.tftpl'];
    expect(told(await review(files('["*"]'), {}, changed))).toEqual([
      'new modules/use/use.tftpl:2 wildcard-resource by modules/use/main.tf:3',
    ]);
    expect(told(await review(files(), {}, changed))).toEqual([
      'modules/use/use.tftpl:2 gap: the policy of aws_iam_policy.p is `%{ for key in keys }`, which cannot be read here: the elements of `keys` are not known',
    ]);
  });

  test('of one that nothing renders that is said, if it is a policy', async () => {
    const files = { 'a.tpl': text('*'), 'chart/_helpers.tpl': '{{ define "kms" }}' };
    expect(told(await review(files, {}, Object.keys(files)))).toEqual([
      'a.tpl:1 gap: no Terraform file was found that renders this template',
    ]);
  });
});

test('a file that is new does not make the findings beside it new', async () => {
  const open = policy(statement('kms:Decrypt', '"*"'));
  const base = { 'main.tf': open };
  expect(told(await review({ ...base, 'new.tf': 'locals {\n  kms = 1\n}\n' }, base, ['new.tf']))).toEqual([
    'carried main.tf:4 wildcard-resource',
  ]);
});

test('a file that is gone can be the mistake', async () => {
  const open = policy(statement('kms:Decrypt', 'var.key'));
  const key = 'aws_kms_key.k.key_id';
  const files = { 'main.tf': open, 'override.tf': policy(statement('kms:Decrypt', `"${KEY}"`)) };
  const without = { 'main.tf': open.replace('var.key', key) };
  expect(told(await review(without, { ...files, 'main.tf': without['main.tf'] }, ['override.tf']))).toEqual([
    'new main.tf:4 key-identifier-not-arn',
  ]);
});

describe('a nested template whose parent did not change', () => {
  const nested = (...resources: string[]): string => `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Key: {Type: String}
Resources:
${resources
  .map(
    (resource, index) => `  Policy${index}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
        - {Effect: Allow, Action: "kms:Decrypt", Resource: ${resource}}
`,
  )
  .join('')}`;
  const parent = (url: string, key: string): string => `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ${url}
      Parameters:
        Key: ${key}
`;
  const base: Files = {
    'stacks/nested/use.yaml': nested('!Ref Key'),
    'stacks/main.yaml': parent('./nested/use.yaml', '"*"'),
    'stacks/other.yaml': parent('./nested/other.yaml', '"*"'),
    'package.json': '{}',
  };
  const changed = ['stacks/nested/use.yaml'];

  test('is read with what it passes', async () => {
    expect(told(await review(base, base, changed))).toEqual([
      'carried stacks/main.yaml:8 wildcard-resource by stacks/nested/use.yaml:10',
    ]);
    const more = { ...base, 'stacks/nested/use.yaml': nested('!Ref Key', '!Ref Key') };
    expect(told(await review(more, base, changed))).toEqual([
      'carried stacks/main.yaml:8 wildcard-resource by stacks/nested/use.yaml:10',
      'new stacks/main.yaml:8 wildcard-resource by stacks/nested/use.yaml:16',
    ]);
  });

  test('and of the parent nothing else is said', async () => {
    const noise = `${base['stacks/main.yaml']}${nested('"*"').slice(nested('"*"').indexOf('  Policy0'))}`;
    const files = { ...base, 'stacks/main.yaml': noise };
    expect(told(await review(files, files, changed))).toEqual([
      'carried stacks/main.yaml:8 wildcard-resource by stacks/nested/use.yaml:10',
    ]);
  });

  test('a parent of a parent', async () => {
    const files: Files = {
      ...base,
      'stacks/main.yaml': `${parent('./nested/use.yaml', '!Ref Key')}Parameters:\n  Key: {Type: String}\n`,
      'stacks/root.yaml': parent('main.yaml', 'alias/app'),
    };
    expect(told(await review(files, files, changed))).toEqual([
      'carried stacks/root.yaml:8 key-identifier-not-arn by stacks/nested/use.yaml:10',
    ]);
  });

  test('over the bound that is said', async () => {
    const files = { ...base };
    for (let i = 0; i < 5; i++) files[`stacks/nested/values${i}.json`] = '{}';
    expect(told(await review(files, files, changed, 2))).toContain(
      'stacks/nested/use.yaml:2 gap: templates that nest this one may pass its parameters: the 2 nearest files were looked at, 6 more were not',
    );
  });
});
