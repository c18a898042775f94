/** Files that break readers of these languages. Each stands in a folder of its own beside one honest policy. */

type Content = string | Uint8Array;
/** Names and contents of files; `->` and a target is a symbolic link. */
type Files = Readonly<Record<string, () => Content>>;

export interface Hostile {
  name: string;
  files: Files;
  /** The paths that must be accounted for: read, or with a gap, a finding or a reason; all files where it is left out. */
  paths?: readonly string[];
  /** What the report must say of them: a gap, a finding's message or a reason why a file is left out. */
  says?: RegExp;
}

const BRACKETS = 100_000;
const MEGABYTE = 1_000_000;
const ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** A policy with a mistake. */
export const BAD_POLICY = `{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }]
}
`;

const policy = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 1);
const allow = (more: object = {}): object => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...more });
const one = (path: string, content: () => Content, says?: RegExp): Pick<Hostile, 'files' | 'says'> => ({
  files: { [path]: content },
  ...(says && { says }),
});
const template = (resources: string): string => `Resources:\n${resources.replace(/^/gm, '  ')}\n`;
const managed = (document: string): string =>
  template(`P:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n    PolicyDocument: ${document}`);
const terraform = (value: string): string => `resource "aws_iam_policy" "p" {\n  policy = ${value}\n}\n`;

const nesting: Hostile[] = [
  { name: '100,000 open brackets in JSON', ...one('a.json', () => `{"kms": ${'['.repeat(BRACKETS)}`, /levels deep/) },
  {
    name: '100,000 closed brackets in JSON',
    ...one('a.json', () => `{"kms": ${'['.repeat(BRACKETS)}${']'.repeat(BRACKETS)}}`, /levels deep/),
  },
  { name: '100,000 maps in JSON', ...one('a.json', () => '{"kms": '.repeat(BRACKETS), /levels deep/) },
  { name: '100,000 brackets in YAML', ...one('a.yaml', () => `kms: ${'['.repeat(BRACKETS)}`, /levels deep/) },
  { name: '100,000 dashes in YAML', ...one('a.yaml', () => `kms:\n${'- '.repeat(BRACKETS)}`, /levels deep/) },
  {
    name: '2,000 levels of indentation in YAML',
    ...one('a.yaml', () => Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}kms:`).join('\n'), /deep/),
  },
  { name: '100,000 explicit keys in YAML', ...one('a.yaml', () => `kms:\n${'? '.repeat(BRACKETS)}`, /levels deep/) },
  { name: '100,000 brackets in HCL', ...one('a.tf', () => terraform(`${'['.repeat(BRACKETS)}"kms"`), /levels deep/) },
  {
    name: '100,000 parentheses in HCL',
    ...one('a.tf', () => terraform(`${'('.repeat(BRACKETS)}"kms"${')'.repeat(BRACKETS)}`), /levels deep/),
  },
  {
    name: '100,000 blocks in one another in HCL',
    ...one('a.tf', () => `${'kms {\n'.repeat(BRACKETS)}${'}\n'.repeat(BRACKETS)}`, /levels deep/),
  },
  {
    name: '100,000 operators in HCL',
    ...one('a.tf', () => terraform(`"kms"${' + "a"'.repeat(BRACKETS)}`)),
  },
  { name: '100,000 negations in HCL', ...one('a.tf', () => terraform(`${'!'.repeat(BRACKETS)}"kms"`)) },
  {
    name: '100,000 conditionals in HCL',
    ...one('a.tf', () => terraform(`${'true ? "kms" : '.repeat(BRACKETS)}"*"`)),
  },
  {
    name: '100,000 steps of a reference in HCL',
    ...one('a.tf', () => terraform(`jsonencode(local.kms${'.a'.repeat(BRACKETS)})`)),
  },
  {
    name: '100,000 template interpolations in one another in HCL',
    ...one('a.tf', () => terraform(`${'"${'.repeat(BRACKETS)}"kms"${'}"'.repeat(BRACKETS)}`), /levels deep/),
  },
  {
    name: 'JSON in JSON strings, twelve deep',
    ...one('a.json', () => {
      let text = BAD_POLICY;
      for (let level = 0; level < 12; level++) text = JSON.stringify({ kms: text });
      return text;
    }),
  },
  {
    name: '3,000 levels of Fn::Join',
    ...one(
      'a.json',
      () => {
        const deep = `${'{"Fn::Join": ["", ['.repeat(3000)}"kms"${']]}'.repeat(3000)}`;
        return `{"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": ${deep}}}}}`;
      },
      /levels deep/,
    ),
  },
  {
    name: '150 levels of Fn::If with two sides each',
    ...one('a.json', () => {
      let deep = '"*"';
      for (let level = 0; level < 150; level++) deep = `{"Fn::If": ["C${level}", ${deep}, {"Ref": "AWS::NoValue"}]}`;
      return `{"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": ${deep}}}}}}}`;
    }),
  },
];

/** One level less than is refused: what is read must not be too deep for what comes after the parsers. */
const allowed: Hostile[] = [
  {
    name: '490 levels in JSON, in a policy',
    ...one('a.json', () => policy([allow()]).replace('"*"', `${'['.repeat(490)}"*"${']'.repeat(490)}`)),
  },
  {
    name: '490 levels in JSON around a policy',
    ...one('a.json', () => `${'{"a": ['.repeat(245)}${BAD_POLICY}${']}'.repeat(245)}`, /wildcard-resource/),
  },
  {
    name: '990 levels in YAML, in a policy',
    ...one('a.yaml', () =>
      managed(`{Statement: ${'['.repeat(990)}{Effect: Allow, Action: "kms:*"}${']'.repeat(990)}}`),
    ),
  },
  {
    name: '900 levels of indentation in YAML',
    ...one('a.yaml', () => Array.from({ length: 900 }, (_, level) => `${' '.repeat(level)}kms:`).join('\n')),
  },
  {
    name: '900 lists in the columns of their keys in YAML',
    ...one('a.yaml', () =>
      Array.from({ length: 900 }, (_, level) => `${'  '.repeat(level)}kms:\n${'  '.repeat(level)}-`).join('\n'),
    ),
  },
  { name: '900 dashes in a line of YAML', ...one('a.yaml', () => `kms:\n${'- '.repeat(900)}kms`) },
  {
    name: '990 brackets in HCL, in a policy',
    ...one('a.tf', () => terraform(`jsonencode({ Statement = ${'['.repeat(980)}"kms:*"${']'.repeat(980)} })`)),
  },
  {
    name: '490 blocks in one another in HCL',
    ...one('a.tf', () => `resource "aws_kms_key" "k" {\n${'dynamic "x" {\n'.repeat(490)}${'}\n'.repeat(490)}}\n`),
  },
  {
    name: '990 calls in one another in HCL',
    ...one('a.tf', () => terraform(`${'jsonencode('.repeat(990)}"kms:*"${')'.repeat(990)}`)),
  },
  {
    name: '990 conditions in HCL',
    ...one('a.tf', () =>
      terraform(
        `jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = ${'var.a ? "*" : '.repeat(990)}"*" }] })`,
      ),
    ),
  },
  {
    name: '160 functions of CloudFormation in one another',
    ...one(
      'a.json',
      () => {
        const deep = `${'{"Fn::Join": ["", ['.repeat(160)}"*"${']]}'.repeat(160)}`;
        return `{"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ${deep}}}}}}}`;
      },
      /wildcard-resource/,
    ),
  },
];

/** Aliases that stand for nine times what the one before stands for. */
const aliasBomb = (first: string): string =>
  `a0: &a0 ${first}\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]\n`).join('')}`;

const bombs: Hostile[] = [
  { name: 'a bomb of aliases', ...one('a.yaml', () => aliasBomb('[kms]'), /aliases stand for more than/) },
  {
    name: 'a bomb of aliases in a policy',
    ...one(
      'a.yaml',
      () => `${aliasBomb('["kms:*"]')}Statement: [{Effect: Allow, Action: *a30, Resource: "*"}]\n`,
      /aliases/,
    ),
  },
  {
    name: 'a bomb of merge keys',
    ...one(
      'a.yaml',
      () =>
        `kms0: &a0 {k: v}\n${Array.from({ length: 30 }, (_, index) => `kms${index + 1}: &a${index + 1} {<<: [${Array(9).fill(`*a${index}`).join(', ')}], k${index}: v}\n`).join('')}`,
    ),
  },
  { name: 'an alias to itself', ...one('a.yaml', () => 'kms: &a [*a, {b: *a}]\n') },
  { name: 'an alias to nothing', ...one('a.yaml', () => 'kms: *nothing\n', /refers to nothing/) },
  {
    name: '20,000 anchors and aliases',
    ...one(
      'a.yaml',
      () => `kms: [${Array.from({ length: 20_000 }, (_, index) => `&a${index} x, *a${index}`).join(', ')}]\n`,
    ),
  },
  {
    name: 'globs that would make a matcher go back for ever',
    ...one('a.json', () =>
      policy(
        [
          `kms:${'*a'.repeat(2000)}b`,
          `kms:${'*?'.repeat(2000)}`,
          `kms:${'?*'.repeat(1000)}x`,
          '*'.repeat(50_000),
        ].flatMap((action) => [
          allow({ Action: action, Resource: `arn:aws:kms:${'*a'.repeat(3000)}` }),
          { Effect: 'Deny', NotAction: action, Resource: `arn:aws:kms:*:*:${'?*'.repeat(3000)}z` },
        ]),
      ),
    ),
  },
  {
    name: '300 Allow and 300 Deny patterns with wildcards against one another',
    ...one('a.json', () =>
      policy(
        Array.from({ length: 300 }, (_, index) => [
          allow({ Action: `kms:*${index}*e*`, Resource: `arn:aws:kms:*:*:key/*${index}*` }),
          { Effect: 'Deny', Principal: '*', Action: `kms:*${index}?*`, NotResource: `*${index}*${'*a'.repeat(50)}` },
        ]).flat(),
      ),
    ),
  },
  {
    name: 'a glob bomb in conditions',
    ...one('a.json', () =>
      policy([
        allow({
          Principal: '*',
          Condition: {
            StringLike: {
              'aws:PrincipalArn': Array.from(
                { length: 500 },
                (_, index) => `arn:aws:iam::*:${'*a'.repeat(200)}${index}`,
              ),
            },
          },
        }),
      ]),
    ),
  },
  {
    name: 'templatefile and heredoc with 50,000 holes',
    ...one('a.tf', () => terraform(`<<EOF\n{"Statement": "kms ${'${var.a}'.repeat(50_000)}"}\nEOF`)),
  },
  {
    name: 'Fn::Sub with 50,000 holes',
    ...one('a.yaml', () => managed(`!Sub '{"Statement": "kms ${'${A}'.repeat(50_000)}"}'`)),
  },
  {
    name: 'a for expression over a for expression over a thousand elements',
    ...one(
      'a.tf',
      () =>
        `locals {\n  many = [${Array.from({ length: 1000 }, (_, index) => index).join(', ')}]\n  all = [for a in local.many : [for b in local.many : [for c in local.many : "kms:*"]]]\n}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = flatten(local.all), Resource = "*" }] })')}`,
    ),
  },
  {
    name: 'locals that double thirty times',
    ...one(
      'a.tf',
      () =>
        `locals {\n  l0 = "kms:*"\n${Array.from({ length: 30 }, (_, index) => `  l${index + 1} = "\${local.l${index}}\${local.l${index}}"\n`).join('')}}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = local.l30, Resource = "*" }] })')}`,
    ),
  },
  {
    name: 'lists that double thirty times',
    ...one(
      'a.tf',
      () =>
        `locals {\n  l0 = ["kms:*"]\n${Array.from({ length: 30 }, (_, index) => `  l${index + 1} = concat(local.l${index}, local.l${index})\n`).join('')}}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = local.l30, Resource = "*" }] })')}`,
    ),
  },
  {
    name: 'parameters whose combinations are astronomically many',
    ...one('a.json', () =>
      JSON.stringify({
        Parameters: Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [`P${index}`, { Type: 'String', AllowedValues: ['a', 'b', '*'] }]),
        ),
        Resources: {
          P: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: {
              PolicyDocument: {
                Statement: [
                  allow({
                    Resource: { 'Fn::Join': ['', Array.from({ length: 40 }, (_, index) => ({ Ref: `P${index}` }))] },
                  }),
                ],
              },
            },
          },
        },
      }),
    ),
  },
];

const large: Hostile[] = [
  {
    name: '30 MB of JSON that is a policy',
    ...one(
      'a.json',
      () =>
        `{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["${ARN}"${`, "${ARN}"`.repeat((30 * MEGABYTE) / 80)}]}]}`,
    ),
  },
  { name: '30 MB in one JSON string', ...one('a.json', () => `{"kms": "${'a'.repeat(30 * MEGABYTE)}"}`) },
  { name: '30 MB of JSON without a policy', ...one('a.json', () => `["kms"${', 1'.repeat(10 * MEGABYTE)}]`) },
  {
    name: '30 MB of one open JSON string',
    ...one('a.json', () => `{"kms": "${'a'.repeat(30 * MEGABYTE)}`, /unterminated|never closed/),
  },
  { name: '30 MB of YAML', ...one('a.yaml', () => `kms: x\n${'a: b\n'.repeat(6 * MEGABYTE)}`) },
  { name: '30 MB in one YAML scalar', ...one('a.yaml', () => `kms: |\n  ${'a '.repeat(15 * MEGABYTE)}\n`) },
  { name: '30 MB of HCL', ...one('a.tf', () => `# kms\n${'a = "b"\n'.repeat((30 * MEGABYTE) / 8)}`) },
  { name: '30 MB in one HCL string', ...one('a.tf', () => terraform(`"kms ${'a'.repeat(30 * MEGABYTE)}"`)) },
  { name: '30 MB of white space', ...one('a.json', () => `${' '.repeat(30 * MEGABYTE)}{"kms": 1}`) },
  { name: '30 MB of line breaks', ...one('a.yaml', () => `kms: 1${'\n'.repeat(30 * MEGABYTE)}`) },
  { name: '40 MB', ...one('a.json', () => `{"kms": "${'a'.repeat(40 * MEGABYTE)}"}`, /larger than 32 MiB/) },
  {
    name: '5,000 statements',
    ...one('a.json', () => policy(Array.from({ length: 5000 }, (_, index) => allow({ Sid: `S${index}` })))),
  },
  {
    name: '5,000 statements, every second of them a Deny',
    ...one('a.json', () =>
      policy(
        Array.from({ length: 5000 }, (_, index) =>
          allow({ Sid: `S${index}`, Effect: index % 2 ? 'Deny' : 'Allow', Action: [`kms:*${index}`, 'kms:Put*'] }),
        ),
      ),
    ),
  },
  {
    name: '5,000 statements of a key policy in Terraform',
    ...one(
      'a.tf',
      () =>
        `resource "aws_kms_key" "k" {\n  policy = data.aws_iam_policy_document.d.json\n}\ndata "aws_iam_policy_document" "d" {\n${'  statement {\n    actions = ["kms:*"]\n    resources = ["*"]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n  }\n'.repeat(5000)}}\n`,
    ),
  },
  {
    name: '5,000 statements in YAML',
    ...one('a.yaml', () =>
      managed(`\n      Statement:\n${'        - {Effect: Allow, Action: "kms:*", Resource: "*"}\n'.repeat(5000)}`),
    ),
  },
  {
    name: '50,000 actions in one statement',
    ...one('a.json', () =>
      policy([allow({ Action: Array.from({ length: 50_000 }, (_, index) => `kms:Action${index}`) })]),
    ),
  },
  {
    name: '20,000 resources',
    ...one('a.yaml', () =>
      template(
        Array.from({ length: 20_000 }, (_, index) => `K${index}: {Type: "AWS::KMS::Key", Properties: {}}`).join('\n'),
      ),
    ),
  },
  {
    name: '2,000 documents in one YAML file',
    ...one('a.yaml', () => '---\nStatement: [{Effect: Allow, Action: "kms:*", Resource: "*"}]\n'.repeat(2000)),
  },
  {
    name: '20,000 duplicate keys',
    ...one('a.json', () => `{"Statement": {${'"Action": "kms:*", '.repeat(20_000)}"Effect": "Allow"}}`),
  },
  {
    name: '20,000 problems',
    ...one('a.json', () => `{"kms": [${'1 2 @ '.repeat(20_000)}]}`, /not valid JSON|expected|unexpected/),
  },
  {
    name: '20,000 problems in YAML',
    ...one('a.yaml', () => `kms: 1\n${'a: b: c: [}\n'.repeat(20_000)}`, /not valid YAML|./),
  },
];

const encodings: Hostile[] = [
  {
    name: 'invalid UTF-8',
    ...one('a.json', () => Buffer.from('{"kms": "\xff\xfe\xc3("}', 'latin1'), /not valid UTF-8/),
  },
  {
    name: 'UTF-8 of lone surrogates',
    ...one(
      'a.json',
      () => Buffer.concat([Buffer.from('{"kms": "'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      /not valid UTF-8/,
    ),
  },
  {
    name: 'overlong UTF-8',
    ...one(
      'a.json',
      () => Buffer.concat([Buffer.from('{"kms": "'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
      /not valid UTF-8/,
    ),
  },
  { name: 'UTF-16', ...one('a.json', () => Buffer.from(`\ufeff${BAD_POLICY}`, 'utf16le'), /UTF-16/) },
  { name: 'NUL bytes', ...one('a.yaml', () => Buffer.from('kms: a\0b\n'), /NUL/) },
  {
    name: 'a byte order mark before YAML',
    ...one(
      'a.yaml',
      () => `\ufeffStatement: [{Effect: Allow, Action: "kms:Decrypt", Resource: "*"}]\n`,
      /wildcard-resource/,
    ),
  },
  { name: 'a byte order mark before JSON', ...one('a.json', () => `\ufeff${BAD_POLICY}`, /wildcard-resource/) },
  {
    name: 'a byte order mark before HCL',
    ...one('a.tf', () => `\ufeff${terraform(`<<EOF\n${BAD_POLICY}EOF`)}`, /wildcard-resource/),
  },
  { name: 'byte order marks everywhere', ...one('a.json', () => `\ufeff\ufeff{\ufeff"kms": 1}\ufeff`) },
  { name: 'CRLF in JSON', ...one('a.json', () => BAD_POLICY.replaceAll('\n', '\r\n'), /wildcard-resource/) },
  {
    name: 'CRLF in YAML',
    ...one(
      'a.yaml',
      () => managed(`|\n      ${BAD_POLICY.replaceAll('\n', '\n      ')}`).replaceAll('\n', '\r\n'),
      /wildcard-resource/,
    ),
  },
  {
    name: 'CRLF in HCL',
    ...one('a.tf', () => terraform(`<<EOF\n${BAD_POLICY}EOF`).replaceAll('\n', '\r\n'), /wildcard-resource/),
  },
  { name: 'lone CR in YAML', ...one('a.yaml', () => managed('x').replaceAll('\n', '\r')) },
  {
    name: 'lone surrogates by escapes',
    ...one(
      'a.json',
      () =>
        policy([allow({ Sid: 'S' })])
          .replace('"S"', '"\\ud800"')
          .replace('kms:Decrypt', 'kms:\\udc00Decrypt'),
      /unknown-action/,
    ),
  },
  {
    name: 'lone surrogates by escapes in YAML',
    ...one('a.yaml', () => 'Statement: [{Sid: "\\ud800", Effect: Allow, Action: "kms:\\udc00", Resource: "*"}]\n'),
  },
  {
    name: 'lone surrogates by escapes in HCL',
    ...one('a.tf', () =>
      terraform(
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:\\ud800\\Uffffffff", Resource = "*" }] })',
      ),
    ),
  },
  {
    name: 'U+2028, U+2029 and U+0085',
    ...one('a.json', () => BAD_POLICY.replaceAll('\n', '\u2028').replace('Decrypt', 'De\u2029crypt\u0085')),
  },
  { name: 'U+2028 in YAML', ...one('a.yaml', () => managed('"\u2028kms\u2029\u0085"')) },
  {
    name: 'every control character by escapes',
    ...one(
      'a.json',
      () =>
        policy([allow({ Sid: 'S' })]).replace(
          '"S"',
          `"${Array.from({ length: 32 }, (_, code) => `\\u${code.toString(16).padStart(4, '0')}`).join('')}"`,
        ),
      /wildcard-resource/,
    ),
  },
  {
    name: 'every control character as it is',
    ...one('a.json', () =>
      policy([allow({ Sid: 'S' })]).replace(
        '"S"',
        `"${Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1)).join('')}"`,
      ),
    ),
  },
];

const PROTOTYPE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

const names: Hostile[] = [
  {
    name: 'prototype keys everywhere in a policy',
    ...one(
      'a.json',
      () =>
        `{"__proto__": {"Statement": []}, "constructor": 1, "Statement": [${PROTOTYPE.map((name) => `{"Sid": "${name}", "Effect": "Allow", "${name}": "kms:*", "Action": ["kms:Decrypt", "${name}", "kms:${name}"], "Resource": "*", "Principal": {"${name}": "*", "AWS": "${name}"}, "Condition": {"${name}": {"${name}": "${name}"}, "StringEquals": {"${name}": "a", "kms:${name}": "b"}}}`).join(', ')}]}`,
      /unknown-action/,
    ),
  },
  {
    name: 'prototype keys everywhere in a template',
    ...one('a.json', () =>
      JSON.stringify({
        Parameters: Object.fromEntries(PROTOTYPE.map((name) => [`${name}`, { Type: name, Default: name }])),
        Mappings: Object.fromEntries(PROTOTYPE.map((name) => [name, { [name]: { [name]: 'kms' } }])),
        Conditions: Object.fromEntries(PROTOTYPE.map((name) => [name, { Condition: name }])),
        Resources: Object.fromEntries(
          PROTOTYPE.flatMap((name) => [
            [name, { Type: name, Properties: { [name]: name } }],
            [
              `P${name}`,
              {
                Type: 'AWS::IAM::ManagedPolicy',
                Condition: name,
                Properties: {
                  PolicyDocument: {
                    Statement: [
                      allow({ Resource: { 'Fn::GetAtt': [name, name] }, Action: { Ref: name } }),
                      { Ref: name },
                      { [`Fn::${name}`]: name },
                      { 'Fn::FindInMap': [name, name, name] },
                    ],
                  },
                },
              },
            ],
          ]),
        ),
      }),
    ),
  },
  {
    name: 'prototype keys everywhere in HCL',
    ...one(
      'a.tf',
      () =>
        `locals {\n${PROTOTYPE.map((name) => `  ${name} = { ${name} = "kms:*" }\n`).join('')}}\n${PROTOTYPE.map((name) => `variable "${name}" {}\ndata "${name}" "${name}" {}\nmodule "${name}" {\n  source = "./${name}"\n}\nresource "aws_iam_policy" "${name}" {\n  for_each = local.${name}\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = local.${name}.${name}, Resource = [var.${name}, each.value, module.${name}.${name}, data.${name}.${name}.json, ${name}(local.${name}), "*"], ${name} = 1 }] })\n}\n`).join('')}`,
      /wildcard-resource|unknown-action|./,
    ),
  },
  {
    name: 'prototype keys everywhere in YAML',
    ...one(
      'a.yaml',
      () =>
        `__proto__: &a {Statement: []}\n<<: *a\n${managed('{Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: "*", __proto__: {a: b}, constructor: x}]}')}`,
      /wildcard-resource/,
    ),
  },
  {
    name: 'file names that steer terminals and reports',
    files: {
      'a\u001b[2J.json': () => BAD_POLICY,
      'b\u202e`|<script>.json': () => BAD_POLICY,
      '__proto__.json': () => BAD_POLICY,
      'c\'"$(touch x);.yaml': () => 'Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: "*"}]\n',
      'd\ne.json': () => BAD_POLICY,
      'f\\g.json': () => BAD_POLICY,
      '*?[a].tf': () => terraform(`<<EOF\n${BAD_POLICY}EOF`),
    },
    says: /wildcard-resource/,
  },
  {
    name: 'a folder that is named as a policy',
    files: { 'folder.json/a.json': () => BAD_POLICY, 'folder.tf/a.tf': () => terraform(`<<EOF\n${BAD_POLICY}EOF`) },
  },
  {
    name: 'values of the wrong types everywhere',
    ...one(
      'a.json',
      () =>
        '{"Version": {}, "Statement": [null, 1, "kms", [], {"Effect": [], "Action": {"kms": 1}, "Resource": null, "Principal": [1], "Condition": "kms"}, {"Action": [["kms:*"]], "Condition": [{"StringEquals": 1}], "Principal": {"AWS": {"a": 1}}}]}',
    ),
  },
];

const links: Hostile[] = [
  {
    name: 'a loop of links',
    files: { 'a.json': () => '->a.json', 'b.yaml': () => '->c.yaml', 'c.yaml': () => '->b.yaml' },
    says: /cannot be read \(ELOOP\)/,
  },
  {
    name: 'a folder that links to its parent',
    files: { 'sub/loop': () => '->..', 'sub/a.json': () => BAD_POLICY },
    paths: ['sub/a.json'],
    says: /wildcard-resource/,
  },
  {
    name: 'a link out of the folder',
    files: { 'a.json': () => '->/etc/hostname', 'b.tf': () => '->../../../../etc/hostname' },
    says: /a link that leaves the folder/,
  },
  { name: 'a link to nothing', files: { 'a.json': () => '->nowhere.json' }, says: /there is no such file/ },
  {
    name: 'a link to a folder',
    files: { 'a.json': () => '->sub', 'sub/b.json': () => BAD_POLICY },
    says: /cannot be read/,
  },
  { name: 'a link to a device', files: { 'a.json': () => '->/dev/zero' }, says: /a link that leaves the folder/ },
  {
    name: 'Terraform that reads what it must not',
    ...one(
      'a.tf',
      () =>
        ['/etc/passwd', '../../../../etc/passwd', '/dev/zero', '~/.aws/credentials', 'a.tf', '.']
          .map((path, index) => `resource "aws_iam_policy" "p${index}" {\n  policy = file("${path}")\n}\n`)
          .join(''),
      /file\(\)|outside|repository/,
    ),
  },
  {
    name: 'templates outside of the folder',
    files: {
      'a.yaml': () =>
        template(
          ['/etc/passwd', '../../../../etc/passwd', 'file:///etc/passwd', '../../outside.yaml', './a/../../b.yaml']
            .map(
              (path, index) =>
                `S${index}:\n  Type: AWS::CloudFormation::Stack\n  Properties: {TemplateURL: "${path}", Parameters: {K: kms}}`,
            )
            .join('\n'),
        ),
      'b.tf': () =>
        ['../../../../etc', '/etc', '~/modules', './../../..']
          .map((path, index) => `module "m${index}" {\n  source = "${path}"\n}\n`)
          .join('') + terraform('jsonencode(yamldecode(file("../a.yaml")))'),
      'serverless.yml': () =>
        'service: s\nprovider:\n  name: aws\n  iam: {role: {statements: [{Effect: Allow, Action: "kms:*", Resource: "${file(../../../../etc/passwd):key}"}]}}\n',
    },
    says: /yamldecode.*cannot be read here/,
  },
];

const LINKS = 5000;
const chain = (link: (index: number) => string): string =>
  Array.from({ length: LINKS }, (_, index) => link(index)).join('');

const chains: Hostile[] = [
  {
    name: 'a chain of 5,000 locals',
    ...one(
      'a.tf',
      () =>
        `locals {\n${chain((index) => `  l${index} = local.l${index + 1}\n`)}  l${LINKS} = "*"\n}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = local.l0 }] })')}`,
    ),
  },
  {
    name: 'a chain of 5,000 policy documents',
    ...one(
      'a.tf',
      () =>
        `${chain((index) => `data "aws_iam_policy_document" "d${index}" {\n  source_policy_documents = [data.aws_iam_policy_document.d${index + 1}.json]\n}\n`)}data "aws_iam_policy_document" "d${LINKS}" {\n  statement {\n    actions = ["kms:*"]\n    resources = ["*"]\n  }\n}\n${terraform('data.aws_iam_policy_document.d0.json')}`,
    ),
  },
  {
    name: 'a chain of 2,000 modules',
    files: Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [
        `m${index}/m.tf`,
        () =>
          `variable "x" {}\nmodule "m" {\n  source = "../m${index + 1}"\n  x = var.x\n}\noutput "x" {\n  value = module.m.x\n}\n${index === 0 ? terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = module.m.x }] })') : ''}`,
      ]),
    ),
    paths: ['m0/m.tf'],
  },
  {
    name: 'a chain of 5,000 conditions in CloudFormation',
    ...one('a.json', () =>
      JSON.stringify({
        Conditions: Object.fromEntries(
          Array.from({ length: LINKS }, (_, index) => [`C${index}`, { 'Fn::Not': [{ Condition: `C${index + 1}` }] }]),
        ),
        Resources: {
          P: {
            Type: 'AWS::IAM::ManagedPolicy',
            Condition: 'C0',
            Properties: { PolicyDocument: { Statement: [{ 'Fn::If': ['C0', allow(), { Ref: 'AWS::NoValue' }] }] } },
          },
        },
      }),
    ),
  },
  {
    name: 'a chain of 1,500 stacks',
    files: Object.fromEntries(
      Array.from({ length: 1500 }, (_, index) => [
        `s${index}.yaml`,
        () =>
          `Parameters: {X: {Type: String}}\n${template(`N:\n  Type: AWS::CloudFormation::Stack\n  Properties:\n    TemplateURL: ./s${index + 1}.yaml\n    Parameters: {X: !Ref X}\nP:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n    PolicyDocument: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: !GetAtt N.Outputs.X}]}`)}Outputs: {X: {Value: !GetAtt N.Outputs.X}}\n`,
      ]),
    ),
  },
  {
    name: 'a chain of 5,000 variables in serverless.yml',
    ...one(
      'serverless.yml',
      () =>
        `service: s\nprovider:\n  name: aws\n  iam: {role: {statements: [{Effect: Allow, Action: "kms:*", Resource: "\${self:custom.v0}"}]}}\ncustom:\n${chain((index) => `  v${index}: "\${self:custom.v${index + 1}}"\n`)}  v${LINKS}: "*"\n`,
    ),
  },
  {
    name: 'a chain of 5,000 anchors',
    ...one(
      'a.yaml',
      () =>
        `kms0: &a0 [x]\n${chain((index) => `k${index}: &a${index + 1} [*a${index}]\n`)}Statement: [{Effect: Allow, Action: *a${LINKS}, Resource: "*"}]\n`,
    ),
  },
];

const many = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('');

const products: Hostile[] = [
  {
    name: 'documents that double thirty times',
    ...one(
      'a.tf',
      () =>
        `${many(30, (index) => `data "aws_iam_policy_document" "d${index}" {\n  source_policy_documents = [data.aws_iam_policy_document.d${index + 1}.json, data.aws_iam_policy_document.d${index + 1}.json]\n}\n`)}data "aws_iam_policy_document" "d30" {\n  statement {\n    actions = ["kms:*"]\n    resources = ["*"]\n  }\n}\n${terraform('data.aws_iam_policy_document.d0.json')}`,
    ),
  },
  {
    name: '500 documents made of one with 1,000 statements',
    ...one(
      'a.tf',
      () =>
        `data "aws_iam_policy_document" "s" {\n${'  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n  }\n'.repeat(1000)}}\n${many(500, (index) => `data "aws_iam_policy_document" "d${index}" {\n  source_policy_documents = [data.aws_iam_policy_document.s.json]\n}\nresource "aws_iam_policy" "p${index}" {\n  policy = data.aws_iam_policy_document.d${index}.json\n}\n`)}`,
    ),
  },
  {
    name: '500 resources that each use a local of 20,000 values',
    ...one(
      'a.tf',
      () =>
        `locals {\n  all = [${Array(20_000).fill('"*"').join(', ')}]\n}\n${many(500, (index) => `resource "aws_iam_policy" "p${index}" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = local.all }] })\n}\n`)}`,
    ),
  },
  {
    name: '1,000 resources with 100 instances each',
    ...one(
      'a.tf',
      () =>
        `locals {\n  all = { ${many(100, (index) => `k${index} = "*", `)} }\n}\n${many(1000, (index) => `resource "aws_iam_policy" "p${index}" {\n  for_each = local.all\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = each.value }] })\n}\n`)}`,
    ),
  },
  {
    name: 'a module that 2,000 others call',
    files: {
      'm/m.tf': () =>
        `variable "x" {}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = var.x }] })')}`,
      'a.tf': () => many(2000, (index) => `module "m${index}" {\n  source = "./m"\n  x = "*${index}"\n}\n`),
    },
  },
  {
    name: '3,000 keys and 3,000 policies in CloudFormation',
    ...one('a.json', () =>
      JSON.stringify({
        Resources: Object.fromEntries(
          Array.from({ length: 3000 }, (_, index) => [
            [`K${index}`, { Type: 'AWS::KMS::Key', Properties: { Description: { Ref: `K${index + 1}` } } }],
            [
              `P${index}`,
              { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow()] } } },
            ],
          ]).flat(),
        ),
      }),
    ),
  },
  {
    name: '2,000 keys and 2,000 policies in Terraform',
    ...one('a.tf', () =>
      many(
        2000,
        (index) =>
          `resource "aws_kms_key" "k${index}" {}\nresource "aws_iam_policy" "p${index}" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }] })\n}\n`,
      ),
    ),
  },
  {
    name: 'loops in loops in loops of CloudFormation',
    ...one('a.json', () => {
      const values = Array.from({ length: 500 }, (_, index) => `v${index}`);
      let body: object = {
        'P${V0}': { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow()] } } },
      };
      for (let level = 0; level < 6; level++) body = { [`Fn::ForEach::L${level}`]: [`V${level}`, values, body] };
      return JSON.stringify({ Transform: 'AWS::LanguageExtensions', Resources: body });
    }),
  },
  {
    name: '5,000 lookups in a mapping of 40,000 values',
    ...one('a.json', () => {
      const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
      const second = Object.fromEntries(keys.map((key) => [key, '*']));
      return JSON.stringify({
        Mappings: { M: Object.fromEntries(keys.map((key) => [key, second])) },
        Resources: Object.fromEntries(
          Array.from({ length: 5000 }, (_, index) => [
            `P${index}`,
            {
              Type: 'AWS::IAM::ManagedPolicy',
              Properties: {
                PolicyDocument: {
                  Statement: [
                    allow({ Resource: { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, { Ref: 'AWS::Region' }] } }),
                  ],
                },
              },
            },
          ]),
        ),
      });
    }),
  },
  {
    name: 'a policy of 1,000 statements that 200 anchors share',
    ...one(
      'a.yaml',
      () =>
        `p: &p\n  Statement:\n${'    - {Effect: Allow, Action: "kms:Decrypt", Resource: "*"}\n'.repeat(1000)}Resources:\n${many(200, (index) => `  P${index}: {Type: "AWS::IAM::ManagedPolicy", Properties: {PolicyDocument: *p}}\n`)}`,
    ),
  },
  {
    name: '1,000 files in one folder that call file() of one another',
    files: Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `f${index}.tf`,
        () =>
          `resource "aws_iam_policy" "p${index}" {\n  policy = file("\${path.module}/f${index + 1}.json")\n}\n# kms\n`,
      ]),
    ),
    paths: ['f0.tf', 'f999.tf'],
    says: /over 500 files are read|there is no such file/,
  },
];

const cycles: Hostile[] = [
  {
    name: 'locals that refer to themselves and one another',
    ...one(
      'a.tf',
      () =>
        `locals {\n  a = local.b\n  b = local.a\n  c = [local.c, "\${local.c}"]\n  d = merge(local.d, { kms = local.e.x })\n  e = { x = local.d.kms }\n}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = local.a, Resource = [local.c, local.d.kms] }] })')}`,
      /refers to itself|cannot|undecided|known|./,
    ),
  },
  {
    name: 'policy documents that are made of one another',
    ...one(
      'a.tf',
      () =>
        `data "aws_iam_policy_document" "a" {\n  source_policy_documents = [data.aws_iam_policy_document.b.json]\n  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n  }\n}\ndata "aws_iam_policy_document" "b" {\n  override_policy_documents = [data.aws_iam_policy_document.a.json]\n}\n${terraform('data.aws_iam_policy_document.a.json')}`,
      /wildcard-resource/,
    ),
  },
  {
    name: 'modules that call one another and themselves',
    files: {
      'a/m.tf': () =>
        `module "b" {\n  source = "../b"\n  x = module.b.x\n}\noutput "x" {\n  value = module.b.x\n}\n${terraform('jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = module.b.x }] })')}`,
      'b/m.tf': () =>
        `variable "x" {}\nmodule "a" {\n  source = "../a"\n}\nmodule "b" {\n  source = "./"\n  x = var.x\n}\noutput "x" {\n  value = [module.a.x, var.x, "*"]\n}\n`,
    },
  },
  {
    name: 'references that go round in CloudFormation',
    ...one('a.json', () =>
      JSON.stringify({
        Conditions: { A: { Condition: 'B' }, B: { 'Fn::Not': [{ Condition: 'A' }] } },
        Parameters: { P: { Type: 'String', Default: { Ref: 'P' } } },
        Mappings: { M: { a: { b: { 'Fn::FindInMap': ['M', 'a', 'b'] } } } },
        Resources: {
          A: {
            Type: 'AWS::IAM::ManagedPolicy',
            Condition: 'A',
            Properties: { PolicyDocument: { 'Fn::GetAtt': ['B', 'PolicyDocument'] } },
          },
          B: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: { PolicyDocument: { Ref: 'A' }, Description: { 'Fn::Sub': '${A} ${B} kms' } },
          },
          C: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: {
              PolicyDocument: {
                Statement: [
                  allow({ Resource: { 'Fn::If': ['A', { 'Fn::FindInMap': ['M', 'a', 'b'] }, { Ref: 'P' }] } }),
                ],
              },
            },
          },
        },
      }),
    ),
  },
  {
    name: 'stacks that nest themselves and one another',
    files: Object.fromEntries(
      ['a', 'b'].map((name, index) => [
        `${name}.yaml`,
        () =>
          `${template(
            `N:\n  Type: AWS::CloudFormation::Stack\n  Properties:\n    TemplateURL: ./${index === 0 ? 'b' : 'a'}.yaml\n    Parameters: {X: !GetAtt N.Outputs.X}\nS:\n  Type: AWS::CloudFormation::Stack\n  Properties:\n    TemplateURL: ./${name}.yaml\nP:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n    PolicyDocument: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: !Ref X}]}`,
          )}Parameters: {X: {Type: String}}\nOutputs: {X: {Value: !Ref X}}\n`,
      ]),
    ),
  },
  {
    name: 'variables of serverless.yml that go round',
    ...one(
      'serverless.yml',
      () =>
        'service: s\nprovider:\n  name: aws\n  iam: {role: {statements: [{Effect: Allow, Action: "kms:*", Resource: "${self:custom.a}"}]}}\ncustom: {a: "${self:custom.b}", b: "${self:custom.a}", c: "${self:}"}\n',
    ),
  },
  {
    name: 'a file that includes itself',
    files: {
      'a.tf': () => terraform('templatefile("${path.module}/a.tpl", { x = file("a.tf") })'),
      'a.tpl': () => '${templatefile("a.tpl", {})} kms',
    },
    paths: ['a.tf'],
  },
];

export const HOSTILE: readonly Hostile[] = [
  ...nesting,
  ...allowed,
  ...bombs,
  ...large,
  ...encodings,
  ...names,
  ...links,
  ...chains,
  ...products,
  ...cycles,
];
