import { expect, test } from 'vitest';
import { review } from './terraform-review.ts';

const policy = (value: string, more = ''): string => `resource "aws_iam_policy" "p" {\n  policy = ${value}\n}\n${more}`;
const document = (resource: string): string =>
  `jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = ${resource} }] })`;
const STAR = '{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}';

test('a finding carries the way of its value', async () => {
  expect(
    await review({
      'main.tf': policy(document('local.keys'), 'locals {\n  keys = [var.key]\n}\nvariable "key" {}\n'),
      'terraform.tfvars': 'key = "*"\n',
    }),
  ).toEqual(['terraform.tfvars:1 wildcard-resource by main.tf:5, main.tf:2']);
});

test('file() is read in the repository, and nowhere else', async () => {
  const files = { 'infra/main.tf': policy('file("${path.module}/../policies/app.json")') };
  expect(await review(files, { 'policies/app.json': { text: STAR } })).toEqual([
    'policies/app.json:1 wildcard-resource by infra/main.tf:2',
  ]);
  expect(await review(files)).toEqual([
    'infra/main.tf:2 gap: the policy of aws_iam_policy.p is `file("${path.module}/../policies/app.json")`, which cannot be read here: policies/app.json: there is no such file',
  ]);
  expect(await review(files, { 'policies/app.json': { unreadable: 'a link that leaves the folder' } })).toEqual([
    expect.stringContaining('policies/app.json: a link that leaves the folder'),
  ]);
  for (const path of ['/etc/passwd', '../../x.json', '${path.module}/../../x.json']) {
    expect(await review({ 'infra/main.tf': policy(`file("${path}")`) })).toEqual([
      expect.stringContaining('the file is outside of the repository'),
    ]);
  }
});

test('fileset() names the files of the repository', async () => {
  const each = (pattern: string): string =>
    `resource "aws_iam_policy" "p" {\n  for_each = fileset(path.module, "${pattern}")\n  policy = file("\${path.module}/\${each.value}")\n}\n`;
  const besides = { 'infra/policies/a.json': { text: STAR }, 'infra/other/b.json': { text: STAR } };
  const found = (pattern: string): Promise<string[]> => review({ 'infra/main.tf': `${each(pattern)}# kms\n` }, besides);
  expect(await found('policies/*.json')).toEqual(['infra/policies/a.json:1 wildcard-resource by infra/main.tf:3']);
  expect(await found('**/*.json')).toHaveLength(2);
  expect(await found('*.json')).toEqual([]);
  expect(await found('{policies,other}/*.json')).toEqual([expect.stringContaining('gap')]);
});

test('a file that Terraform reads is what its user makes of it', async () => {
  const key = 'resource "aws_kms_key" "k" {\n  policy = file("policy.json")\n  enable_key_rotation = true\n}\n';
  const open = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]}';
  expect(await review({ 'main.tf': key, 'policy.json': open })).toEqual(['policy.json:1 public-key by main.tf:2']);
});

test('templatefile() with known and unknown names', async () => {
  const template = '{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource":\n  "${resource}"}]}';
  const call = (value: string): string => policy(`templatefile("policy.tftpl", { resource = ${value} })`);
  const besides = { 'policy.tftpl': { text: template } };
  expect(await review({ 'main.tf': call('"*"') }, besides)).toEqual([expect.stringContaining('wildcard-resource')]);
  expect(await review({ 'main.tf': call('aws_kms_key.k.arn') }, besides)).toEqual([]);
  expect(await review({ 'main.tf': call('aws_kms_key.k.key_id') }, besides)).toEqual([
    expect.stringContaining('key-identifier-not-arn'),
  ]);
  expect(await review({ 'main.tf': call('data.x.y.z') }, besides)).toEqual([expect.stringContaining('gap')]);
});

test('override files take the place of arguments', async () => {
  const base = policy(document('"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"'));
  expect(await review({ 'main.tf': base, 'main_override.tf': policy(document('"*"')) })).toEqual([
    'main_override.tf:2 wildcard-resource',
  ]);
  expect(await review({ 'main.tf': policy(document('"*"')), 'override.tf': base })).toEqual([]);
  const local = (value: string): string => `locals {\n  key = "${value}"\n}\n`;
  expect(await review({ 'main.tf': policy(document('local.key'), local('x')), 'a_override.tf': local('*') })).toEqual([
    'a_override.tf:2 wildcard-resource by main.tf:2',
  ]);
});

const data = (name: string, body: string): string => `data "aws_iam_policy_document" "${name}" {\n${body}\n}\n`;
const statement = (resource: string, more = ''): string =>
  `statement {\n actions = ["kms:Decrypt"]\n resources = ["${resource}"]\n${more}\n}`;

test('source and override documents are one document', async () => {
  const merged = data(
    'all',
    'source_policy_documents = [data.aws_iam_policy_document.part.json]\noverride_policy_documents = [data.aws_iam_policy_document.over.json]',
  );
  const user = policy('data.aws_iam_policy_document.all.json');
  const part = data('part', statement('*', ' sid = "Use"'));
  const deny = data('over', statement('*', ' effect = "Deny"'));
  const narrow = data(
    'over',
    statement('arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', ' sid = "Use"'),
  );
  expect(await review({ 'main.tf': user + merged + part + data('over', '') })).toEqual([
    'main.tf:11 wildcard-resource',
  ]);
  // A Deny in another part, or a statement of the same Sid, changes what the whole grants.
  expect(await review({ 'main.tf': user + merged + part + deny })).toEqual([]);
  expect(await review({ 'main.tf': user + merged + part + narrow })).toEqual([]);
  expect(
    await review({
      'main.tf': user + data('all', `source_policy_documents = [var.unknown]\n${statement('*', ' effect = "Deny"')}`),
    }),
  ).toEqual([expect.stringContaining('gap: a statement is the expression `var.unknown`')]);
});

test('a document that a module takes is what the module makes of it', async () => {
  const child =
    'variable "policy" {}\nresource "aws_kms_key" "k" {\n  policy = var.policy\n  enable_key_rotation = true\n}\noutput "arn" {\n  value = aws_kms_key.k.arn\n}\noutput "id" {\n  value = aws_kms_key.k.key_id\n}\n';
  const call = 'module "key" {\n  source = "./key"\n  policy = data.aws_iam_policy_document.d.json\n}\n';
  const open = data(
    'd',
    'statement {\n actions = ["kms:*"]\n resources = ["*"]\n principals {\n  type = "AWS"\n  identifiers = ["*"]\n }\n}',
  );
  // The module's folder is read although no file of it is under review.
  expect(await review({ 'main.tf': call + open }, { 'key/main.tf': { text: child } })).toEqual([
    'main.tf:11 public-key',
  ]);
  const user = (output: string): string => call + policy(document(`module.key.${output}`)) + data('d', '');
  expect(await review({ 'main.tf': user('arn') }, { 'key/main.tf': { text: child } })).toEqual([]);
  expect(await review({ 'main.tf': user('id') }, { 'key/main.tf': { text: child } })).toEqual([
    'key/main.tf:10 key-identifier-not-arn by main.tf:6',
  ]);
});

test('instances, indices and functions on known values', async () => {
  const good = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const each = `resource "aws_iam_policy" "p" {\n  for_each = local.keys\n  policy = ${document('each.value.arn')}\n}\nlocals {\n  keys = {\n    a = { arn = "${good}" }\n    b = { arn = "*" }\n  }\n}\n`;
  expect(await review({ 'main.tf': each })).toEqual(['main.tf:8 wildcard-resource by main.tf:2']);
  for (const value of [
    'local.list[1]',
    'local.map["b"]',
    'local.map[local.name]',
    'local.list[count.index]',
    'element(local.list, 1)',
    'lookup(local.map, "b", "x")',
    'one(["*"])',
    'values(local.map)',
    'concat(local.list, [])',
    'replace("#", "#", "*")',
    'jsondecode("{\\"a\\": \\"*\\"}").a',
    'try(local.map.b, "x")',
    'split(",", "*,x")[0]',
    'formatlist("%s", ["*"])',
    'zipmap(["a"], ["*"])["a"]',
    'merge(local.map, {})["b"]',
  ]) {
    const locals = `locals {\n  list = ["${good}", "*"]\n  map = { a = "${good}", b = "*" }\n  name = "b"\n}\n`;
    const found = await review({ 'main.tf': policy(document(value), locals) });
    expect(found, value).toEqual([expect.stringContaining('wildcard-resource')]);
  }
  expect(
    await review({ 'main.tf': policy(document('local.list[0]'), `locals {\n  list = ["${good}", "*"]\n}\n`) }),
  ).toEqual([]);
});

test('references that double at each step end in a gap', async () => {
  const steps = Array.from({ length: 40 }, (_, i) => `  a${i} = [local.a${i + 1}, local.a${i + 1}]`);
  const found = await review({
    'main.tf': policy(document('local.a0'), `locals {\n${steps.join('\n')}\n  a40 = "x"\n}\n`),
  });
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((line) => line.includes('gap'))).toBe(true);
});

test('Terraform JSON has the same expressions', async () => {
  const value =
    '${jsonencode({ Statement = [{ Effect = \\"Allow\\", Action = \\"kms:Decrypt\\", Resource = local.key }] })}';
  const text = `{"locals": {"key": "*"},\n "resource": {"aws_iam_policy": {"p": {"policy": "${value}"}}}}`;
  expect(await review({ 'main.tf.json': text })).toEqual(['main.tf.json:1 wildcard-resource by main.tf.json:2']);
  const dynamic = `{"data": {"aws_iam_policy_document": {"d": {"dynamic": {"statement": {"for_each": ["*"],
    "content": {"actions": ["kms:Decrypt"], "resources": ["\${statement.value}"]}}}}}}}`;
  expect(await review({ 'main.tf.json': dynamic })).toEqual(['main.tf.json:1 wildcard-resource by main.tf.json:2']);
  expect(
    await review({
      'main.tf': policy(document('var.key'), 'variable "key" {}\n'),
      'a.auto.tfvars.json': '{"key": "*"}',
    }),
  ).toEqual(['a.auto.tfvars.json:1 wildcard-resource by main.tf:2']);
});

test('a syntax error in one file leaves the others reviewed', async () => {
  const found = await review({ 'bad.tf': 'resource "x" {\n  a = = 1\n}\n', 'main.tf': policy(document('"*"')) });
  expect(found.at(-1)).toBe('main.tf:2 wildcard-resource');
  expect(found.length).toBeGreaterThan(1);
  for (const line of found.slice(0, -1)) expect(line).toMatch(/^bad\.tf:\d gap: this is not valid HCL: /);
});

test('what belongs to a module and cannot be read is said', async () => {
  const calls = 'module "a" {\n  source = "./a"\n}\nmodule "b" {\n  source = "./b"\n}\n';
  const link = { unreadable: 'a link that leaves the folder' };
  expect(await review({ 'main.tf': policy(document('"*"'), calls) }, { 'a/main.tf': link, 'beside.tf': link })).toEqual(
    [
      'a/main.tf:1 gap: this file cannot be read: a link that leaves the folder',
      'beside.tf:1 gap: this file cannot be read: a link that leaves the folder',
      'main.tf:2 wildcard-resource',
      'main.tf:4 gap: no Terraform file of the module in `a/` can be read here',
      'main.tf:7 gap: no Terraform file of the module in `b/` can be read here',
    ],
  );
});

test('a plan: what is known after apply, and documents that are read then', async () => {
  const change = (type: string, name: string, after: object, unknown: object, mode = 'managed'): object => ({
    address: `${mode === 'data' ? 'data.' : ''}${type}.${name}`,
    mode,
    type,
    name,
    change: { actions: ['create'], after, after_unknown: unknown },
  });
  const plan = JSON.stringify(
    {
      format_version: '1.2',
      configuration: {
        root_module: {
          resources: [
            {
              address: 'aws_kms_key.k',
              expressions: {
                policy: { references: ['data.aws_iam_policy_document.d.json', 'data.aws_iam_policy_document.d'] },
              },
            },
          ],
        },
      },
      resource_changes: [
        change('aws_kms_key', 'k', { enable_key_rotation: true }, { policy: true }),
        change('aws_iam_role_policy', 'r', {}, { policy: true }),
        change(
          'aws_iam_policy_document',
          'd',
          {
            statement: [{ actions: ['kms:*'], resources: ['*'], principals: [{ type: 'AWS', identifiers: ['*'] }] }],
          },
          { json: true },
          'data',
        ),
      ],
    },
    undefined,
    1,
  );
  const found = await review({ 'plan.json': plan });
  expect(found).toHaveLength(2);
  expect(found.join('\n')).toContain(
    'aws_iam_role_policy.r.policy`, which cannot be read here: it is known only after',
  );
  expect(found.join('\n')).toContain('public-key');
});

test('what is null or empty in a policy document is not in it', async () => {
  const data = (statement: string): string =>
    `data "aws_iam_policy_document" "d" {\n  statement {\n${statement}\n  }\n}\n`;
  const found = (statement: string): Promise<string[]> =>
    review({ 'main.tf': `${data(statement)}${policy('data.aws_iam_policy_document.d.json')}` });
  const missing = 'effect = null\nsid = null\nnot_actions = []\nnot_resources = lookup({}, "x", null)';
  expect(await found(`actions = ["kms:Decrypt"]\nresources = ["*"]\n${missing}`)).toEqual([
    'main.tf:4 wildcard-resource',
  ]);
  const pinned = '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"';
  expect(await found(`actions = ["kms:Decrypt"]\nresources = [${pinned}]\n${missing}`)).toEqual([]);
  expect(await found(`actions = ["kms:Decrypt"]\nresources = var.narrow ? [${pinned}] : null`)).toEqual([]);
  // A plan has every argument.
  const statement = { actions: ['kms:Decrypt'], resources: ['*'], not_actions: [], principals: [], not_principals: [] };
  const after = { statement: [{ ...statement, condition: [], effect: null, not_resources: null, sid: null }] };
  const change = {
    type: 'aws_iam_policy_document',
    name: 'd',
    mode: 'data',
    address: 'data.aws_iam_policy_document.d',
  };
  const plan = { format_version: '1.2', resource_changes: [{ ...change, change: { after, after_unknown: {} } }] };
  expect(await review({ 'plan.json': JSON.stringify(plan) })).toEqual(['plan.json:1 wildcard-resource']);
});

test('what is certainly not made is not reviewed', async () => {
  const counted = (count: string): string =>
    `resource "aws_iam_policy" "p" {\n  count = ${count}\n  policy = ${document('"*"')}\n}\nvariable "on" { default = true }\n`;
  expect(await review({ 'main.tf': counted('0') })).toEqual([]);
  expect(await review({ 'main.tf': counted('var.on ? 1 : 0') })).toEqual(['main.tf:3 wildcard-resource']);
  const off = 'module "off" {\n  source = "./m"\n  on = false\n}\n';
  expect(await review({ 'm/main.tf': counted('var.on ? 1 : 0'), 'main.tf': off })).toEqual([]);
  const both = `${off}module "usual" {\n  source = "./m"\n}\n`;
  expect(await review({ 'm/main.tf': counted('var.on ? 1 : 0'), 'main.tf': both })).toEqual([
    'm/main.tf:3 wildcard-resource',
  ]);
});

test('a call that leaves out an argument has its default', async () => {
  const module = policy(document('var.key'), 'variable "key" { default = "*" }\n');
  const pinned = '  key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"\n';
  const call = (name: string, more: string): string => `module "${name}" {\n  source = "./m"\n${more}}\n`;
  expect(await review({ 'm/main.tf': module, 'main.tf': call('a', pinned) })).toEqual([]);
  expect(await review({ 'm/main.tf': module, 'main.tf': call('a', pinned) + call('b', '') })).toEqual([
    'm/main.tf:4 wildcard-resource by m/main.tf:2',
  ]);
});

test('dynamic blocks that may be there are read', async () => {
  const data = (each: string, content: string, more = ''): string =>
    `data "aws_iam_policy_document" "d" {\n${more}  dynamic "statement" {\n    for_each = ${each}\n    content {\n${content}\n    }\n  }\n}\n`;
  const found = (
    each: string,
    content = 'actions = ["kms:Decrypt"]\nresources = ["*"]',
    more = '',
  ): Promise<string[]> =>
    review({ 'main.tf': `${data(each, content, more)}${policy('data.aws_iam_policy_document.d.json')}` });
  const star = ['main.tf:6 wildcard-resource'];
  expect(await found('var.on ? [1] : []')).toEqual(star);
  expect(await found('var.on == null ? { a = 1 } : {}')).toEqual(star);
  expect(await found('false ? [1] : []')).toEqual([]);
  expect(await found('[for one in ["a"] : one if var.on]')).toEqual(star);
  expect(await found('concat([], var.on ? [1] : [])')).toEqual(star);
  const values = 'actions = ["kms:Decrypt"]\nresources = [statement.value]';
  expect(await found('concat(["*"], var.more)', values)).toEqual([
    'main.tf:2 gap: a statement is the expression `dynamic "statement"`, which cannot be read here',
    'main.tf:3 wildcard-resource by main.tf:5',
  ]);
  // Nothing else of the policy speaks of KMS.
  const unread = ['main.tf:2 gap: a statement is the expression `dynamic "statement"`, which cannot be read here'];
  expect(await found('var.more')).toEqual(unread);
  const other = '  statement {\n    actions = ["s3:GetObject"]\n    resources = ["*"]\n  }\n';
  expect(await found('var.more', undefined, other)).toEqual([expect.stringContaining('main.tf:6 gap')]);
  expect(await found('var.more', 'actions = ["s3:PutObject"]', other)).toEqual([]);
  const role = (each: string): string =>
    `resource "aws_iam_role" "r" {\n  dynamic "inline_policy" {\n    for_each = ${each}\n    content {\n      policy = ${document('"*"')}\n    }\n  }\n}\n`;
  expect(await review({ 'main.tf': role('var.on ? [1] : []') })).toEqual(['main.tf:5 wildcard-resource']);
  expect(await review({ 'main.tf': role('var.more') })).toEqual([
    'main.tf:2 gap: the policy of aws_iam_role.r is `dynamic "inline_policy"`, which cannot be read here',
  ]);
});

test('an outcome that is null is no policy', async () => {
  expect(await review({ 'main.tf': policy(`var.on ? ${document('"*"')} : null`) })).toEqual([
    'main.tf:2 wildcard-resource',
  ]);
});

test('a plan points into the configuration that it was made from', async () => {
  const change = (address: string, policy: string): object => {
    const [type, name] = address
      .replace(/\[.*\]/, '')
      .split('.')
      .slice(-2);
    return { address, mode: 'managed', type, name, change: { actions: ['create'], after: { policy } } };
  };
  const plan = (...changes: object[]): string =>
    JSON.stringify({ format_version: '1.2', resource_changes: changes }, undefined, 1);
  const unknown = policy(document('data.external.key.result.arn'));
  const call = 'module "m" {\n  source = "./m"\n}\n';
  const files = { 'main.tf': { text: unknown + call }, 'm/main.tf': { text: unknown } };
  const changes = [change('aws_iam_policy.p', STAR), change('module.m.aws_iam_policy.p[0]', STAR)];
  const found = (await review({ 'plan.json': plan(...changes) }, files)).filter((line) => !line.includes('gap'));
  expect(found).toEqual([
    'm/main.tf:2 wildcard-resource by plan.json:28',
    'main.tf:2 wildcard-resource by plan.json:14',
  ]);
  // What the configuration says itself is said once, at its exact place; every instance is the same block.
  const known = { 'main.tf': { text: policy(document('"*"')) } };
  const instances = [change('aws_iam_policy.p[0]', STAR), change('aws_iam_policy.p[1]', STAR)];
  expect(await review({ 'plan.json': plan(...instances) }, known)).toEqual(['main.tf:2 wildcard-resource']);
  // Without the configuration the plan is all there is.
  expect(await review({ 'plan.json': plan(change('aws_iam_policy.p', STAR)) })).toEqual([
    'plan.json:14 wildcard-resource',
  ]);
});

test('KMS permissions that are passed to a module of a registry are a gap, documents among them are read', async () => {
  const files = {
    'main.tf': `module "kms" {
  source         = "terraform-aws-modules/kms/aws"
  key_statements = [{ actions = local.actions, resources = ["*"] }]
  other          = ["kms:Encrypt"]
}
locals {
  actions = ["s3:GetObject", "kms:*"]
}
module "policy" {
  source = "terraform-aws-modules/iam/aws//modules/iam-policy"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }] })
}
module "key" {
  source = "./key"
  users  = ["kms:Decrypt"]
}
module "store" {
  source = "terraform-aws-modules/s3-bucket/aws"
  policy = "s3:GetObject"
  words  = "kms:is for keys"
}
`,
  };
  expect(await review(files)).toEqual([
    'main.tf:11 wildcard-resource',
    'main.tf:13 gap: no Terraform file of the module in `key/` can be read here',
    'main.tf:7 gap: `kms:*` is passed to `module.kms`, a module that is not in these files: what it allows was not reviewed',
  ]);
});
