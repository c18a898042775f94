import { describe, expect, test } from 'vitest';
import { type Files, review } from './review-change.ts';

/** `path:line rule` of the findings, with the places that they are related to, and `path:line gap`. */
async function lines(head: Files, base?: Files, changed?: readonly string[]): Promise<string[]> {
  const { findings, gaps } = await review(head, base, changed);
  return [
    ...findings.map(({ path, start, rule, related, status }) => {
      const places = related.map((one) => ` <- ${one.path}:${one.start.line}`).join('');
      return `${path}:${start.line} ${status === 'carried' ? 'carried ' : ''}${rule}${places}`;
    }),
    ...gaps.map(({ path, start }) => `${path}:${start.line} gap`),
  ].sort();
}

const CHILD = `Parameters:
  KeyArn: {Type: String}
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: kms:Decrypt, Resource: !Ref KeyArn}
`;
const parent = (argument: string, url = './child.yaml'): string => `Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ${url}
      Parameters:
        KeyArn: ${argument}
`;

describe('a nested template has the arguments of its parents', () => {
  test('by what they are', async () => {
    expect(await lines({ 'child.yaml': CHILD })).toEqual(['child.yaml:9 gap']);
    expect(await lines({ 'child.yaml': CHILD, 'parent.yaml': parent('!GetAtt Key.Arn') })).toEqual([]);
    expect(await lines({ 'child.yaml': CHILD, 'parent.yaml': parent('!Ref Key') })).toEqual([
      'parent.yaml:8 key-identifier-not-arn <- child.yaml:9',
    ]);
    expect(await lines({ 'child.yaml': CHILD, 'parent.yaml': parent('"*"') })).toEqual([
      'parent.yaml:8 wildcard-resource <- child.yaml:9',
    ]);
    expect(await lines({ 'child.yaml': CHILD, 'parent.yaml': parent('!ImportValue Arn') })).toEqual([
      'child.yaml:9 gap',
    ]);
  });

  test('wherever the file is, and only there', async () => {
    const files = (url: string): Files => ({
      'stacks/app/child.yaml': CHILD,
      'stacks/parent.yaml': parent('"*"', url),
    });
    const found = ['stacks/parent.yaml:8 wildcard-resource <- stacks/app/child.yaml:9'];
    expect(await lines(files('app/child.yaml'))).toEqual(found);
    expect(await lines(files('../stacks/./app/child.yaml'))).toEqual(found);
    const unknown = ['stacks/app/child.yaml:9 gap'];
    expect(await lines(files('../../stacks/app/child.yaml'))).toEqual(unknown);
    expect(await lines(files('/stacks/app/child.yaml'))).toEqual(unknown);
    expect(await lines(files('https://bucket.s3.amazonaws.com/app/child.yaml'))).toEqual(unknown);
    expect(await lines(files('!Sub "${Place}/child.yaml"'))).toEqual(unknown);
  });

  test('of several parents each is possible; through several levels; a list by its members', async () => {
    const middle = parent('!Ref Arn').replace('Resources:', 'Parameters:\n  Arn: {Type: String}\nResources:');
    const top = parent('x', 'middle.yaml').replace('KeyArn: x', 'Arn: "*"');
    const files = {
      'child.yaml': CHILD,
      'middle.yaml': middle,
      'other.yaml': parent('!GetAtt Key.Arn'),
      'top.yaml': top,
    };
    expect(await lines(files)).toEqual(['top.yaml:8 wildcard-resource <- child.yaml:9']);
    const list = CHILD.replace('Type: String', 'Type: CommaDelimitedList');
    expect(await lines({ 'child.yaml': list, 'parent.yaml': parent('"arn:aws:s3:::b,*"') })).toEqual([
      'parent.yaml:8 wildcard-resource <- child.yaml:9',
    ]);
  });

  test('that did not change too, on both sides', async () => {
    const files = { 'child.yaml': CHILD, 'parent.yaml': parent('"*"') };
    const found = ['parent.yaml:8 wildcard-resource <- child.yaml:9'];
    expect(await lines(files, undefined, ['parent.yaml'])).toEqual(found);
    const before = { 'child.yaml': CHILD, 'parent.yaml': parent('!GetAtt Key.Arn') };
    expect(await lines(files, before, ['parent.yaml'])).toEqual(found);
    const carried = await lines(files, files, ['parent.yaml']);
    expect(carried).toEqual(['parent.yaml:8 carried wildcard-resource <- child.yaml:9']);
  });

  test('the base is read the same way', async () => {
    const before = { 'child.yaml': CHILD, 'parent.yaml': parent('"*"') };
    const head = { 'child.yaml': `${CHILD}# a comment\n`, 'parent.yaml': parent('"*"') };
    expect(await lines(head, before)).toEqual(['parent.yaml:8 carried wildcard-resource <- child.yaml:9']);
    const mended = { 'child.yaml': CHILD, 'parent.yaml': parent('!GetAtt Key.Arn') };
    expect(await lines(before, mended)).toEqual(['parent.yaml:8 wildcard-resource <- child.yaml:9']);
  });

  test('a parameter that decides a condition', async () => {
    const child = CHILD.replace('Resources:', 'Conditions: {Wide: !Equals [!Ref KeyArn, all]}\nResources:').replace(
      '!Ref KeyArn}\n',
      '!If [Wide, "*", !GetAtt K.Arn]}\n  K: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}\n',
    );
    expect(await lines({ 'child.yaml': child, 'parent.yaml': parent('all') })).toEqual([
      'child.yaml:10 wildcard-resource',
    ]);
    expect(await lines({ 'child.yaml': child, 'parent.yaml': parent('one') })).toEqual([]);
  });
});

test('an output of a nested stack is its value there', async () => {
  const keys = (value: string): string => `Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
Outputs:
  Arn: {Value: ${value}}
`;
  const app = `Resources:
  Keys: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: keys.yaml}}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Keys.Outputs.Arn}
          - {Effect: Allow, Action: kms:Encrypt, Resource: !Sub "\${Keys.Outputs.Arn}"}
`;
  expect(await lines({ 'app.yaml': app })).toEqual(['app.yaml:8 gap', 'app.yaml:9 gap']);
  expect(await lines({ 'app.yaml': app, 'keys.yaml': keys('!GetAtt Key.Arn') })).toEqual([]);
  expect(await lines({ 'app.yaml': app, 'keys.yaml': keys('!Ref Key') })).toEqual([
    'app.yaml:9 key-identifier-not-arn',
    'keys.yaml:4 key-identifier-not-arn <- app.yaml:8',
  ]);
});

test('templates that nest themselves or one another end', async () => {
  const self = `${CHILD}  Again: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {KeyArn: !Ref KeyArn}}}\n`;
  expect(await lines({ 'child.yaml': self })).toEqual(['child.yaml:9 gap']);
  const other = (path: string): string => `Resources:
  Next: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${path}}}
  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Sign, Resource: !GetAtt Next.Outputs.A}]}}}
Outputs: {A: {Value: !GetAtt Next.Outputs.A}}
`;
  expect(await lines({ 'a.yaml': other('b.yaml'), 'b.yaml': other('a.yaml') })).toEqual([
    'a.yaml:3 gap',
    'b.yaml:3 gap',
  ]);
});

test('SAM applications and nested stacks of the CDK', async () => {
  const application = parent('"*"')
    .replace('AWS::CloudFormation::Stack', 'AWS::Serverless::Application')
    .replace('TemplateURL', 'Location');
  expect(await lines({ 'child.yaml': CHILD, 'template.yaml': application })).toEqual([
    'template.yaml:8 wildcard-resource <- child.yaml:9',
  ]);
  const cdk = JSON.stringify({
    Resources: {
      Nested: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: {
          TemplateURL: {
            'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/b/k.json']],
          },
          Parameters: { KeyArn: '*' },
        },
        Metadata: { 'aws:asset:path': 'AppNested.nested.template.json', 'aws:asset:property': 'TemplateURL' },
      },
    },
  });
  const nested = `{"Parameters": {"KeyArn": {"Type": "String"}}, "Resources": {"P": {"Type": "AWS::IAM::Policy",
"Properties": {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": {"Ref": "KeyArn"}}]}}}}}`;
  expect(await lines({ 'cdk.out/App.template.json': cdk, 'cdk.out/AppNested.nested.template.json': nested })).toEqual([
    'cdk.out/App.template.json:1 wildcard-resource <- cdk.out/AppNested.nested.template.json:2',
  ]);
});

describe('what one stack exports another imports', () => {
  const exporter = (value: string, name = 'keys-Orders') => `Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/orders, TargetKeyId: !Ref Key}}
Outputs:
  Out: {Value: ${value}, Export: {Name: ${name}}}
`;
  const importer = (call = '!ImportValue keys-Orders') => `Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: kms:Decrypt, Resource: ${call}}
`;
  const of = (value: string, rest: Files = {}) =>
    lines({ 'keys.yaml': exporter(value), 'roles.yaml': importer(), ...rest });

  test('a key ARN is one, a key ID is none, an alias is no key', async () => {
    expect(await of('!GetAtt Key.Arn')).toEqual([]);
    expect(await of('!Ref Key')).toEqual(['roles.yaml:7 key-identifier-not-arn']);
    expect(await of('!Sub "arn:aws:kms:us-east-1:${AWS::AccountId}:${Alias}"')).toEqual([
      'keys.yaml:5 alias-as-key <- roles.yaml:7',
    ]);
  });

  test('what nobody exports, or several do, or what is not known there, is a gap', async () => {
    expect(await lines({ 'roles.yaml': importer() })).toEqual(['roles.yaml:7 gap']);
    expect(await of('!GetAtt Key.Arn', { 'other.yaml': exporter('!Ref Key') })).toEqual(['roles.yaml:7 gap']);
    expect(await of('!Ref Elsewhere')).toEqual(['roles.yaml:7 gap']);
    expect(await of('!ImportValue keys-Orders')).toEqual(['roles.yaml:7 gap']);
  });

  test('names are compared as they are evaluated; a stack name nobody knows', async () => {
    const joined = '!Join ["-", [keys, Orders]]';
    expect(await lines({ 'keys.yaml': exporter('!Ref Key', joined), 'roles.yaml': importer() })).toEqual([
      'roles.yaml:7 key-identifier-not-arn',
    ]);
    const named = exporter('!Ref Key', '!Sub "${AWS::StackName}-Key"');
    expect(
      await lines({ 'keys.yaml': named, 'roles.yaml': importer('{"Fn::ImportValue": !Sub "${Stack}-Key"}') }),
    ).toEqual(['roles.yaml:7 gap']);
  });

  test('a finding that the export brings is new where the export changed', async () => {
    const before = { 'keys.yaml': exporter('!GetAtt Key.Arn'), 'roles.yaml': importer() };
    const after = { ...before, 'keys.yaml': exporter('!Ref Key') };
    expect(await lines(after, before)).toEqual(['roles.yaml:7 key-identifier-not-arn']);
    expect(await lines(after, after)).toEqual(['roles.yaml:7 carried key-identifier-not-arn']);
  });
});
