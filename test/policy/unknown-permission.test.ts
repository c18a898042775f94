import { expect, test } from 'vitest';
import { KNOWN_UNTIL } from '../../src/kms/permissions.ts';
import { reviewOf } from '../review-of.ts';

/** A permission that nobody knows may be newer than our data: it counts as one for a key, nothing of it is certain, and it is told. */

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

async function told(statement: object): Promise<string[]> {
  const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Resource: KEY, ...statement } };
  const { findings, gaps } = await reviewOf({ 'p.json': JSON.stringify(document) });
  return [...findings.map(({ rule, severity }) => `${severity} ${rule}`), ...gaps.map(() => 'gap')].sort();
}

test('a name like no other is a warning that says of when the facts are', async () => {
  const text = `{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "kms:EscrowKeyMaterial", "Resource": "*"}}`;
  const { findings } = await reviewOf({ 'p.json': text });
  expect(findings).toMatchObject([{ rule: 'unknown-action', severity: 'warning' }]);
  expect(findings[0]?.message).toContain(`no KMS permission of ${KNOWN_UNTIL}`);
  expect(findings[0]?.message).toContain('it denies nothing, or it is newer');
});

test.each([
  ['a slip of the pen', { Action: 'kms:Decript' }, ['error unknown-action']],
  ['another name of the API', { Action: 'kms:DeleteKey' }, ['error unknown-action']],
  ['a pattern', { Action: 'kms:Escrow*' }, ['warning unknown-action']],
  ['in any letter case', { Action: 'KMS:ESCROWKEYMATERIAL' }, ['warning unknown-action']],
  ['what no permission can be called', { Action: 'kms:Escrow Key/Material' }, ['error unknown-action']],
  ['no name at all', { Action: 'kms:' }, ['error unknown-action']],
  ['on every key', { Action: 'kms:EscrowKeyMaterial', Resource: '*' }, ['warning unknown-action']],
  [
    'beside a known one on every key',
    { Action: ['kms:EscrowKeyMaterial', 'kms:Decrypt'], Resource: '*' },
    ['error wildcard-resource', 'warning unknown-action'],
  ],
  [
    'beside one for no key',
    { Action: ['kms:EscrowKeyMaterial', 'kms:ListKeys'], Resource: '*' },
    ['warning unknown-action'],
  ],
  [
    'no ARN',
    { Action: 'kms:EscrowKeyMaterial', Resource: 'alias/x' },
    ['error key-identifier-not-arn', 'warning unknown-action'],
  ],
  [
    'an alias',
    { Action: 'kms:EscrowKeyMaterial', Resource: 'arn:aws:kms:us-east-1:111122223333:alias/x' },
    ['warning unknown-action'],
  ],
  ['of another service, perhaps', { Action: ['*:EscrowKeyMaterial', 'k*:EscrowKeyMaterial'] }, []],
])('%s', async (_what, statement, expected) => {
  expect(await told(statement)).toEqual(expected);
});

test('a condition that no known permission of the statement has may be for the unknown one', async () => {
  const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  expect(await told({ Action: ['kms:Encrypt'], Condition })).toContain('error no-effect');
  expect(await told({ Action: ['kms:Encrypt', 'kms:EscrowKeyMaterial'], Condition })).toEqual([
    'warning unknown-action',
  ]);
});

test('a name of which only the beginning is known, and no permission begins so, is not passed over', async () => {
  const template = (action: string): string => `Parameters:
  What: {Type: String}
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: !Sub "${action}", Resource: "${KEY}"}
`;
  const gaps = async (action: string): Promise<number> => (await reviewOf({ 't.yaml': template(action) })).gaps.length;
  expect(await gaps('kms:Escrow${What}')).toBe(1);
  expect(await gaps('s3:Escrow${What}')).toBe(0);
});

test('where the Version cannot be read, nobody knows whether a variable is one', async () => {
  const template = (version: string): string =>
    `Parameters: {V: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: ${version}\n        Statement:\n          - {Effect: Allow, Action: "kms:\${x}", Resource: "arn:aws:kms:us-east-1:111122223333:key/k"}\n`;
  const rulesOf = async (version: string) =>
    (await reviewOf({ 'a.yaml': template(version) })).findings.map(({ rule }) => rule);
  expect(await rulesOf('"2008-10-17"')).toEqual(['unknown-action']);
  expect(await rulesOf('"2012-10-17"')).toEqual([]);
  expect(await rulesOf('!Ref V')).toEqual([]);
});

test('an element that stands twice is none of ours where nobody knows whether the policy is about KMS', async () => {
  const policy = (action: string) =>
    `{"Statement": {"Effect": "Deny", "NotAction": [${action}], "Resource": "*", "Sid": "a", "Sid": "a"}}`;
  const rulesOf = async (action: string) =>
    (
      await reviewOf({ 'main.tf': `resource "aws_iam_policy" "p" {\n  policy = <<EOF\n${policy(action)}\nEOF\n}\n` })
    ).findings
      .map(({ rule }) => rule)
      .filter((rule) => rule === 'duplicate-element');
  expect(await rulesOf('"s3:*"')).toEqual(['duplicate-element']);
  expect(await rulesOf('"kms:*"')).toEqual([]);
  expect(await rulesOf('"${var.a}"')).toEqual([]);
});

test.each([
  ['a resource that may be no key', ['kms:Creat*'], '${var.key}', []],
  [
    'a key whose account nobody knows',
    ['kms:Creat*'],
    'arn:aws:kms:us-east-1:${var.account}:key/k',
    ['unlimited-create-grant'],
  ],
  [
    'an action that may be any, beside every action',
    ['kms:*', '${var.action}'],
    '*',
    ['unlimited-create-key', 'wildcard-action', 'wildcard-resource'],
  ],
])('%s', async (_name, actions, resource, expected) => {
  const statement = `{ Effect = "Allow", Action = ${JSON.stringify(actions)}, Resource = "${resource}" }`;
  const policy = `jsonencode({ Version = "2012-10-17", Statement = [${statement}] })`;
  const { findings } = await reviewOf({ 'main.tf': `resource "aws_iam_policy" "p" {\n  policy = ${policy}\n}\n` });
  expect(findings.map(({ rule }) => rule).sort()).toEqual(expected);
});

test('a key ID beside actions that may be of another service is left alone', async () => {
  const rulesOf = async (action: string) => {
    const statement = `{ Effect = "Allow", Action = ["${action}"], Resource = ["1234abcd-12ab-34cd-56ef-1234567890ab"] }`;
    const policy = `jsonencode({ Version = "2012-10-17", Statement = [${statement}] })`;
    const text = `resource "aws_iam_policy" "p" {\n  policy = ${policy}\n}\n`;
    return (await reviewOf({ 'main.tf': text })).findings.map(({ rule }) => rule);
  };
  expect(await rulesOf('kms:Decrypt')).toEqual(['key-identifier-not-arn']);
  expect(await rulesOf('${var.action}')).toEqual([]);
});

test('NotResource is reported where no permission may be for a key', async () => {
  const rulesOf = async (action: string) => {
    const statement = `{ Effect = "Allow", Action = ["kms:DeleteAlias", "${action}"], NotResource = ["arn:aws:kms:us-east-1:111122223333:alias/a"] }`;
    const policy = `jsonencode({ Version = "2012-10-17", Statement = [${statement}] })`;
    const text = `resource "aws_iam_policy" "p" {\n  policy = ${policy}\n}\n`;
    return (await reviewOf({ 'main.tf': text })).findings.map(({ rule }) => rule);
  };
  expect(await rulesOf('kms:ListKeys')).toContain('not-element');
  expect(await rulesOf('${var.action}')).not.toContain('not-element');
});
