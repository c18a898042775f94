import { expect, test } from 'vitest';
import { cloudformationValue, terraformValue } from './expressions.ts';
import { readingOf } from './reading-words.ts';

/** What is at a bound is read, what is over it is not known, and where that leaves something out it says so. */

const many = (count: number, one: (index: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, index) => one(index)).join(between);

/** The lines of a reading that speak of something. */
const about = (lines: readonly string[], word: string): string[] => lines.filter((line) => line.includes(word));

const managed = (resource: string): string =>
  `{Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: kms:Sign, Resource: ${resource}}}}}`;

test.each([
  [500, 500],
  [501, 0],
])('CloudFormation: of %i keys so many are proposed: %i', (count, proposed) => {
  const keys = many(count, (index) => `  K${index}: {Type: AWS::KMS::Key}`);
  const [line = ''] = about(
    readingOf({ 'a.yaml': `Resources:\n${keys}\n  P: ${managed('"*"')}\n` }),
    'P.PolicyDocument',
  );
  expect(line.split(/K\d+\.Arn/).length - 1).toBe(proposed);
});

test.each([
  [500, 500],
  [501, 0],
])('Terraform: of %i keys so many are proposed: %i', (count, proposed) => {
  const keys = many(count, (index) => `resource "aws_kms_key" "k${index}" {}`);
  const policy =
    'resource "aws_iam_policy" "p" { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Sign", Resource = "*" }] }) }';
  const [line = ''] = about(readingOf({ 'main.tf': `${keys}\n${policy}\n` }), 'aws_iam_policy.p:');
  expect(line.split(/aws_kms_key\.k\d+\.arn/).length - 1).toBe(proposed);
});

test.each([
  [1000, 'key-arn'],
  [1001, ''],
])('CloudFormation: the last of %i resources of a loop is %s', (count, meaning) => {
  const values = many(count, (index) => `"N${index}"`, ', ');
  const text = `Resources:\n  Fn::ForEach::L: [N, [${values}], {"K\${N}": {Type: AWS::KMS::Key}}]\n  P: ${managed(`!GetAtt KN${count - 1}.Arn`)}\n`;
  const [line = ''] = about(readingOf({ 'a.yaml': text }), 'resource 3');
  expect(line.includes('key-arn')).toBe(meaning === 'key-arn');
});

test.each([
  [5, 1],
  [6, 0],
])('Kubernetes: in %i lists %i manifest is found', (depth, found) => {
  const manifest = `{"apiVersion": "kms.services.k8s.aws/v1", "kind": "Key", "spec": {"policy": "{\\"Statement\\": {\\"Effect\\": \\"Allow\\", \\"Principal\\": \\"*\\", \\"Action\\": \\"kms:*\\", \\"Resource\\": \\"*\\"}}"}}`;
  let text = manifest;
  for (let level = 0; level < depth; level++) text = `{"apiVersion": "v1", "kind": "List", "items": [${text}]}`;
  const lines = readingOf({ 'a.json': text });
  expect(about(lines, 'key-policy, Key').length).toBe(found);
});

test.each([
  [19, true],
  [20, false],
])('CloudFormation: a condition that stands for %i others is known: %s', (count, isKnown) => {
  const conditions = many(count, (index) => `  C${index}: !Condition C${index + 1}`);
  const text = `Conditions:\n${conditions}\n  C${count}: !Equals [a, a]\nResources:\n  P: ${managed('!If [C0, a, b]')}\n`;
  const [line = ''] = about(readingOf({ 'a.yaml': text }), `resource ${count + 4}`);
  expect(line.includes('?')).toBe(!isKnown);
});

test.each([
  [50, 'one of'],
  [51, 'not known'],
])('Terraform: an index that is not known into %i values is %s', (count, wanted) => {
  const value = terraformValue(`[${many(count, (index) => `"v${index}"`, ', ')}][var.x]`);
  expect(value.includes('one of')).toBe(wanted === 'one of');
});

test.each([
  [1000, true],
  [1001, false],
])('Terraform: a list of %i is looked into: %s', (count, isRead) => {
  const list = `[${many(count, () => '"a"', ', ')}]`;
  expect(terraformValue(`length([for v in ${list} : v])`) === `${count} (number)`).toBe(isRead);
  expect(terraformValue(`length(concat(${list}))`) === `${count} (number)`).toBe(isRead);
  expect(
    terraformValue(`length(keys({${many(count, (index) => `k${index} = 1`, ', ')}}))`) === `${count} (number)`,
  ).toBe(isRead);
  expect(terraformValue(`split(",", "${many(count, () => 'a', ',')}")[0]`).startsWith("'a'")).toBe(isRead);
  expect(terraformValue(`length(setproduct([${many(count, () => '"a"', ', ')}], ["b"]))`) === `${count} (number)`).toBe(
    isRead,
  );
});

test.each([
  [100, 100],
  [101, 1],
])('Terraform: a resource for each of %i is %i policies', (count, policies) => {
  const names = many(count, (index) => `"n${index}"`, ', ');
  const text = `resource "aws_iam_policy" "p" {\n  for_each = toset([${names}])\n  policy   = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Sign", Resource = each.key }] })\n}\n`;
  expect(about(readingOf({ 'main.tf': text }), 'identity-policy').length).toBe(policies);
});

test('Terraform: documents that are made of one another in a long row', () => {
  const text = `data "aws_iam_policy_document" "d0" {\n  statement {\n    actions   = ["kms:Sign"]\n    resources = ["*"]\n  }\n}\n${many(110, (index) => `data "aws_iam_policy_document" "d${index + 1}" { source_policy_documents = [data.aws_iam_policy_document.d${index}.json] }`)}\nresource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d110.json }\nresource "aws_iam_policy" "q" { policy = data.aws_iam_policy_document.d99.json }\n`;
  const lines = readingOf({ 'main.tf': text });
  expect(about(lines, 'unread statement').length).toBe(1);
  expect(about(lines, 'action').length).toBe(1);
});

test('CloudFormation: a mapping of many values', () => {
  const entries = (count: number): string => many(count, (index) => `k${index}: {v: "${index}"}`, ', ');
  for (const [count, isKnown] of [
    [5, true],
    [1001, false],
  ] as const) {
    const text = `Parameters: {Any: {Type: String}}\nMappings: {M: {${entries(count)}}}\nResources:\n  P: ${managed('!FindInMap [M, !Ref Any, v]')}\n`;
    const [line = ''] = about(readingOf({ 'a.yaml': text }), 'resource 4');
    expect(line.includes('<!FindInMap [M, …, v]>')).toBe(!isKnown);
  }
});

test('a document with more statements than can be compared says so', () => {
  const resource = `arn:aws:kms:us-east-1:111122223333:key/${'a*'.repeat(100)}`;
  const statements = [
    ...Array.from({ length: 80 }, (_, index) => ({
      Effect: 'Allow',
      Action: 'kms:Sign',
      Resource: `${resource}${index}`,
    })),
    ...Array.from({ length: 80 }, (_, index) => ({
      Effect: 'Deny',
      Action: 'kms:Sign',
      Resource: Array.from({ length: 80 }, (_, item) => `${resource}b${index}c${item}`),
    })),
  ];
  const lines = readingOf({ 'policy.json': JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
  expect(about(lines, 'gap')).toEqual([
    'gap 1:1: `policy` has too many statements to compare each Allow with each Deny; what Deny statements take away was not looked at in full',
  ]);
  expect(about(lines, 'error')).toEqual([]);
});

test('Serverless Framework: variables that lead to one another in a long row', () => {
  const row = (count: number): string =>
    `service: kms\ncustom:\n${many(count, (index) => `  v${index}: "\${self:custom.v${index + 1}}"`)}\n  v${count}: "*"\nprovider: {name: aws, iamRoleStatements: [{Effect: Allow, Action: kms:Sign, Resource: "\${self:custom.v0}"}]}\n`;
  expect(about(readingOf({ 'serverless.yml': row(20) }), 'wildcard-resource').length).toBe(1);
  expect(about(readingOf({ 'serverless.yml': row(21) }), 'wildcard-resource').length).toBe(0);
});

test('a value over many stacks', () => {
  const row = (count: number): Record<string, string> => ({
    'z.yaml': `Resources:\n  P: ${managed('!ImportValue V0')}\n`,
    ...Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `s${index}.yaml`,
        `# kms\nResources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: ${index + 1 === count ? '"*"' : `!ImportValue V${index + 1}`}, Export: {Name: V${index}}}}\n`,
      ]),
    ),
  });
  expect(about(readingOf(row(20), true), 'wildcard-resource').length).toBe(1);
  const over = readingOf(row(21), true);
  expect(about(over, 'wildcard-resource').length).toBe(0);
  expect(about(over, 'gap')).toEqual(['gap 2:123: the resource is `!ImportValue V0`, whose value is not in this file']);
});

test('CloudFormation: how many outcomes a function may have', () => {
  expect(cloudformationValue('!Join ["-", [!Ref Closed, !Ref Closed]]')).toBe(
    "<!Join [-, …]; one of 'p-p' | 'p-q' | 'q-p' | 'q-q'>",
  );
});

test("what is too deep to be read is nobody's mistake", () => {
  const text = `{"Statement": [{"Effect": "Allow", "Action": "kms:Sign", "Resource": "*"}], "x": ${'['.repeat(2000)}${']'.repeat(2000)}}`;
  const lines = readingOf({ 'policy.json': text });
  expect(about(lines, 'unreadable-file')).toEqual([]);
  expect(about(lines, 'not read from here on').length).toBe(1);
});
