import type { Choices } from './choices.ts';

/** Values and names that readers stumble over, as JSON. */

const ALLOWED = [
  ...['"*"', '"kms:*"', '"kms:Decrypt"', '"arn:aws:kms:us-east-1:111122223333:key/*"', '"Allow"', '"Deny"'],
  ...['"arn:aws:iam::444455556666:root"', '["kms:CreateGrant", "kms:Encrypt"]', '"111122223333"', '"alias/a"'],
];

const BROKEN = [
  ...['null', 'true', 'false', '0', '-0', '1e400', '1E-400', '123456789012345678901234567890', '0.1', '""', '[]', '{}'],
  ...['[[]]', '[null]', '[[["*"]]]', '[{}]', '{"": ""}', '["*", 1, null, true, {"a": []}]', '" * "', '"\\u0000"'],
];

/** What JavaScript's own objects have under these names must not be taken for what the author wrote. */
const PROTOTYPE = [
  ...['{"__proto__": {"Action": "*"}}', '{"constructor": {"prototype": {"x": 1}}}', '{"toString": "x"}'],
  ...['"__proto__"', '"constructor"', '"hasOwnProperty"', '{"length": 3}', '{"then": "x"}'],
];

const UNICODE = [
  ...['"\\ud800"', '"\\udfff\\ud800"', '"a\\u202eb\\u2066"', '"\\u001b[31mred\\u001b[0m"', '"\\r\\n::error::x"'],
  ...['"\\u2028"', '"\\ufeff"', '"\\u0085"', '"\\u3164"', '"👩‍💻 漢字"', '"\\u0130I\\u0131i\\u00df"', '"\\uff21"'],
];

/** What a report must not take for its own markup. */
const MARKUP = [
  '<img src=x onerror=alert(1)>',
  '</code></pre><script>alert(1)</script>',
  '&lt;b&gt;',
  '![x](https://example.com/x)',
  '[x](javascript:alert(1))',
  '@octocat #1',
  '`` ` ```',
  '| a | b |\n| - | - |',
  '<!-- kms-policy-review:v1 key=abc fp=def -->',
  '::set-output name=x::y',
  '##[error]x',
  '\u001b]8;;https://example.com\u0007x',
  '$(touch x)',
  '--fix',
];

const REFERENCES = [
  ...[
    '{"Ref": "P"}',
    '{"Ref": "AWS::NoValue"}',
    '{"Fn::GetAtt": ["Key", "Arn"]}',
    '{"Fn::Sub": "${P}:${AWS::AccountId}"}',
  ],
  ...[
    '{"Fn::If": ["IsAll", "*", {"Ref": "AWS::NoValue"}]}',
    '{"Fn::Join": [",", ["*", {"Ref": "P"}]]}',
    '{"Fn::Sub": ["${x}", {}]}',
  ],
  ...[
    '{"Fn::FindInMap": ["M", "a", "b"]}',
    '{"Fn::Select": [1, ["a", "*"]]}',
    '{"Fn::Split": [",", "a,*"]}',
    '{"Fn::If": []}',
  ],
  ...['{"Fn::ImportValue": "x"}', '{"Fn::Transform": {"Name": "m"}}', '{"Fn::ForEach::L": ["i", ["a"], {"${i}": 1}]}'],
  ...[
    '"${var.x}"',
    '"${local.keys}"',
    '"${self:custom.key}"',
    '"${each.value}"',
    '"%{ if x }*%{ endif }"',
    '"{{resolve:ssm:x}}"',
  ],
  ...[
    '"${"',
    '"${!x}"',
    '"$${x}"',
    '"%{"',
    '"${aws:username}"',
    '"${*}"',
    '"${?}"',
    '"${$}"',
    '{"Condition": "IsAll"}',
  ],
];

const LONG = [
  `"${'a'.repeat(3000)}"`,
  `"${'*?'.repeat(200)}"`,
  `[${'"kms:*", '.repeat(100)}"*"]`,
  `"arn:${'*:'.repeat(40)}"`,
];

const VALUES = [
  ALLOWED,
  ALLOWED,
  BROKEN,
  PROTOTYPE,
  UNICODE,
  MARKUP.map((text) => JSON.stringify(text)),
  REFERENCES,
  REFERENCES,
  LONG,
];

const NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length', '', ' ', '<<'],
  ...['Statement', 'Action', 'action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Effect'],
  ...['Condition', 'Sid', 'Version', 'Id', 'AWS', 'Service', 'Federated', 'CanonicalUser', '*', 'Policy', 'Type'],
  ...['Fn::If', 'Fn::Transform', 'Fn::ForEach::X', 'Ref', 'StringEquals', 'ForAnyValue:StringLike', 'Null', 'Bool'],
  ...[
    'aws:SourceArn',
    'kms:ViaService',
    'aws:PrincipalTag/a/b~c',
    '${x}',
    '%{x}',
    '\ud800',
    '\u202e',
    '0',
    '漢字',
    'İ',
  ],
  ...MARKUP,
];

/** A value, as JSON. */
export function oddValue(choices: Choices): string {
  return choices.pick(choices.pick(VALUES));
}

/** The name of an element, of a resource, of a parameter. */
export function oddName(choices: Choices): string {
  return choices.pick(NAMES);
}

const PATHS = [
  'policies',
  'a b',
  '<b>',
  '`x`',
  '::error::',
  '#1',
  '@octocat',
  '漢字',
  '\u202e',
  '[x](y)',
  '__proto__',
  "it's",
  'a|b',
  '..x',
];

/** A folder with `/` at its end, or none. */
export function oddFolder(choices: Choices): string {
  return choices.oneIn(3) ? `${choices.pick(PATHS)}/` : '';
}

const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
/** Strings are passed over whole, so that no list begins in one. */
const STRING_OR_LIST = /"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*"|[, ])*\]/g;

/** JSON text with some of its names and values replaced by odd ones; it stays JSON. */
export function spoil(json: string, choices: Choices): string {
  let text = json;
  for (let left = choices.pick([0, 0, 0, 1, 1, 2, 4]); left > 0; left--) {
    const pieces = choices.oneIn(5)
      ? [...text.matchAll(STRING_OR_LIST)].filter(([piece]) => piece.startsWith('['))
      : [...text.matchAll(STRING)];
    if (pieces.length === 0) continue;
    const { index, 0: found, 1: colon } = choices.pick(pieces) as RegExpExecArray;
    const by = colon === undefined ? oddValue(choices) : `${JSON.stringify(oddName(choices))}${colon}`;
    text = text.slice(0, index) + by + text.slice(index + found.length);
  }
  return text;
}
