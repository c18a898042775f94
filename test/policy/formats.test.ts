import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { type Analysis, analyseFile, needsYaml } from '../../src/review/analyse.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

function analyse(path: string, text: string): Analysis {
  return analyseFile(new SourceFile(path, text), DEFAULT_CONFIG, { yaml: parseYaml });
}

/** The policies of a file as `kind address`. */
function policies(path: string, text: string): string[] {
  return analyse(path, text).contents.policies.map(({ kind, address }) => `${kind} ${address}`);
}

/** Findings and gaps as `line rule`. */
function review(path: string, text: string): string[] {
  const { findings, gaps } = analyse(path, text);
  return [
    ...findings.map(({ span, rule }) => `${span.file.position(span.start).line} ${rule}`),
    ...gaps.map(({ span }) => `${span.file.position(span.start).line} gap`),
  ].sort();
}

const STATEMENT = '{Effect: Allow, Action: kms:Decrypt, Resource: "*"}';
const DOCUMENT = `'{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}'`;

test('serverless.yml: every place of statements, and its resources', () => {
  const text = `service: s
provider:
  name: aws
  iamRoleStatements: [${STATEMENT}]
  iam: {role: {statements: [${STATEMENT}]}}
functions:
  hello: {handler: h, iamRoleStatements: [${STATEMENT}]}
resources:
  - Resources:
      Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [${STATEMENT}]}}}
    extensions:
      IamRoleLambdaExecution: {Properties: {Policies: [{PolicyDocument: {Statement: [${STATEMENT}]}}]}}
  - \${file(more.yml)}
`;
  expect(policies('serverless.yml', text)).toEqual([
    'identity-policy provider.iam.role.statements',
    'identity-policy provider.iamRoleStatements',
    'identity-policy functions.hello.iamRoleStatements',
    'key-policy Key.KeyPolicy',
    'identity-policy resources.extensions/IamRoleLambdaExecution/Properties/Policies/0/PolicyDocument',
  ]);
  expect(review('serverless.yml', text)).toContain('13 gap');
});

test('serverless.yml: its own variables', () => {
  const service = (resource: string): string => `service: s
provider:
  name: aws
  stage: \${opt:stage, 'dev'}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: kms:Sign
          Resource: ${resource}
custom:
  open: "*"
  key: arn:aws:kms:\${aws:region}:\${aws:accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab
  prefix: arn:aws:kms:\${AWS::Region}:\${aws:accountId}:key
  loop: \${self:custom.loop}
resources: {Resources: {Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}}}
`;
  expect(review('serverless.yml', service('${self:custom.open}'))).toEqual(['12 wildcard-resource']);
  expect(review('serverless.yml', service('${self:custom.key}'))).toEqual([]);
  expect(review('serverless.yml', service('!Sub "${self:custom.open}"'))).toEqual(['10 wildcard-resource']);
  expect(review('serverless.yml', service('!Sub "${self:custom.key}"'))).toEqual([]);
  expect(review('serverless.yml', service('!Sub ["${self:custom.prefix}/${Id}", {Id: "*"}]'))).toEqual([
    '10 account-wide-resource',
  ]);
  expect(review('serverless.yml', service('!GetAtt Key.Arn'))).toEqual([]);
  expect(review('serverless.yml', service('!Ref Key'))).toEqual(['10 key-identifier-not-arn']);
  expect(review('serverless.yml', service('"arn:aws:kms:us-east-1:${aws:accountId}:key/*"'))).toEqual([
    '10 account-wide-resource',
  ]);
  for (const unknown of [
    '${env:KEY}',
    '${self:custom.loop}',
    '${ssm:/key}',
    '${file(keys.yml):arn}',
    '${self:custom.none}',
    '!Sub "${self:custom.none}"',
    '!Sub "${self:provider.stage}"',
  ]) {
    expect(review('serverless.yml', service(unknown)), unknown).toEqual([expect.stringContaining(' gap')]);
  }
});

test('serverless.yml: variables in the path of a variable', () => {
  const service = (resource: string): string => `service: s
provider:
  name: aws
  iam: {role: {statements: [{Effect: Allow, Action: kms:Sign, Resource: "${resource}"}]}}
custom:
  stage: \${opt:stage, 'dev'}
  fixed: prod
  keys:
    dev: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
    prod: "*"
  list: [{dev: "*"}, {dev: arn:aws:kms:us-east-1:111122223333:key/*}]
  same: &same {a: "*"}
  aliases: {a: *same, b: *same}
  loop: \${self:custom.keys.\${self:custom.loop}}
`;
  const found = (resource: string): string[] => review('serverless.yml', service(resource));
  expect(found('${self:custom.keys.${self:custom.stage}}')).toEqual(['10 wildcard-resource']);
  expect(found('${self:custom.keys.${opt:stage}}')).toEqual(['10 wildcard-resource']);
  expect(found('${self:custom.keys.${self:custom.fixed}}')).toEqual(['10 wildcard-resource']);
  expect(found("${self:custom.keys.${opt:stage}, '*'}")).toEqual(['10 wildcard-resource', '4 wildcard-resource']);
  expect(found("${self:custom.keys.${self:custom.none, 'dev'}}")).toEqual(['10 wildcard-resource']);
  expect(found("${self:custom.${self:custom.none, 'keys'}.dev}")).toEqual([]);
  expect(found('${self:custom.list.${opt:at}.dev}')).toEqual(['11 account-wide-resource', '11 wildcard-resource']);
  expect(found('${self:custom.aliases.${opt:stage}.a}')).toEqual(['12 wildcard-resource']);
  expect(found('${self:custom.keys.x-${opt:stage}}')).toEqual(['4 gap']);
  expect(found('${self:custom.none.${opt:stage}}')).toEqual(['4 gap']);
  expect(found('${self:custom.loop}')).toEqual(['14 gap']);
});

test('Kubernetes: ACK and Crossplane by service and kind', () => {
  const ack = (group: string, kind: string, spec: string): string =>
    `apiVersion: ${group}.services.k8s.aws/v1alpha1\nkind: ${kind}\nmetadata: {name: n}\nspec:\n  ${spec}\n`;
  expect(policies('a.yaml', ack('kms', 'Key', `policy: ${DOCUMENT}`))).toEqual(['key-policy Key/n.policy']);
  expect(policies('a.yaml', ack('iam', 'Policy', `policyDocument: ${DOCUMENT}`))).toEqual([
    'identity-policy Policy/n.policyDocument',
  ]);
  expect(policies('a.yaml', ack('iam', 'Role', `inlinePolicies: {a: ${DOCUMENT}, b: ${DOCUMENT}}`))).toEqual([
    'identity-policy Role/n.inlinePolicies.a',
    'identity-policy Role/n.inlinePolicies.b',
  ]);
  expect(policies('a.yaml', ack('s3', 'Bucket', `policy: ${DOCUMENT}`))).toEqual(['resource-policy Bucket/n.policy']);
  const role = `apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata: {name: r}\nspec: {forProvider: {inlinePolicy: [{policy: ${DOCUMENT}}]}}`;
  expect(policies('c.yaml', role)).toEqual(['identity-policy Role/r.inlinePolicy[0].policy']);
  const composition = `apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: c}
spec:
  resources:
    - base: {apiVersion: kms.aws.m.upbound.io/v1beta1, kind: Key, spec: {forProvider: {policy: ${DOCUMENT}}}}
---
kind: ConfigMap
data: {policy: ${DOCUMENT}}
`;
  // A document that is no manifest of these is still read.
  expect(policies('c.yaml', composition)).toEqual(['key-policy Key.policy', 'identity-policy /data/policy']);
});

test('AWS CLI: inputs and outputs by their members', () => {
  const policy = '{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}';
  const quoted = JSON.stringify(policy);
  const cases: [string, string][] = [
    [`{"KeyId": "k", "Policy": ${quoted}}`, 'key-policy Policy'],
    [`{"KeySpec": "RSA_2048", "Policy": ${quoted}}`, 'key-policy Policy'],
    [`{"Policy": ${quoted}, "PolicyName": "default"}`, 'key-policy Policy'],
    [`{"RoleName": "r", "PolicyDocument": ${policy}}`, 'identity-policy PolicyDocument'],
    [`{"PolicyVersion": {"Document": ${policy}}}`, 'identity-policy PolicyVersion.Document'],
    [
      `{"ServiceName": "com.amazonaws.us-east-1.kms", "PolicyDocument": ${quoted}}`,
      'vpc-endpoint-policy PolicyDocument',
    ],
    [`{"Type": "SERVICE_CONTROL_POLICY", "Content": ${quoted}}`, 'service-control-policy Content'],
    [`{"Bucket": "b", "Policy": ${quoted}}`, 'resource-policy Policy'],
    [
      `{"RoleDetailList": [{"RolePolicyList": [{"PolicyDocument": ${policy}}]}]}`,
      'identity-policy RoleDetailList[0].RolePolicyList[0].PolicyDocument',
    ],
  ];
  for (const [text, expected] of cases) expect(policies('input.json', text)).toEqual([expected]);
});

test('YAML that begins like JSON is YAML, whichever files were read before', () => {
  const flow = `{Resources: {P: {Type: "AWS::IAM::Policy", Properties: {PolicyDocument: {Statement: [${STATEMENT}]}}}}}`;
  expect(needsYaml('p.yaml', flow)).toBe(true);
  expect(review('p.yaml', flow)).toEqual(['1 wildcard-resource']);
  expect(needsYaml('p.yaml', '{"Statement": []}')).toBe(false);
  expect(needsYaml('p.json', flow)).toBe(false);
});

test('a template of another program is not a broken policy', () => {
  const chart = `{{- if .Values.on }}\nkind: Policy\nmetadata:\n  labels:\n    {{- include "labels" . | nindent 4 }}\nspec:\n  policyDocument: ${DOCUMENT}\n{{- end }}\n`;
  const jinja = `{"Statement": [\n{% for key in keys %}\n{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}\n{% endfor %}\n]}`;
  for (const [path, text] of [
    ['chart.yaml', chart],
    ['policy.json', jinja],
  ] as const) {
    const found = review(path, text);
    expect(found.filter((line) => line.includes('unreadable-file'))).toEqual([]);
    expect(found.filter((line) => line.includes('gap')).length).toBeGreaterThan(0);
  }
  const broken = '{"Statement": {{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}}';
  expect(review('policy.json', broken).join()).toContain('unreadable-file');
});
