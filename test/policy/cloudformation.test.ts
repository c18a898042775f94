import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { analyseFile } from '../../src/review/analyse.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

/** Findings as `line rule: quoted text`, and gaps as `line gap: reason`, in the order of the file. */
function review(text: string, path = 'a.yaml'): string[] {
  const { findings, gaps } = analyseFile(new SourceFile(path, text), DEFAULT_CONFIG, { yaml: parseYaml });
  const lines: [number, string][] = [
    ...findings.map(({ span, rule }): [number, string] => {
      const quoted = span.file.slice(span).replace(/\s+/g, ' ');
      return [span.start, `${span.file.position(span.start).line} ${rule}: ${quoted}`];
    }),
    ...gaps.map(({ span, reason }): [number, string] => [
      span.start,
      `${span.file.position(span.start).line} gap: ${reason}`,
    ]),
  ];
  return lines.sort(([a], [b]) => a - b).map(([, line]) => line);
}

/** A template that allows kms:Sign on each resource expression; the first stands in line 3. */
function allow(resources: string[], rest = ''): string {
  const statements = resources.map((resource) => `    {Effect: Allow, Action: kms:Sign, Resource: ${resource}},\n`);
  return `Resources:\n  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Version: 2012-10-17, Statement: [\n${statements.join('')}    ]}}}\n${rest}`;
}

const wild = (line: number, text: string): string => `${line} wildcard-resource: ${text}`;
const unknown = (line: number, shown: string): string =>
  `${line} gap: the resource is \`${shown}\`, whose value is not in this file`;

describe('strings', () => {
  test('Fn::Sub with a map, Fn::Join, Fn::Split and Fn::Select over them', () => {
    const text = allow([
      '!Sub ["arn:aws:kms:*:${A}:key/*", {A: "*"}]',
      '!Sub ["arn:aws:kms:us-east-1:${A}:key/a", {A: !Ref AWS::AccountId}]',
      '!Join [":", [arn:aws:kms:us-east-1, "*", key/a]]',
      '!Select [1, !Split ["|", "a|*|b"]]',
      '!Select [0, !Split ["|", "a|*|b"]]',
      '!Join [":", !Split ["/", "arn:aws:kms:us-east-1/*/key-a"]]',
      '!Join ["", [!Select [0, !Split ["|", "*|b"]]]]',
      '!Select [0, !Split ["|", !ImportValue Arns]]',
      '!Select [9, ["*"]]',
    ]);
    expect(review(text)).toEqual([
      wild(3, '"arn:aws:kms:*:${A}:key/*"'),
      wild(5, '!Join [":", [arn:aws:kms:us-east-1, "*", key/a]]'),
      wild(6, '"a|*|b"'),
      wild(9, '"*|b"'),
      unknown(10, '!Select [0, …]'),
      unknown(11, '!Select [9, …]'),
    ]);
  });

  test('what only a deployment knows is a gap, not a wildcard', () => {
    const text = allow([
      '!ImportValue KeyArn',
      '!Sub "${Unknown}"',
      '!Base64 "*"',
      '!Cidr ["*", 1, 1]',
      '!GetAZs "*"',
      '{"Fn::Length": ["*"]}',
      '!GetAtt Stack.Outputs.KeyArn',
      '"{{resolve:ssm:/app/key}}"',
      '!Sub "{{resolve:ssm:/${AWS::StackName}/key}}"',
      '!Join ["", ["{{resolve:ssm:/app/", "key", "}}"]]',
    ]);
    expect(review(text)).toEqual([
      unknown(3, '!ImportValue KeyArn'),
      unknown(4, '${Unknown}'),
      unknown(5, '!Base64 *'),
      unknown(6, '!Cidr [*, 1, 1]'),
      unknown(7, '!GetAZs *'),
      unknown(8, '!Length [*]'),
      unknown(9, '!GetAtt Stack.Outputs.KeyArn'),
      unknown(10, '{{resolve:ssm:/app/key}}'),
      unknown(11, '{{resolve:ssm:/${AWS::StackName}/key}}'),
      unknown(12, '!Join ["", …]'),
    ]);
  });

  test('a document that Fn::Join puts together, with places inside its pieces', () => {
    const text = `{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": true}}, "Set": {"Type": "AWS::SSO::PermissionSet", "Properties": {"InlinePolicy": {"Fn::Join": ["", [
"{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"kms:Sign\\", \\"Resource\\": [\\"",
{"Fn::GetAtt": ["Key", "Arn"]},
"\\", \\"", {"Ref": "Key"},
"\\", \\"arn:aws:kms:us-east-1:*:key/*\\"]}]}"
]]}}}}}`;
    expect(review(text, 'cdk.out/App.template.json')).toEqual([
      '4 key-identifier-not-arn: \\"", {"Ref": "Key"}, "\\"',
      wild(5, '\\"arn:aws:kms:us-east-1:*:key/*\\"'),
    ]);
  });

  test('Fn::ToJsonString is its object', () => {
    const text = `Transform: AWS::LanguageExtensions
Resources:
  S:
    Type: AWS::SSO::PermissionSet
    Properties:
      InlinePolicy:
        Fn::ToJsonString:
          Statement: {Effect: Allow, Action: kms:Decrypt, Resource: !Join ["", ["arn:aws:kms:", "*"]]}
`;
    expect(review(text)).toEqual([wild(8, '!Join ["", ["arn:aws:kms:", "*"]]')]);
  });
});

describe('choices', () => {
  test('Fn::FindInMap: known keys, any key, defaults', () => {
    const text = allow(
      [
        '!FindInMap [Keys, prod, arn]',
        '!FindInMap [Keys, !Ref Stage, arn]',
        '!FindInMap [Keys, !Ref Small, arn]',
        '!FindInMap [Keys, test, none, {DefaultValue: "*"}]',
        '!FindInMap [Keys, prod, arn, {DefaultValue: "*"}]',
        '!FindInMap [Keys, nowhere, arn]',
        '!FindInMap [Regions, !Ref AWS::Region, lists]',
        '!Sub ["arn:aws:kms:us-east-1:${A}:key/a", {A: !FindInMap [Accounts, !Ref Stage, id]}]',
      ],
      `Mappings:
  Keys:
    prod: {arn: "arn:aws:kms:us-east-1:111122223333:key/a"}
    test: {arn: "arn:aws:kms:*:*:key/a"}
  Regions:
    us-east-1: {lists: ["arn:aws:kms:us-east-1:111122223333:key/a", "*"]}
  Accounts: {a: {id: "111122223333"}, b: {id: "1111*"}}
Parameters:
  Stage: {Type: String}
  Small: {Type: String, AllowedValues: [prod]}
`,
    );
    expect(review(text)).toEqual([
      wild(6, '"*"'),
      unknown(8, '!FindInMap [Keys, nowhere, arn]'),
      wild(10, '"arn:aws:kms:us-east-1:${A}:key/a"'),
      wild(15, '"arn:aws:kms:*:*:key/a"'),
      wild(17, '"*"'),
    ]);
  });

  test('Fn::If: both branches, unless literals decide', () => {
    const text = allow(
      [
        '!If [Perhaps, "*", !Ref AWS::NoValue]',
        '!If [Never, "*", "arn:aws:kms:us-east-1:111122223333:key/a"]',
        '!If [Always, "arn:aws:kms:us-east-1:111122223333:key/a", "*"]',
        '[!If [Perhaps, !If [Other, "arn:aws:kms:*", !Ref AWS::NoValue], !Ref AWS::NoValue], "arn:aws:kms:us-east-1:111122223333:key/a"]',
        '!Join ["", ["arn:aws:kms:us-east-1:", !If [Perhaps, "*", !Ref AWS::AccountId], ":key/a"]]',
        '!If [Circle, "arn:*", "*"]',
        '!If [Elsewhere, "*", "arn:aws:kms:us-east-1:111122223333:key/a"]',
      ],
      `Conditions:
  Perhaps: !Equals [!Ref Stage, prod]
  Never: !Not [!Condition Always]
  Always: !Or [!Condition Perhaps, !Equals [a, a]]
  Circle: !And [!Condition Circle, !Condition Perhaps]
  Elsewhere: !Equals [!Ref Stage, nowhere]
Parameters:
  Stage: {Type: String, AllowedValues: [prod, test]}
`,
    );
    expect(review(text)).toEqual([
      wild(3, '"*"'),
      wild(6, '"arn:aws:kms:*"'),
      wild(7, '!Join ["", ["arn:aws:kms:us-east-1:", !If [Perhaps, "*", !Ref AWS::AccountId], ":key/a"]]'),
      wild(8, '"arn:*"'),
      wild(8, '"*"'),
    ]);
  });

  test('a statement, a list of statements and a policy under a condition', () => {
    const statement = '{Effect: Allow, Action: kms:Sign, Resource: "*"}';
    const text = `Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - !If
          - C
          - PolicyName: a
            PolicyDocument: {Statement: [${statement}]}
          - !Ref AWS::NoValue
        - !If [C, {PolicyName: b, PolicyDocument: {Statement: !If [D, [${statement}], []]}}, !Ref AWS::NoValue]
        - PolicyName: c
          PolicyDocument: {Statement: [!If [C, ${statement}, !Ref AWS::NoValue]]}
        - Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
  Off:
    Type: AWS::IAM::ManagedPolicy
    Condition: Never
    Properties: {PolicyDocument: {Statement: [${statement}]}}
  On:
    Type: AWS::IAM::ManagedPolicy
    Condition: C
    Properties: {PolicyDocument: {Statement: [${statement}]}}
Conditions: {Never: !Equals [a, b], C: !Equals [!Ref AWS::Region, us-east-1]}
`;
    expect(review(text)).toEqual([
      wild(9, '"*"'),
      wild(11, '"*"'),
      wild(13, '"*"'),
      '14 gap: R.Policies[3] is `!Transform …`, which cannot be read here',
      wild(22, '"*"'),
    ]);
  });
});

describe('parameters', () => {
  test('allowed values are all of them; a default is one among others', () => {
    const text = allow(
      [
        '!Ref Usual',
        '!Sub "arn:aws:kms:us-east-1:${Account}:key/a"',
        '!Ref Allowed',
        '!Ref List',
        '!Join [":", !Ref Pieces]',
        '!Select [1, !Ref List]',
        '!Ref Members',
        '!Ref Secret',
        '!Ref Stored',
        '!Ref Nothing',
        '!Ref Image',
      ],
      `Parameters:
  Usual: {Type: String, Default: "*"}
  Account: {Type: String, Default: "*"}
  Allowed: {Type: String, Default: a, AllowedValues: ["arn:aws:kms:*", "arn:aws:kms:us-east-1:111122223333:key/a"]}
  List: {Type: CommaDelimitedList, Default: "arn:aws:kms:us-east-1:111122223333:key/a, arn:aws:kms:us-*"}
  Pieces: {Type: List<String>, Default: "arn:aws:kms:us-east-1,*,key/a"}
  Members: {Type: CommaDelimitedList, AllowedValues: ["*", "arn:aws:kms:us-east-1:111122223333:key/a"]}
  Secret: {Type: String, NoEcho: true, Default: "*"}
  Stored: {Type: AWS::SSM::Parameter::Value<String>, Default: "*"}
  Nothing: {Type: String, Default: ""}
  Image: {Type: AWS::EC2::Image::Id, Default: "*"}
`,
    );
    expect(review(text)).toEqual([
      wild(4, '"arn:aws:kms:us-east-1:${Account}:key/a"'),
      wild(7, '!Join [":", !Ref Pieces]'),
      unknown(10, '!Ref Secret'),
      unknown(11, '!Ref Stored'),
      unknown(12, '!Ref Nothing'),
      unknown(13, '!Ref Image'),
      wild(16, '"*"'),
      wild(18, '"arn:aws:kms:*"'),
      wild(19, 'arn:aws:kms:us-*'),
      wild(19, 'arn:aws:kms:us-*'),
      wild(21, '"*"'),
    ]);
  });

  test('nothing is said of all values where a default is one of them', () => {
    const of = (parameter: string): string => `Parameters: {Where: {Type: String, ${parameter}}}
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: kms:ListKeys, Resource: !Ref Where}]}
`;
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/a';
    expect(review(of(`Default: "${arn}"`))).toEqual([]);
    expect(review(of(`AllowedValues: ["${arn}"]`))).toEqual(['6 star-required: kms:ListKeys']);
    expect(review(of(`AllowedValues: ["${arn}", "*"]`))).toEqual([]);
  });
});

describe('references', () => {
  test('by what they give', () => {
    const text = allow(
      [
        '!GetAtt Key.Arn',
        '!GetAtt [Replica, Arn]',
        '!Ref Replica',
        '!GetAtt Key.KeyId',
        '!Sub "${Key}"',
        '!Ref Alias',
        '[!GetAtt Role.Arn, !GetAtt Bucket.Arn, !Sub "${Bucket.Arn}/*", !Ref Topic]',
        '!Ref Bucket',
        '!GetAtt Own.Arn',
        '!Sub "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}"',
        '!Sub "arn:${AWS::Partition}:s3:::${Bucket}/*"',
      ],
      `  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Replica: {Type: AWS::KMS::ReplicaKey}
  Alias: {Type: AWS::KMS::Alias}
  Role: {Type: AWS::IAM::Role}
  Bucket: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
  Own: {Type: Custom::Thing}
`,
    );
    expect(review(text)).toEqual([
      '5 key-identifier-not-arn: !Ref Replica',
      '6 key-identifier-not-arn: !GetAtt Key.KeyId',
      '7 key-identifier-not-arn: "${Key}"',
      '8 key-identifier-not-arn: !Ref Alias',
      '9 no-effect: kms:Sign',
      unknown(10, '!Ref Bucket'),
      unknown(11, '!GetAtt Own.Arn'),
      '13 no-effect: kms:Sign',
    ]);
  });

  test('a policy that only bounds others gives nothing', () => {
    const policy =
      'Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Sign, Resource: "*"}]}}';
    const text = `Resources:
  Bound: {${policy}}
  Used: {${policy}}
  R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: !Ref Bound, ManagedPolicyArns: [!Ref Used]}}
`;
    expect(review(text)).toEqual([wild(3, '"*"')]);
  });
});

describe('what is generated', () => {
  test('Fn::ForEach is read once, its element being any of the collection', () => {
    const text = `Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Policies:
    - Account
    - ["111122223333", "*"]
    - Policy\${Account}:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: kms:Sign, Resource: !Sub "arn:aws:kms:us-east-1:\${Account}:key/a"}
              - {Effect: Allow, Action: kms:Verify, Resource: "*"}
  Fn::ForEach::Keys:
    - Name
    - [Red, Blue]
    - Key\${Name}: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
      Use\${Name}:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: kms:Sign, Resource: [!GetAtt [!Sub "Key\${Name}", Arn], !GetAtt KeyRed.Arn, !Ref KeyBlue]}
  Fn::ForEach::Others:
    - Name
    - !Ref Names
    - Other\${Name}:
        Type: AWS::IAM::ManagedPolicy
        Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Sign, Resource: [!Ref Name, "*"]}]}}
  Fn::ForEach::Broken: [Name]
`;
    expect(review(text)).toEqual([
      wild(12, '"arn:aws:kms:us-east-1:${Account}:key/a"'),
      wild(13, '"*"'),
      '23 key-identifier-not-arn: !Ref KeyBlue',
      unknown(29, '!Ref Name'),
      wild(29, '"*"'),
      '30 gap: `Fn::ForEach::Broken` makes resources that are known only when it is deployed',
    ]);
  });

  test('macros and includes are gaps where they can change a policy', () => {
    const template = (action: string): string => `Transform: [AWS::Serverless-2016-10-31, Rewriter]
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/more.yaml}}
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ${action}
            Resource: "*"
          - Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/statement.yaml}}
          - Effect: Allow
            Fn::Transform: {Name: Rewriter}
            Action: kms:Sign
            Resource: "*"
`;
    const include = '3 gap: `Fn::Transform` makes resources that are known only when it is deployed';
    expect(review(template('kms:Sign'))).toEqual([
      '1 gap: the macro `Rewriter` may change this template when it is deployed',
      include,
      wild(11, '"*"'),
      '12 gap: a statement is the expression `!Transform …`, which cannot be read here',
      '14 gap: a statement is the expression `!Transform …`, which cannot be read here',
    ]);
    expect(review(template('s3:GetObject'))).toEqual([include]);
    expect(
      review(
        allow(
          ['!GetAtt K.Arn'],
          '  K: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}\nTransform: AWS::SecretsManager-2020-07-23\n',
        ),
      ),
    ).toEqual([]);
  });
});

describe('where policies are', () => {
  const statement = '{Effect: Allow, Action: kms:Decrypt, Resource: "*"}';
  const string = JSON.stringify(
    JSON.stringify({ Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' } }),
  );
  const document = `{Statement: [${statement}]}`;
  const guarded = '{Statement: [{Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*"}]}';
  const cases: [string, string, string[]][] = [
    ['AWS::IAM::Policy', `PolicyDocument: ${document}`, ['wildcard-resource']],
    ['AWS::IAM::ManagedPolicy', `PolicyDocument: ${string}`, ['wildcard-resource']],
    ['AWS::IAM::RolePolicy', `PolicyDocument: ${document}`, ['wildcard-resource']],
    ['AWS::IAM::UserPolicy', `PolicyDocument: ${document}`, ['wildcard-resource']],
    ['AWS::IAM::GroupPolicy', `PolicyDocument: ${document}`, ['wildcard-resource']],
    ['AWS::IAM::User', `Policies: [{PolicyDocument: ${document}}]`, ['wildcard-resource']],
    ['AWS::IAM::Group', `Policies: [{PolicyDocument: ${document}}]`, ['wildcard-resource']],
    ['AWS::SSO::PermissionSet', `InlinePolicy: ${string}`, ['wildcard-resource']],
    ['AWS::KMS::Key', `KeyPolicy: ${guarded}`, ['public-key']],
    ['AWS::KMS::ReplicaKey', `KeyPolicy: ${guarded}`, ['public-key']],
    ['AWS::S3::BucketPolicy', `PolicyDocument: ${guarded}`, []],
    ['AWS::IoT::Policy', `PolicyDocument: ${document}`, []],
    ['AWS::DynamoDB::Table', `ResourcePolicy: {PolicyDocument: ${guarded}}`, []],
    ['AWS::Lambda::ResourcePolicy', `PolicyDocument: ${guarded}`, []],
    ['AWS::Organizations::Policy', `Type: SERVICE_CONTROL_POLICY, Content: ${document}`, []],
    ['AWS::Organizations::Policy', 'Type: TAG_POLICY, Content: {tags: {}}', []],
    ['AWS::Lambda::Permission', 'Action: lambda:InvokeFunction, Principal: "*"', []],
  ];
  test.each(cases)('%s %s', (type, properties, rules) => {
    const found = review(`Resources:\n  R: {Type: ${type}, Properties: {${properties}}}\n`).filter(
      (line) => !/ (full-access|wildcard-action|duplicate-element|key-rotation)/.test(line),
    );
    expect(found.map((line) => line.split(' ')[1]?.replace(':', ''))).toEqual(rules);
  });

  test('a custom resource may hold a policy, also as text', () => {
    const of = (value: string): string[] =>
      review(`Resources:\n  C: {Type: Custom::Policy, Properties: {Nested: [{Policy: ${value}}]}}\n`);
    expect(of(document).length).toBe(1);
    expect(of(string)).toEqual(of(document));
  });

  test('a document beside the template in the same file', () => {
    const text = `Resources: {T: {Type: AWS::SNS::Topic}}\n---\nVersion: 2012-10-17\nStatement: [${statement}]\n---\n${allow(['"*"'])}`;
    expect(review(text)).toEqual([wild(4, '"*"'), wild(8, '"*"')]);
  });
});

test('SAM: every way to give a function permissions', () => {
  const text = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: nodejs24.x, PermissionsBoundary: !Ref Bound}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  One:
    Type: AWS::Serverless::Function
    Properties:
      Policies: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: "*"}]}
  Many:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSKeyManagementServicePowerUser
        - !Ref Managed
        - KMSDecryptPolicy: {KeyId: !Ref Key}
        - KMSEncryptPolicy: {KeyId: "*"}
        - KMSEncryptPolicy_v2: {KeyId: alias/app}
        - Effect: Allow
          Action: kms:Decrypt
          Resource: "*"
        - !If [C, {KMSDecryptPolicy: {KeyId: "*"}}, !Ref AWS::NoValue]
        - Fn::Transform: {Name: AWS::Include, Parameters: {Location: policies.yaml}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies:
        - KMSDecryptPolicy: {KeyId: "*"}
`;
  expect(review(text)).toEqual([
    wild(9, '"*"'),
    '17 account-wide-resource: "*"',
    '18 key-identifier-not-arn: alias/app',
    wild(21, '"*"'),
    '22 account-wide-resource: "*"',
    '23 gap: Many.Policies[7] is `!Transform …`, which cannot be read here',
    '28 account-wide-resource: "*"',
  ]);
});

describe('YAML as people write it', () => {
  test('anchors, aliases and merge keys', () => {
    const text = `x-base: &base
  Effect: Allow
  Action: kms:Sign
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - <<: *base
            Resource: "*"
          - <<: [{Resource: "arn:aws:kms:*"}, *base]
          - {<<: *base, Action: s3:GetObject, Resource: "*"}
`;
    expect(review(text)).toEqual([wild(12, '"*"'), wild(13, '"arn:aws:kms:*"')]);
  });

  test('dates, account ids and other numbers keep their text', () => {
    const text = `Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: [111122223333, 012345678901, 0o17, 012345670123, 1_000]}
            Action: [kms:Decrypt, 42, yes, null, 1e3]
            Resource: '*'
            Condition: {StringEquals: {kms:CallerAccount: 012345670123, kms:KeyOrigin: on}, Bool: {aws:SecureTransport: true}}
`;
    const { findings } = analyseFile(
      new SourceFile('a.yaml', text),
      { ...DEFAULT_CONFIG, trustedAccounts: ['111122223333', '012345670123'] },
      { yaml: parseYaml },
    );
    expect(
      findings.filter(({ rule }) => rule === 'untrusted-account').map(({ span }) => text.slice(span.start, span.end)),
    ).toEqual(['012345678901']);
  });
});

test('CDK: the construct is named, joined ARNs are read, metadata is quiet', () => {
  const text = JSON.stringify({
    Resources: {
      Role1ABC: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            Statement: [
              {
                Action: 'kms:Decrypt',
                Effect: 'Allow',
                Resource: {
                  'Fn::Join': [
                    '',
                    ['arn:', { Ref: 'AWS::Partition' }, ':kms:us-east-1:', { Ref: 'AWS::AccountId' }, ':key/a'],
                  ],
                },
              },
              { Action: 'kms:Encrypt', Effect: 'Allow', Resource: '*' },
            ],
            Version: '2012-10-17',
          },
        },
        Metadata: { 'aws:cdk:path': 'App/Role/DefaultPolicy/Resource' },
      },
      CDKMetadata: {
        Type: 'AWS::CDK::Metadata',
        Properties: { Analytics: 'v2:deflate64:H4sIAAAA' },
        Condition: 'Cond',
      },
    },
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb/version' },
    },
    Conditions: { Cond: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
  });
  const { findings, gaps } = analyseFile(new SourceFile('cdk.out/App.template.json', text), DEFAULT_CONFIG, {});
  expect(gaps).toEqual([]);
  expect(findings.map(({ message }) => message.slice(-48))).toEqual([
    expect.stringMatching(/ The CDK construct is `App\/Role\/DefaultPolicy`\.$/),
  ]);
});

test('a key is not proposed to a role that its own policy names: neither could be made first', () => {
  const role = (name: string) => `
  ${name}:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: "*"}]}`;
  const text = `Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !GetAtt Named.Arn}, Action: "kms:*", Resource: "*"}${role('Named')}${role('Other')}
`;
  const { findings } = analyseFile(new SourceFile('stack.yaml', text), DEFAULT_CONFIG, { yaml: parseYaml });
  const advice = findings.map(({ policy, advice }) => `${policy?.address}: ${advice.includes('!GetAtt Key.Arn')}`);
  expect(advice).toEqual(['Named.Policies[0].PolicyDocument: false', 'Other.Policies[0].PolicyDocument: true']);
});
