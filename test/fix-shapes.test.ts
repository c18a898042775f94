import { describe, expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { type Analysis, analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { applyEdits, openProver } from '../src/review/prove.ts';
import { surveyOf } from '../src/review/survey.ts';
import type { Finding } from '../src/rules/rule.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

/** Text in, text out: what the fix of a file makes of it, and the shapes that are left to words. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);
const CONFIG: Config = { ...DEFAULT_CONFIG, account: '111122223333' };

function analyse(path: string, text: string, config: Config, others: readonly SourceFile[]): Analysis {
  const file = new SourceFile(path, text);
  const [analysis] = /\.tf(\.json)?$/.test(path)
    ? analyseModules([file, ...others], config, hcl)
    : [analyseFile(file, config, { yaml: parseYaml })];
  return analysis as Analysis;
}

/** The file after the fix of its first finding of a rule; undefined where there is none. Every finding must be there. */
function fixed(
  rule: string,
  path: string,
  text: string,
  { config = CONFIG, others = [], texts = [] }: { config?: Config; others?: SourceFile[]; texts?: string[] } = {},
): string | undefined {
  const analysis = analyse(path, text, config, others);
  const finding = analysis.findings.find((one) => one.rule === rule);
  expect(finding, `${rule} is not found at all`).toBeDefined();
  const prover = openProver({
    config,
    survey: surveyOf([text, ...others.map((one) => one.text), ...texts], config.account),
  });
  const fix = finding && prover.prove(analysis, [finding]);
  return fix && applyEdits(text, fix.edits);
}

const role = (statements: string): string => `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
${statements}`;

describe('what a fix writes', () => {
  test('YAML: comments, blank lines and quotes stay', () => {
    const before = role(`          # Orders
          - Sid: Read # may be large

            Effect: Allow
            # What the workers need
            Action: [ 'kms:Decrypt', kms:DescribeKey ]
            Resource: '*' # TODO

          # Payments
          - Effect: Allow
            Action: kms:Sign
            Resource: !GetAtt Key.Arn
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
`);
    expect(fixed('wildcard-resource', 'a.yaml', before)).toBe(
      before.replace(
        "Resource: '*' # TODO\n",
        `Resource: '*' # TODO
            Condition:
              StringEquals:
                aws:ResourceAccount: !Ref AWS::AccountId
`,
      ),
    );
  });

  test('YAML: a condition that is there gets one more key, in its own indentation', () => {
    const before = role(`        - Effect: Allow
          Action: kms:Decrypt
          Resource: "*"
          Condition:
              StringEquals:
                  kms:ViaService: s3.us-east-1.amazonaws.com
`);
    expect(fixed('wildcard-resource', 'a.yaml', before)).toBe(
      `${before}                  aws:ResourceAccount: !Ref AWS::AccountId\n`,
    );
  });

  test('YAML: the long form where the file has it', () => {
    const before = role(`          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
          - Effect: Allow
            Action: sqs:SendMessage
            Resource: { Fn::GetAtt: [ Queue, Arn ] }
`);
    expect(fixed('wildcard-resource', 'a.yaml', before)).toContain('aws:ResourceAccount: { Ref: AWS::AccountId }\n');
  });

  test('YAML: items are taken out with their lines, the first, one in between and the last', () => {
    const alias = '            - arn:aws:kms:us-east-1:111122223333:alias/app\n';
    const key = '            - arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\n';
    for (const list of [
      [alias, key, key],
      [key, alias, key],
      [key, key, alias],
    ]) {
      const before = role(`        - Effect: Allow
          Action: kms:Decrypt
          Resource:
${list.join('')}        - Effect: Allow
          Action: s3:GetObject
          Resource: "*"
`);
      expect(fixed('alias-as-key', 'a.yaml', before)).toBe(before.replace(alias, ''));
    }
  });

  test('JSON: names that need "*" go to a statement of their own', () => {
    const before = `{
\t"Version": "2012-10-17",
\t"Statement": [{
\t\t"Sid": "All",
\t\t"Effect": "Allow",
\t\t"Action": [
\t\t\t"kms:Decrypt",
\t\t\t"kms:List*",
\t\t\t"kms:CreateKey"
\t\t],
\t\t"Resource": ["*"]
\t}]
}
`;
    expect(fixed('wildcard-resource', 'policies/role.json', before)).toBe(`{
\t"Version": "2012-10-17",
\t"Statement": [{
\t\t"Sid": "All",
\t\t"Effect": "Allow",
\t\t"Action": [
\t\t\t"kms:Decrypt",
\t\t\t"kms:List*"
\t\t],
\t\t"Resource": ["*"],
\t\t"Condition": {
\t\t\t"StringEquals": {
\t\t\t\t"aws:ResourceAccount": "111122223333"
\t\t\t}
\t\t}
\t}, {
\t\t"Effect": "Allow",
\t\t"Action": [
\t\t\t"kms:CreateKey",
\t\t\t"kms:ListAliases",
\t\t\t"kms:ListKeys",
\t\t\t"kms:ListRetirableGrants"
\t\t],
\t\t"Resource": ["*"]
\t}]
}
`);
  });

  test('JSON: what other services get stays as it is', () => {
    const before =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","kms:List*","kms:Decrypt"],"Resource":"*"}}';
    expect(fixed('wildcard-resource', 'p.json', before)).toBe(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","kms:ListAliases","kms:ListKeys","kms:ListRetirableGrants"],"Resource":"*"}, ' +
        '{"Effect":"Allow","Action":["kms:List*","kms:Decrypt"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceAccount":"111122223333"}}}]}',
    );
  });

  test('HCL: as terraform fmt lays it out', () => {
    const before = `data "aws_caller_identity" "this" {}

data "aws_iam_policy_document" "app" {
  statement {
    sid       = "Keys"
    actions   = ["kms:Decrypt", "kms:ListAliases"] # both
    resources = ["*"]
  }

  # Queues
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:us-east-1:*:app"]
  }
}

resource "aws_iam_policy" "app" {
  policy = data.aws_iam_policy_document.app.json
}
`;
    expect(fixed('wildcard-resource', 'main.tf', before.replace(' # both', ''), { config: DEFAULT_CONFIG })).toBe(
      before.replace(
        `    actions   = ["kms:Decrypt", "kms:ListAliases"] # both
    resources = ["*"]
  }
`,
        `    actions   = ["kms:Decrypt"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }

  statement {
    actions   = ["kms:ListAliases"]
    resources = ["*"]
  }
`,
      ),
    );
    // A comment is for one statement: a copy of it would be for none.
    expect(fixed('wildcard-resource', 'main.tf', before, { config: DEFAULT_CONFIG })).toBeUndefined();
  });

  test('HCL: a property stands among the simple ones, its sign under theirs', () => {
    const before = `resource "aws_kms_key" "orders" {
  description                        = "orders"
  bypass_policy_lockout_safety_check = false

  tags = {
    Team = "orders"
  }
}
`;
    expect(fixed('key-rotation', 'main.tf', before)).toBe(
      before.replace('= false\n', '= false\n  enable_key_rotation                = true\n'),
    );
    expect(fixed('key-rotation', 'main.tf', 'resource "aws_kms_key" "a" {}\n')).toBe(
      'resource "aws_kms_key" "a" {\n  enable_key_rotation = true\n}\n',
    );
  });

  test('CloudFormation: a key without properties gets them', () => {
    const before = 'Resources:\n  Key:\n    Type: AWS::KMS::Key\n    DeletionPolicy: Retain\n';
    expect(fixed('key-rotation', 'a.yaml', before)).toBe(
      'Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n    DeletionPolicy: Retain\n',
    );
    const json = '{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}}}';
    expect(fixed('key-rotation', 'a.json', json)).toBe(
      '{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": true}}}}',
    );
  });

  test('a byte order mark, a file without a line break at its end', () => {
    const before =
      '\ufeffResources:\r\n  Key:\r\n    Type: AWS::KMS::Key\r\n    Properties:\r\n      EnableKeyRotation: false';
    expect(fixed('key-rotation', 'a.yaml', before)).toBe(before.replace('false', 'true'));
  });
});

const statement = (resource: string, more = ''): string =>
  role(`          - Effect: Allow
            Action: kms:Decrypt
            Resource: ${resource}
${more}`);
const STAR = '"*"';

describe('what is left to words', () => {
  test.each<[string, string, string, string, Parameters<typeof fixed>[3]?]>([
    [
      'no account is known',
      'wildcard-resource',
      'p.json',
      '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}',
      { config: DEFAULT_CONFIG },
    ],
    ['another account is named beside it', 'wildcard-resource', 'a.yaml', statement(`${STAR} # of 444455556666`)],
    [
      'another account is named in another file of the change',
      'wildcard-resource',
      'a.yaml',
      statement(STAR),
      { texts: ['key: arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab'] },
    ],
    [
      'the account that is left open cannot be the own one',
      'wildcard-resource',
      'a.yaml',
      statement('arn:aws:kms:us-east-1:44445555????:key/*'),
    ],
    [
      'an action is not known',
      'wildcard-resource',
      'a.yaml',
      statement(STAR).replace('kms:Decrypt', '[ kms:Decrypt, kms:Frobnicate ]'),
    ],
    [
      'an action comes from a parameter',
      'wildcard-resource',
      'a.yaml',
      statement(STAR).replace('kms:Decrypt', '[ kms:Decrypt, !Ref Action ]'),
    ],
    ['a resource beside it is not known', 'wildcard-resource', 'a.yaml', statement(`[ ${STAR}, !Ref Other ]`)],
    [
      'the statement is there under a condition only',
      'wildcard-resource',
      'a.yaml',
      role(`          - !If
            - Large
            - Effect: Allow
              Action: kms:Decrypt
              Resource: "*"
            - !Ref AWS::NoValue
`),
    ],
    [
      'the conditions are an anchor',
      'wildcard-resource',
      'a.yaml',
      statement(STAR, '            Condition: &guard\n              Bool: { aws:SecureTransport: "true" }\n'),
    ],
    [
      'the statement is used twice, by an alias',
      'wildcard-resource',
      'a.yaml',
      role(`          - &one
            Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
          - *one
`),
    ],
    [
      'a merge key brings a part of it',
      'wildcard-resource',
      'a.yaml',
      `x: &base\n  Effect: Allow\n${statement(STAR).replace('- Effect: Allow', '- <<: *base')}`,
    ],
    [
      'the conditions name the key already',
      'wildcard-resource',
      'a.yaml',
      statement(
        STAR,
        '            Condition:\n              StringNotEquals:\n                aws:ResourceAccount: "111122223333"\n              StringEquals:\n                aws:resourceaccount: "*"\n',
      ),
    ],
    [
      'a program made the template',
      'wildcard-resource',
      'a.yaml',
      statement(STAR).replace(
        '    Properties:',
        '    Metadata:\n      aws:cdk:path: App/Role/Resource\n    Properties:',
      ),
    ],
    [
      'a comment stands at what would be taken out',
      'alias-as-key',
      'a.yaml',
      statement(`
              - arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
              - arn:aws:kms:us-east-1:111122223333:alias/app # the one that matters`),
    ],
    [
      'a comment stands above what would be taken out',
      'alias-as-key',
      'a.yaml',
      statement(`
              - arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
              # the one that matters
              - arn:aws:kms:us-east-1:111122223333:alias/app`),
    ],
    [
      'nothing else would stay',
      'alias-as-key',
      'a.yaml',
      statement('[ arn:aws:kms:us-east-1:111122223333:alias/app ]'),
    ],
    [
      'the same element twice says two things',
      'duplicate-element',
      'p.json',
      '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Action": "kms:Encrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}',
    ],
    [
      'IfExists may be meant',
      'weak-condition',
      'a.yaml',
      statement(
        '!GetAtt Key.Arn',
        '            Condition:\n              StringEqualsIfExists:\n                kms:ViaService: s3.us-east-1.amazonaws.com\n',
      ),
    ],
    [
      'a key policy would lock people out',
      'weak-condition',
      'p.json',
      '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}}]}',
    ],
    [
      'the other operator is there already',
      'weak-condition',
      'p.json',
      '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}, "StringLike": {"kms:ViaService": "s3.*"}}}]}',
    ],
    [
      'rotation is a parameter',
      'key-rotation',
      'a.yaml',
      'Parameters:\n  Rotate: { Type: String, AllowedValues: [ "false" ] }\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: !Ref Rotate\n',
    ],
    [
      'a list of all permissions',
      'wildcard-action',
      'p.json',
      '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}',
    ],
  ])('%s', (_name, rule, path, text, how) => {
    expect(fixed(rule, path, text, how)).toBeUndefined();
  });

  const document = (statements: string): string => `data "aws_caller_identity" "current" {}
${statements}
resource "aws_iam_policy" "a" {
  policy = data.aws_iam_policy_document.a.json
}
`;
  test.each<[string, string]>([
    [
      'a statement of a dynamic block',
      document(`data "aws_iam_policy_document" "a" {
  dynamic "statement" {
    for_each = ["kms:Decrypt", "kms:Encrypt"]
    content {
      actions   = [statement.value]
      resources = ["*"]
    }
  }
}`),
    ],
    [
      'a document in a local',
      `data "aws_caller_identity" "current" {}
locals {
  policy = {
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]
  }
}
resource "aws_iam_policy" "a" {
  policy = jsonencode(local.policy)
}
`,
    ],
    [
      'a document of several instances',
      `data "aws_caller_identity" "current" {}
resource "aws_iam_policy" "a" {
  for_each = toset(["x", "y"])
  name     = each.key
  policy   = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]
  })
}
`,
    ],
    [
      'a provider that may be for another account',
      document(`data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
  }
}
resource "aws_kms_key" "peer" {
  provider            = aws.peer
  enable_key_rotation = true
}`),
    ],
  ])('Terraform: %s', (_name, text) => {
    expect(fixed('wildcard-resource', 'main.tf', text, { config: DEFAULT_CONFIG })).toBeUndefined();
  });
});

test('a proof that breaks costs the fix and says so; the finding stands', () => {
  const text = statement(STAR);
  const analysis = analyse('a.yaml', text, CONFIG, []);
  const finding = analysis.findings.find(({ rule }) => rule === 'wildcard-resource') as Finding;
  const broken: Analysis = {
    ...analysis,
    again: {
      parsers: { yaml: parseYaml },
      analyse: () => {
        throw new Error('no');
      },
    },
  };
  const prover = openProver({ config: CONFIG, survey: surveyOf([text], CONFIG.account) });
  expect(prover.prove(broken, [finding])).toBeUndefined();
  expect(prover.broken).toMatchObject([{ reason: expect.stringContaining('which is a bug of this program: no') }]);
  expect(prover.prove(analysis, [finding])).toBeDefined();
});
