import fc from 'fast-check';
import { PERMISSIONS } from '../../src/kms/permissions.ts';

/** Policies at random, put together from what people write and what they get wrong. As JSON text: an element may stand twice. */

type Json = fc.Arbitrary<string>;

const KEY = '7f3c1d52-9a04-4e61-b1d7-0c52e8a9f614';
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${KEY}`;
const ALIAS = 'arn:aws:kms:us-east-1:111122223333:alias/shop';

const text = (value: string): string => JSON.stringify(value);
const oneOf = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);

const spelled = fc
  .tuple(fc.constantFrom(...PERMISSIONS), oneOf('as it is', 'as it is', 'lower', 'upper', 'cut', 'marked', 'wrong'))
  .map(([{ name }, how]) => {
    switch (how) {
      case 'lower':
        return `kms:${name.toLowerCase()}`;
      case 'upper':
        return `KMS:${name.toUpperCase()}`;
      case 'cut':
        return `kms:${name.slice(0, 5)}*`;
      case 'marked':
        return `kms:${name.slice(0, 3)}?${name.slice(4)}`;
      case 'wrong':
        return `kms:${name}s`;
      default:
        return `kms:${name}`;
    }
  });
const action = fc.oneof(
  { arbitrary: spelled, weight: 6 },
  oneOf('kms:*', '*', 'k*:*', '*:*', 'kms:List*', 'kms:*Key', 'kms:GenerateDataKey*', 'kms:ReEncrypt', 'kms:${x}'),
  oneOf('s3:GetObject', 's3:*', 'iam:PassRole', 'sts:AssumeRole', 'ec2:Describe*', 'not an action', ''),
);

const resource = fc.oneof(
  {
    arbitrary: oneOf('*', ARN, ALIAS, 'arn:aws:kms:*:111122223333:key/*', 'arn:aws:kms:us-east-1:444455556666:key/*'),
    weight: 3,
  },
  oneOf(
    'arn:aws:kms:*',
    'arn:aws:kms:us-east-1:*:key/*',
    '**',
    '*?',
    'arn:aws:kms:us-*:key/*',
    'arn:*:kms:*:1111*:key/*',
  ),
  oneOf(
    KEY,
    'alias/shop',
    `key/${KEY}`,
    'mrk-9f0c2d4e6a8b4c0d9e1f3a5b7c9d1e3f',
    'arn:aws:kms:us-east-1:999900001111:key/x',
  ),
  oneOf('arn:aws:kms:us-east-1::key/x', 'arn:aws:kms::111122223333:key/x', 'arn:aws:kms:us-east-1:111122223333:key:x'),
  oneOf(
    'arn:aws:kms:*:${aws:PrincipalAccount}:key/*',
    'arn:aws:kms:*:${aws:ResourceAccount}:key/*',
    '${aws:PrincipalTag/key}',
  ),
  oneOf('arn:aws:s3:::b/*', 'arn:aws:iam::111122223333:role/r', 'arn:aws:kms:us-east-1:111122223333:*', ''),
);

/** Characters that one language or another has its own idea of. */
const odd = fc.string({
  unit: fc.oneof(
    oneOf(
      'a',
      'B',
      '7',
      ' ',
      '-',
      ':',
      '#',
      '"',
      "'",
      '\\',
      '/',
      '{',
      '}',
      '[',
      ']',
      ',',
      '|',
      '>',
      '&',
      '*',
      '!',
      '%',
      '@',
    ),
    oneOf(
      '\t',
      '\n',
      'é',
      '経',
      '😀',
      '👩‍💻',
      '`',
      '~',
      '=',
      '<',
      '$',
      '?',
      '${x}',
      '#{',
      ': ',
      ' #',
      '\\n',
      '"}',
      '- ',
      '\u00a0',
      '\u2028',
      '\u0085',
      '\ue000',
      '\u0007',
      '\r',
    ),
  ),
  maxLength: 14,
});

const account = oneOf('111122223333', '444455556666', '999900001111');
const principalValue = fc.oneof(
  account.map((id) => `arn:aws:iam::${id}:root`),
  account,
  fc.tuple(account, oneOf('role/app', 'user/anna', 'role/app*')).map(([id, name]) => `arn:aws:iam::${id}:${name}`),
  oneOf('*', 'AIDACKCEVSQ6C2EXAMPLE'),
);

/** A string, or a list of them. */
const oneOrMore = (values: fc.Arbitrary<string>): Json =>
  fc.oneof(
    values.map(text),
    fc.array(values.map(text), { minLength: 0, maxLength: 4 }).map((list) => `[${list.join(', ')}]`),
  );

/** An object with its elements in any order, one of them perhaps twice. */
const objectOf = (...entries: readonly fc.Arbitrary<[string, string]>[]): Json =>
  fc
    .tuple(
      fc.tuple(...entries).chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
      fc.nat(60),
    )
    .map(([all, again]) => {
      const list = again < all.length && again % 7 === 0 ? [...all, all[again] as [string, string]] : all;
      return `{${list.map(([name, value]) => `${text(name)}: ${value}`).join(', ')}}`;
    });

const entry = (name: fc.Arbitrary<string> | string, value: Json): fc.Arbitrary<[string, string]> =>
  fc.tuple(typeof name === 'string' ? fc.constant(name) : name, value);

const operator = fc
  .tuple(
    oneOf('', '', '', 'ForAnyValue:', 'ForAllValues:'),
    oneOf(
      'StringEquals',
      'StringLike',
      'StringNotEquals',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'ArnLike',
      'ArnNotEquals',
      'Bool',
      'IpAddress',
      'NumericLessThan',
      'Null',
      'DateGreaterThan',
    ),
    oneOf('', '', '', 'IfExists'),
  )
  .map((parts) => parts.join(''));
const conditionKey = fc.oneof(
  oneOf(
    'kms:ViaService',
    'kms:CallerAccount',
    'kms:ResourceAliases',
    'kms:RequestAlias',
    'kms:GrantIsForAWSResource',
    'kms:GrantOperations',
    'kms:KeySpec',
    'kms:EncryptionContextKeys',
  ),
  oneOf(
    'aws:ResourceAccount',
    'aws:ResourceOrgID',
    'aws:PrincipalOrgID',
    'aws:PrincipalArn',
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:ResourceTag/team',
    'aws:SourceVpce',
    'AWS:resourceaccount',
  ),
  odd.map((name) => `kms:EncryptionContext:${name}`),
);
const conditionValue = fc.oneof(
  oneOf(
    '*',
    '111122223333',
    '1111*',
    '999900001111',
    'o-a1b2c3d4e5',
    'o-zz99yy88xx',
    'true',
    'false',
    's3.*.amazonaws.com',
    's3.us-east-1.amazonaws.com',
    'alias/shop',
    '${aws:PrincipalOrgID}',
    'arn:aws:iam::*:role/app',
    'arn:aws:sns:us-east-1:111122223333:t',
    '0.0.0.0/0',
    'Decrypt',
  ),
  odd,
);
const condition: Json = fc
  .uniqueArray(
    entry(
      operator,
      fc
        .uniqueArray(entry(conditionKey, fc.oneof(oneOrMore(conditionValue), oneOf('true', 'false', '7', '1.50'))), {
          selector: ([name]) => name,
          minLength: 1,
          maxLength: 2,
        })
        .chain((tests) => objectOf(...tests.map((test) => fc.constant(test)))),
    ),
    { selector: ([name]) => name, minLength: 1, maxLength: 3 },
  )
  .chain((operators) => objectOf(...operators.map((one) => fc.constant(one))));

const principal: Json = fc.oneof(
  fc.constant('"*"'),
  objectOf(entry('AWS', oneOrMore(principalValue))),
  objectOf(
    entry('Service', oneOrMore(oneOf('sns.amazonaws.com', 'events.amazonaws.com', 'logs.us-east-1.amazonaws.com'))),
  ),
  objectOf(
    entry('AWS', oneOrMore(principalValue)),
    entry('Federated', fc.constant('"arn:aws:iam::111122223333:saml-provider/idp"')),
  ),
);

/** An element under one of its names, in AWS's spelling nearly always. */
const named = (...names: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(oneOf(...names), fc.nat(30)).map(([name, n]) => (n === 30 ? name.toLowerCase() : name));

function statement(withPrincipal: boolean): Json {
  const optional = (value: fc.Arbitrary<[string, string]>): fc.Arbitrary<[string, string] | null> =>
    fc.option(value, { freq: 2 });
  return fc
    .tuple(
      entry(named('Effect'), oneOf('"Allow"', '"Allow"', '"Allow"', '"Deny"')),
      entry(named('Action', 'Action', 'Action', 'Action', 'NotAction'), oneOrMore(action)),
      entry(named('Resource', 'Resource', 'Resource', 'Resource', 'NotResource'), oneOrMore(resource)),
      withPrincipal
        ? entry(named('Principal', 'Principal', 'Principal', 'NotPrincipal'), principal)
        : fc.constant(null),
      optional(entry(named('Sid'), odd.map(text))),
      optional(entry(named('Condition'), condition)),
    )
    .map((entries) => entries.filter((one) => one !== null))
    .chain((entries) => objectOf(...entries.map((one) => fc.constant(one))));
}

/** A policy document; with principals where its kind has them. */
export function policies(withPrincipal: boolean): Json {
  const one = statement(withPrincipal);
  const statements = fc.oneof(
    one,
    fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => `[${list.join(', ')}]`),
  );
  const version = oneOf('"2012-10-17"', '"2012-10-17"', '"2012-10-17"', '"2008-10-17"');
  return fc.oneof(
    { arbitrary: objectOf(entry('Version', version), entry(named('Statement'), statements)), weight: 5 },
    objectOf(entry('Statement', statements)),
  );
}
