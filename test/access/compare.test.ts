import { expect, test } from 'vitest';
import { compareAccess } from '../../src/access/compare.ts';
import { keeps, narrows } from '../../src/access/prove.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { allow, deny, policies, type StatementJson, templatePolicies } from './policies.ts';

const ACCOUNT = '111122223333';
const K1 = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-1111-1111-1111-111111111111`;
const K2 = `arn:aws:kms:us-east-1:${ACCOUNT}:key/22222222-2222-2222-2222-222222222222`;
const ALL = `arn:aws:kms:us-east-1:${ACCOUNT}:key/*`;
const ALIASES = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/*`;
const VIA_S3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
const VIA_ANY_S3 = { StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } };

/** What a pair must give: whether there is something new, gone, or undecided. Set by hand, before anything was run. */
type Expected = 'same' | '+' | '-' | '+-' | '?' | '+?';

const PAIRS: [string, StatementJson[], StatementJson[], Expected][] = [
  ['the same', [allow('kms:Decrypt', K1)], [allow(['kms:decrypt'], [K1])], 'same'],
  ['a second key', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', [K1, K2])], '+'],
  ['a key less', [allow('kms:Decrypt', [K1, K2])], [allow('kms:Decrypt', K1)], '-'],
  ['another key', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', K2)], '+-'],
  ['a second action', [allow('kms:Decrypt', K1)], [allow(['kms:Decrypt', 'kms:Encrypt'], K1)], '+'],
  ['every key instead of one', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', ALL)], '+'],
  ['every key, of which one was named', [allow('kms:Decrypt', ALL)], [allow('kms:Decrypt', [ALL, K1])], 'same'],
  [
    'an action pattern instead of the names',
    [
      allow(
        [
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyPair',
          'kms:GenerateDataKeyPairWithoutPlaintext',
          'kms:GenerateDataKeyWithoutPlaintext',
        ],
        K1,
      ),
    ],
    [allow('kms:GenerateDataKey*', K1)],
    'same',
  ],
  [
    'statements split',
    [allow(['kms:Decrypt', 'kms:Encrypt'], [K1, K2])],
    [allow('kms:Decrypt', K1), allow('kms:Decrypt', K2), allow('kms:Encrypt', [K2, K1])],
    'same',
  ],
  [
    'every key is what * is for Decrypt',
    [allow('kms:Decrypt', 'arn:aws:kms:*:*:key/*')],
    [allow('kms:Decrypt', '*')],
    'same',
  ],
  ['every key is less than * for kms:*', [allow('kms:*', 'arn:aws:kms:*:*:key/*')], [allow('kms:*', '*')], '+'],
  ['CreateKey is never on a key', [allow('kms:CreateKey', K1)], [allow('kms:CreateKey', ALL)], 'same'],
  ['keys and aliases do not meet', [allow('kms:Decrypt', ALL)], [allow('kms:Decrypt', ALIASES)], '-'],
  ['an alias as the key gives nothing', [], [allow('kms:Decrypt', ALIASES)], 'same'],
  ['an alias permission on aliases', [], [allow('kms:CreateAlias', ALIASES)], '+'],
  [
    'a star that runs over colons at the end',
    [allow('kms:Decrypt', 'arn:aws:kms:*')],
    [allow('kms:Decrypt', 'arn:aws:kms:*:*:*')],
    'same',
  ],
  [
    'a star inside that would have to',
    [allow('kms:Decrypt', K1)],
    [allow('kms:Decrypt', [K1, 'arn:aws:kms:*:key/*'])],
    '?',
  ],
  ['a Region wildcard', [allow('kms:Decrypt', ALL)], [allow('kms:Decrypt', `arn:aws:kms:*:${ACCOUNT}:key/*`)], '+'],
  ['a Deny removed', [allow('kms:*', ALL), deny('kms:ScheduleKeyDeletion', '*')], [allow('kms:*', ALL)], '+'],
  ['a Deny added', [allow('kms:*', ALL)], [allow('kms:*', ALL), deny('kms:ScheduleKeyDeletion', '*')], '-'],
  [
    'a Deny that takes nothing',
    [allow('kms:Decrypt', ALL)],
    [allow('kms:Decrypt', ALL), deny('kms:Encrypt', '*')],
    'same',
  ],
  [
    'Deny and * become NotResource',
    [allow('kms:*', '*'), deny('kms:*', K1)],
    [{ Effect: 'Allow', Action: 'kms:*', NotResource: K1 }],
    'same',
  ],
  ['NotResource gives what is on no key', [], [{ Effect: 'Allow', Action: 'kms:CreateKey', NotResource: K1 }], '+'],
  ['NotAction leaves Decrypt out', [], [{ Effect: 'Allow', NotAction: ['kms:Dec*', 'iam:*'], Resource: K1 }], '+'],
  ['NotAction that leaves kms out', [], [{ Effect: 'Allow', NotAction: 'kms:*', Resource: '*' }], 'same'],
  ['other services', [allow('s3:*', '*')], [allow('ec2:*', '*')], 'same'],
  ['a guard dropped', [allow('kms:Decrypt', K1, VIA_S3)], [allow('kms:Decrypt', K1)], '+'],
  ['a guard added', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', K1, VIA_S3)], '-'],
  ['a guard widened', [allow('kms:Decrypt', K1, VIA_S3)], [allow('kms:Decrypt', K1, VIA_ANY_S3)], '+'],
  [
    'two halves of a condition make a whole',
    [
      allow('kms:CreateKey', '*', { StringEquals: { 'kms:KeySpec': 'X' } }),
      allow('kms:CreateKey', '*', { StringNotEquals: { 'kms:KeySpec': 'X' } }),
    ],
    [allow('kms:CreateKey', '*')],
    'same',
  ],
  [
    'IfExists opens the absent key',
    [allow('kms:Decrypt', K1, VIA_S3)],
    [allow('kms:Decrypt', K1, { StringEqualsIfExists: VIA_S3.StringEquals })],
    '+',
  ],
  [
    'ForAllValues opens keys without an alias',
    [allow('kms:Decrypt', ALL, { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a' } })],
    [allow('kms:Decrypt', ALL, { 'ForAllValues:StringEquals': { 'kms:ResourceAliases': 'alias/a' } })],
    '+-',
  ],
  [
    'a negated list that grows',
    [allow('kms:Decrypt', K1, { StringNotEquals: { 'kms:ViaService': 'a' } })],
    [allow('kms:Decrypt', K1, { StringNotEquals: { 'kms:ViaService': ['a', 'b'] } })],
    '-',
  ],
  [
    'a Deny with a condition less',
    [allow('kms:Decrypt', K1), deny('kms:Decrypt', '*', { Bool: { 'aws:SecureTransport': 'false' } })],
    [allow('kms:Decrypt', K1)],
    '+',
  ],
  [
    'Null:false and a value',
    [allow('kms:Decrypt', K1, { StringLike: { 'kms:ViaService': '*' } })],
    [allow('kms:Decrypt', K1, { Null: { 'kms:ViaService': 'false' } })],
    'same',
  ],
  [
    'a bound that moves',
    [
      allow('kms:ScheduleKeyDeletion', K1, {
        NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' },
      }),
    ],
    [
      allow('kms:ScheduleKeyDeletion', K1, {
        NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '7' },
      }),
    ],
    '+',
  ],
  [
    'the same date',
    [allow('kms:Decrypt', K1, { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })],
    [allow('kms:Decrypt', [K1], { DateLessThan: { 'aws:CurrentTime': ['2027-01-01T00:00:00Z'] } })],
    'same',
  ],
  [
    'a date that moves',
    [allow('kms:Decrypt', K1, { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })],
    [allow('kms:Decrypt', K1, { DateLessThan: { 'aws:CurrentTime': '2028-01-01T00:00:00Z' } })],
    '+',
  ],
  [
    'a date dropped',
    [allow('kms:Decrypt', K1, { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })],
    [allow('kms:Decrypt', K1)],
    '+',
  ],
  ['a name that no permission has', [], [allow('kms:DecryptEverything', K1)], '+'],
  [
    'a policy variable kept',
    [allow('kms:Decrypt', `arn:aws:kms:us-east-1:${ACCOUNT}:key/\${aws:username}`)],
    [allow(['kms:Decrypt'], [`arn:aws:kms:us-east-1:${ACCOUNT}:key/\${aws:username}`])],
    'same',
  ],
  [
    'a policy variable added',
    [allow('kms:Decrypt', K1)],
    [allow('kms:Decrypt', [K1, `arn:aws:kms:us-east-1:${ACCOUNT}:key/\${aws:username}`])],
    '?',
  ],
];

function outcome(before: readonly Policy[], after: readonly Policy[]): Expected {
  const { added, removed, unknown } = compareAccess(before, after);
  const certain = `${added.length > 0 ? '+' : ''}${removed.length > 0 ? '-' : ''}`;
  return (certain + (unknown.length > 0 ? '?' : '') || 'same') as Expected;
}

test.each(PAIRS)('%s', (_, before, after, expected) => {
  expect(outcome(policies(before), policies(after))).toBe(expected);
});

test.each(PAIRS)('backwards: %s', (_, before, after, expected) => {
  const turned = { same: 'same', '+': '-', '-': '+', '+-': '+-', '?': '?', '+?': '-?' }[expected];
  expect(outcome(policies(after), policies(before))).toBe(turned);
});

test.each(PAIRS)('the proofs agree: %s', (_, before, after, expected) => {
  const [one, other] = [policies(before), policies(after)];
  expect(narrows(one, other)).toBe(expected.includes('+') ? 'no' : expected.includes('?') ? 'unknown' : 'yes');
  // Everything that is undecided here is about more, never about less.
  expect(keeps(one, other)).toBe(expected.includes('-') ? 'no' : 'yes');
});

const ref = { Ref: 'KeyArn' };
const arn = { 'Fn::GetAtt': ['AppKey', 'Arn'] };
const HOLES: [string, StatementJson[], StatementJson[], Expected][] = [
  ['the same reference', [allow('kms:Decrypt', ref)], [allow(['kms:Decrypt'], [ref])], 'same'],
  ['a reference under *', [allow('kms:Decrypt', '*')], [allow('kms:Decrypt', ['*', ref])], 'same'],
  ['a literal becomes a reference', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', ref)], '?'],
  [
    'a Deny on a reference removed',
    [allow('kms:Decrypt', K1), deny('kms:Decrypt', ref)],
    [allow('kms:Decrypt', K1)],
    '?',
  ],
  ['a declared key added', [allow('kms:Decrypt', K1)], [allow('kms:Decrypt', [K1, arn])], '+'],
  [
    'a declared key by another attribute',
    [allow('kms:Decrypt', arn)],
    [allow('kms:Decrypt', { 'Fn::Sub': 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${AppKey}' })],
    'same',
  ],
  [
    'a declared key is one of the own account',
    [allow('kms:Decrypt', { 'Fn::Sub': 'arn:aws:kms:*:${AWS::AccountId}:key/*' })],
    [allow('kms:Decrypt', arn)],
    '-',
  ],
  [
    'the own account may be the one that was named',
    [allow('kms:Decrypt', `arn:aws:kms:*:${ACCOUNT}:key/*`)],
    [allow('kms:Decrypt', { 'Fn::Sub': 'arn:aws:kms:*:${AWS::AccountId}:key/*' })],
    '?',
  ],
  [
    'a narrower pattern of one reference',
    [allow('kms:Decrypt', { 'Fn::Sub': `arn:aws:kms:us-east-1:${ACCOUNT}:key/\${KeyArn}*` })],
    [allow('kms:Decrypt', { 'Fn::Sub': `arn:aws:kms:us-east-1:${ACCOUNT}:key/\${KeyArn}` })],
    '?',
  ],
  [
    'both branches of one condition',
    [allow('kms:Decrypt', [K1, K2])],
    [allow('kms:Decrypt', { 'Fn::If': ['IsProd', K1, K2] })],
    '?',
  ],
  [
    'the same branches',
    [allow('kms:Decrypt', { 'Fn::If': ['IsProd', K1, K2] })],
    [allow('kms:Decrypt', { 'Fn::If': ['IsProd', K1, K2] }), deny('kms:Encrypt', '*')],
    'same',
  ],
  [
    'the branches of another condition',
    [allow('kms:Decrypt', { 'Fn::If': ['IsProd', K1, K2] })],
    [allow('kms:Decrypt', { 'Fn::If': ['IsDev', K1, K2] })],
    '?',
  ],
  [
    'one key in both branches',
    [allow('kms:Decrypt', K1)],
    [{ 'Fn::If': ['IsProd', allow('kms:Decrypt', K1), allow(['kms:Decrypt'], [K1])] }],
    'same',
  ],
  [
    'a statement under a condition',
    [allow('kms:Decrypt', K1)],
    [allow('kms:Decrypt', K1), { 'Fn::If': ['IsProd', allow('kms:Encrypt', K1), { Ref: 'AWS::NoValue' }] }],
    '?',
  ],
];

test.each(HOLES)('%s', (_, before, after, expected) => {
  expect(outcome(templatePolicies(before), templatePolicies(after))).toBe(expected);
});

test('a narrower pattern of one reference is nothing new', () => {
  const of = (text: string) => templatePolicies([allow('kms:Decrypt', { 'Fn::Sub': text })]);
  const [wide, narrow] = [
    of('arn:aws:kms:us-east-1:111122223333:key/${KeyArn}*'),
    of('arn:aws:kms:us-east-1:111122223333:key/${KeyArn}'),
  ];
  expect(narrows(wide, narrow)).toBe('yes');
  expect(keeps(wide, narrow)).toBe('unknown');
});

test('a proof takes nothing for granted of two keys', () => {
  const after = templatePolicies([allow('kms:Decrypt', [K1, arn]), deny('kms:Decrypt', K1)]);
  expect(narrows(templatePolicies([allow('kms:Decrypt', arn)]), after)).toBe('yes');
  expect(keeps(templatePolicies([allow('kms:Decrypt', arn)]), after)).toBe('unknown');
});

test('the own account keeps what it had', () => {
  const before = policies([allow(['kms:Decrypt', 'kms:ListKeys'], '*')]);
  const whole = policies([allow('kms:Decrypt', `arn:aws:kms:*:${ACCOUNT}:key/*`)]);
  const split = policies([allow('kms:Decrypt', `arn:aws:kms:*:${ACCOUNT}:key/*`), allow('kms:ListKeys', '*')]);
  expect([narrows(before, whole), narrows(before, split)]).toEqual(['yes', 'yes']);
  expect(keeps(before, whole, { account: ACCOUNT })).toBe('no');
  expect(keeps(before, split, { account: ACCOUNT })).toBe('yes');
  expect(keeps(before, split)).toBe('no');
  expect(keeps(before, whole, { account: ACCOUNT, actions: ['Decrypt'] })).toBe('yes');
});

test('a date that nobody can read stays open', () => {
  const when = (value: string) => policies([allow('kms:Decrypt', K1, { DateLessThan: { 'aws:CurrentTime': value } })]);
  expect(outcome(when('next week'), when('next month'))).toBe('?');
});
