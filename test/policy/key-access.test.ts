import { describe, expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { type Analysis, analyseFile } from '../../src/review/analyse.ts';
import { analyseModules } from '../../src/review/analyse-terraform.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

/** `path:line quoted text` of every IAM policy that a key policy leaves nothing to. */
function kept(analyses: readonly Analysis[]): string[] {
  return analyses
    .flatMap(({ findings }) => findings)
    .filter(({ rule, message }) => rule === 'no-effect' && message.startsWith('The key policy of '))
    .map(({ span }) => `${span.file.path}:${span.file.position(span.start).line} ${span.file.slice(span)}`);
}

const ROOT =
  '{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}';
const ADMIN =
  '{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/admin"}, Action: ["kms:PutKeyPolicy", "kms:Describe*"], Resource: "*"}';

function template(keyPolicy: string, action: string, resource = '!GetAtt Key.Arn'): string {
  return `Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: true, KeyPolicy: ${keyPolicy}}
  Read:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ${action}
            Resource: ${resource}
`;
}

describe('a key policy that leaves nothing to IAM policies', () => {
  const review = (text: string, config: Partial<Config> = {}) =>
    kept([analyseFile(new SourceFile('a.yaml', text), { ...DEFAULT_CONFIG, ...config }, { yaml: parseYaml })]);
  const policy = (...statements: string[]): string => `{Statement: [${statements.join(', ')}]}`;

  test('makes what IAM policies allow on its key do nothing', () => {
    expect(review(template(policy(ADMIN), 'kms:Decrypt'))).toEqual(['a.yaml:12 !GetAtt Key.Arn']);
    expect(review(template(policy(ADMIN), '["kms:Decrypt", "kms:Encrypt"]', '!Sub "${Key.Arn}"'))).toHaveLength(1);
    const service = '{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "kms:*", Resource: "*"}';
    expect(review(template(policy(ADMIN, service), 'kms:Decrypt'))).toHaveLength(1);
  });

  test('says nothing where the account, the principal or anybody unknown may have it', () => {
    expect(review(template(policy(ROOT), 'kms:Decrypt'))).toEqual([]);
    const used = '{Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: "kms:Decrypt", Resource: "*"}';
    expect(review(template(policy(ADMIN, used), 'kms:Decrypt'))).toEqual([]);
    const unknown = '{Effect: Allow, Principal: {AWS: !Ref Who}, Action: !Ref What, Resource: "*"}';
    expect(review(template(policy(ADMIN, unknown), 'kms:Decrypt'))).toEqual([]);
    // One of the two does something.
    expect(review(template(policy(ADMIN), '["kms:Decrypt", "kms:DescribeKey"]'))).toEqual([]);
    expect(review(template('!Ref Policy', 'kms:Decrypt'))).toEqual([]);
    expect(review(template(policy(ADMIN), 'kms:Decrypt', '"arn:aws:kms:us-east-1:111122223333:key/a"'))).toEqual([]);
  });

  test('an account that certainly is another one leaves nothing to this one', () => {
    const foreign = '{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "kms:Decrypt", Resource: "*"}';
    const text = template(policy(ADMIN, foreign), 'kms:Decrypt');
    expect(review(text)).toEqual([]);
    expect(review(text, { account: '111122223333' })).toHaveLength(1);
  });
});

describe('in Terraform the key stands in another file', () => {
  const key = (principal: string, action = '"kms:*"') => `resource "aws_kms_key" "k" {
  enable_key_rotation = true
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = ${principal} }, Action = ${action}, Resource = "*" }] })
}`;
  const iam = `data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }
}
resource "aws_iam_policy" "read" {
  policy = data.aws_iam_policy_document.read.json
}`;
  const review = (kms: string, more = '') =>
    kept(
      analyseModules(
        [new SourceFile('iam.tf', iam), new SourceFile('kms.tf', kms), new SourceFile('more.tf', more)],
        DEFAULT_CONFIG,
        hcl,
      ),
    );
  const admin = key('"arn:aws:iam::111122223333:role/admin"', '["kms:PutKeyPolicy"]');

  test('and is looked at all the same', () => {
    expect(review(admin)).toEqual(['iam.tf:4 aws_kms_key.k.arn']);
    expect(review(key('"arn:aws:iam::111122223333:root"'))).toEqual([]);
    expect(review('resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}')).toEqual([]);
  });

  test('unless its policy may be another one', () => {
    const other = 'resource "aws_kms_key_policy" "p" {\n  key_id = aws_kms_key.k.id\n  policy = var.policy\n}';
    expect(review(admin, other)).toEqual([]);
    expect(review(`${admin}\nresource "broken" {`)).toEqual([]);
  });
});
