import { expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { analyseFile } from '../../src/review/analyse.ts';
import { analyseModules } from '../../src/review/analyse-terraform.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

/** Findings as `path:line rule`, and gaps as `path:line gap`, of one file or of Terraform files by path. */
function review(files: Record<string, string>): string[] {
  const sources = Object.entries(files).map(([path, text]) => new SourceFile(path, text));
  const analyses = sources.every(({ path }) => /\.tf(vars)?(\.json)?$/.test(path))
    ? analyseModules(sources, DEFAULT_CONFIG, hcl)
    : sources.map((file) => analyseFile(file, DEFAULT_CONFIG, { yaml: parseYaml }));
  const lines = analyses.flatMap(({ findings, gaps }) => [
    ...findings.map(({ span, rule }) => `${span.file.path}:${span.file.position(span.start).line} ${rule}`),
    ...gaps.map(({ span }) => `${span.file.path}:${span.file.position(span.start).line} gap`),
  ]);
  return lines.sort();
}

test('CloudFormation: references by what they give', () => {
  const text = `Parameters:
  Arn: {Type: String}
  Any: {Type: String, Default: "*"}
Mappings:
  M: {a: {key: "arn:aws:kms:us-east-1:*:key/*"}}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Alias: {Type: AWS::KMS::Alias}
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Action: kms:Sign, Resource: !GetAtt Key.Arn}
          - {Effect: Allow, Action: kms:Sign, Resource: !Ref Key}
          - {Effect: Allow, Action: kms:Sign, Resource: !Ref Alias}
          - {Effect: Allow, Action: kms:Sign, Resource: !Ref Arn}
          - {Effect: Allow, Action: kms:Sign, Resource: !Ref Any}
          - {Effect: Allow, Action: kms:Sign, Resource: !FindInMap [M, a, key]}
          - {Effect: Allow, Action: kms:Sign, Resource: !If [C, !GetAtt Key.Arn, "arn:aws:kms:*"]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Select [1, ["a", "*"]]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Join [":", [arn:aws:kms, !Ref AWS::Region, !Ref AWS::AccountId, key/abc]]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Sub ["arn:aws:kms:us-east-1:\${A}:key/*", {A: "*"}]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Sub "arn:aws:kms:us-east-1:\${!aws:PrincipalAccount}:key/x"}
          - !Ref AWS::NoValue
`;
  expect(review({ 'a.yaml': text })).toEqual([
    'a.yaml:16 key-identifier-not-arn',
    'a.yaml:17 key-identifier-not-arn',
    'a.yaml:18 gap',
    'a.yaml:21 wildcard-resource',
    'a.yaml:22 wildcard-resource',
    'a.yaml:24 wildcard-resource',
    'a.yaml:3 wildcard-resource',
    'a.yaml:5 wildcard-resource',
  ]);
});

test('SAM: policy templates, statements and documents', () => {
  const text = `Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSLambdaBasicExecutionRole
        - KMSDecryptPolicy: {KeyId: "*"}
        - KMSDecryptPolicy: {KeyId: 1234abcd-12ab-34cd-56ef-1234567890ab}
        - KMSEncryptPolicy_v2: {KeyId: alias/app}
        - S3ReadPolicy: {BucketName: b}
        - Statement:
            - {Effect: Allow, Action: kms:Decrypt, Resource: "*"}
`;
  expect(review({ 'sam.yaml': text })).toEqual([
    'sam.yaml:12 wildcard-resource',
    'sam.yaml:7 account-wide-resource',
    'sam.yaml:9 key-identifier-not-arn',
  ]);
});

const POLICY = `resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = var.key }] })
}
variable "key" {}
`;

test('Terraform: a variable is what the variable files say', () => {
  expect(review({ 'a/main.tf': POLICY })).toEqual(['a/main.tf:2 gap']);
  expect(review({ 'a/main.tf': POLICY, 'a/terraform.tfvars': 'key = "*"\n' })).toEqual([
    'a/terraform.tfvars:1 wildcard-resource',
  ]);
  expect(review({ 'a/main.tf': POLICY, 'a/other.tfvars': 'key = "*"\n' })).toEqual(['a/main.tf:2 gap']);
});

test('Terraform: a local module has the arguments of its calls', () => {
  const call = (value: string): string =>
    `module "m" {\n  source = "./modules/m"\n  key    = ${value}\n}\nresource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}\n`;
  expect(review({ 'main.tf': call('"*"'), 'modules/m/main.tf': POLICY })).toEqual(['main.tf:3 wildcard-resource']);
  expect(review({ 'main.tf': call('aws_kms_key.k.arn'), 'modules/m/main.tf': POLICY })).toEqual([]);
  expect(review({ 'main.tf': call('aws_kms_key.k.key_id'), 'modules/m/main.tf': POLICY })).toEqual([
    'main.tf:3 key-identifier-not-arn',
  ]);
  // Two callers, one of them careless.
  const careless = 'module "m" {\n  source = "../modules/m"\n  key = "*"\n}\n';
  expect(
    review({ 'main.tf': call('aws_kms_key.k.arn'), 'other/main.tf': careless, 'modules/m/main.tf': POLICY }),
  ).toEqual(['other/main.tf:3 wildcard-resource']);
  // A module that calls itself ends.
  expect(review({ 'm/main.tf': `${POLICY}module "m" {\n source = "../m"\n key = var.key\n}\n` })).toEqual([
    'm/main.tf:7 gap',
  ]);
});

test('Terraform: what stands in other files of the module', () => {
  const files = {
    'm/data.tf':
      'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["kms:*"]\n    resources = ["*"]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n  }\n}\n',
    'm/main.tf':
      'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n  policy = data.aws_iam_policy_document.d.json\n}\n',
  };
  expect(review(files)).toEqual(['m/data.tf:7 public-key']);
});

test('Terraform: functions, loops and conditions over known values', () => {
  const text = `locals {
  regions = ["us-east-1", "eu-west-1"]
  base    = { Effect = "Allow", Action = "kms:Decrypt" }
  a       = local.b
  b       = local.a
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for region in local.regions : merge(local.base, { Resource = "arn:aws:kms:\${region}:*:key/*" })],
      [merge(local.base, { Resource = var.wide ? "*" : aws_kms_key.k.arn })],
      [merge(local.base, { Resource = format("arn:aws:kms:%s:*:key/*", "us-east-1") })],
      [merge(local.base, { Resource = join(":", ["arn:aws:kms:us-east-1", "*", "key/*"]) })],
      [merge(local.base, { Resource = local.a })],
      [merge(local.base, { Resource = unknown_function("*") })],
    )
  })
}
`;
  expect(review({ 'main.tf': text })).toEqual(
    [
      'main.tf:11 wildcard-resource',
      'main.tf:11 wildcard-resource',
      'main.tf:12 wildcard-resource',
      'main.tf:13 wildcard-resource',
      'main.tf:14 wildcard-resource',
      'main.tf:5 gap',
      'main.tf:16 gap',
    ].sort(),
  );
});

test('a syntax error in one file of a module leaves the others reviewed', () => {
  const lines = review({
    'm/bad.tf': 'resource "aws_iam_policy" {{{\n  a = \n',
    'm/main.tf':
      'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }] })\n}\n',
  });
  expect(lines).toContain('m/main.tf:2 wildcard-resource');
  expect(lines.some((line) => /^m\/bad\.tf:\d+ gap$/.test(line))).toBe(true);
});

test('plans: the change, not what the file says again; what is known only later is a gap', () => {
  const policy = JSON.stringify(
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] }),
  );
  const text = `{"format_version": "1.2",
"planned_values": {"root_module": {"resources": [{"values": {"policy": ${policy}}}]}},
"resource_changes": [
{"address": "aws_iam_policy.a", "mode": "managed", "type": "aws_iam_policy", "name": "a", "change": {"actions": ["create"],
 "after": {"policy": ${policy}}, "after_unknown": {}}},
{"address": "aws_iam_policy.b", "mode": "managed", "type": "aws_iam_policy", "name": "b", "change": {"actions": ["create"],
 "after": {"policy": null},
 "after_unknown": {"policy": true}}},
{"address": "aws_iam_policy.c", "mode": "managed", "type": "aws_iam_policy", "name": "c", "change": {"actions": ["delete"], "before": {"policy": ${policy}}, "after": null}}
]}`;
  expect(review({ 'plan.json': text })).toEqual(['plan.json:5 wildcard-resource', 'plan.json:8 gap']);
});

test('plain documents in manifests of other tools', () => {
  const ack = `apiVersion: iam.services.k8s.aws/v1alpha1
kind: Policy
spec:
  policyDocument: |
    {"Version": "2012-10-17",
     "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt",
                    "Resource": "*"}]}
`;
  const serverless = `provider:
  iam:
    role:
      statements:
        - Effect: Allow
          Action: [kms:Decrypt]
          Resource: "*"
`;
  expect(review({ 'ack.yaml': ack })).toEqual(['ack.yaml:7 wildcard-resource']);
  expect(review({ 'serverless.yml': serverless })).toEqual(['serverless.yml:7 wildcard-resource']);
});

test('CloudFormation: lists in parameters, pieces of texts, mappings by an unknown key', () => {
  const text = `Parameters:
  List: {Type: CommaDelimitedList, Default: "arn:aws:kms:us-east-1:111122223333:key/a1b2, *"}
  Env: {Type: String}
Mappings:
  M:
    dev: {key: "*"}
    prod: {key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: kms:Sign, Resource: !Ref List}
          - {Effect: Allow, Action: kms:Sign, Resource: !FindInMap [M, !Ref Env, key]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Select [1, !Split [",", "x,*"]]}
          - {Effect: Allow, Action: kms:Sign, Resource: !Select [1, !Split [",", !Ref Env]]}
`;
  expect(review({ 'a.yaml': text })).toEqual([
    'a.yaml:16 wildcard-resource',
    'a.yaml:17 gap',
    'a.yaml:2 wildcard-resource',
    'a.yaml:6 wildcard-resource',
  ]);
});

test('CloudFormation: what is made while it is deployed is a gap, and the rest is read', () => {
  const text = `Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/x.yaml}}
Resources:
  Fn::ForEach::Keys: [Name, [a, b], {"Key\${Name}": {Type: AWS::KMS::Key}}]
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Sign, Resource: "*"}]}
`;
  expect(review({ 'a.yaml': text })).toEqual(['a.yaml:1 gap', 'a.yaml:3 key-rotation', 'a.yaml:7 wildcard-resource']);
});

test('CDK: the message names the construct', () => {
  const template = {
    Resources: {
      RoleDefaultPolicy5FFB7DAB: {
        Type: 'AWS::IAM::Policy',
        Metadata: { 'aws:cdk:path': 'AppStack/Role/DefaultPolicy/Resource' },
        Properties: {
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] },
        },
      },
    },
  };
  const file = new SourceFile('cdk.out/AppStack.template.json', JSON.stringify(template));
  const [finding] = analyseFile(file, DEFAULT_CONFIG, {}).findings;
  expect(finding?.message).toMatch(/The CDK construct is `AppStack\/Role\/DefaultPolicy`\.$/);
});

test('CDK: the construct tree says once more what the templates say, so it is passed over, with the reason', () => {
  const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } };
  const attributes = { 'aws:cdk:cloudformation:props': { policyDocument: { Statement: [statement] } } };
  const tree = { version: 'tree-0.1', tree: { id: 'App', path: '', children: { Role: { id: 'Role', attributes } } } };
  const read = analyseFile(new SourceFile('cdk.out/tree.json', JSON.stringify(tree)), DEFAULT_CONFIG, {});
  expect(read).toMatchObject({ findings: [], gaps: [], contents: { policies: [] } });
  expect(read.contents.reason).toBe('the construct tree of a CDK app; the templates beside it are read');
  const other = analyseFile(new SourceFile('tree.json', JSON.stringify({ ...tree, version: '1' })), DEFAULT_CONFIG, {});
  expect(other.contents.policies).toHaveLength(1);
});
