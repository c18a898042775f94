import fc from 'fast-check';
import type { StatementJson } from './policies.ts';

/** Random statements made of few fragments, so that they overlap, contradict and complete one another. */

const ACTIONS = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKey*',
  'kms:CreateKey',
  'kms:ListKeys',
  'KMS:GENERATEMAC',
  'kms:Sign?',
  'kms:CreateAlias',
  'kms:Create*',
  'kms:*',
  'kms:?ecrypt',
  '*',
  's3:*',
];

const ACCOUNTS = ['111122223333', '444455556666', '1111*', '*', '11112222????'];
const REGIONS = ['us-east-1', 'us-*', '*', 'eu-west-?'];
const NAMES = ['key/a', 'key/ab', 'key/a*', 'key/*b', 'key/*', '*', 'alias/a', 'alias/*', 'key/?', 'key/mrk-*'];

const RESOURCES = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('*', 'arn:aws:kms:*', 'arn:aws:kms:us-east-1*', 'arn:aws:s3:::b') },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...REGIONS), fc.constantFrom(...ACCOUNTS), fc.constantFrom(...NAMES))
      .map(([region, account, name]) => `arn:aws:kms:${region}:${account}:${name}`),
  },
);

const CONDITIONS: readonly Record<string, Record<string, unknown>>[] = [
  { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  { StringNotEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com', 'ec2.us-east-1.amazonaws.com'] } },
  { StringLike: { 'kms:ViaService': 's3.*' } },
  { StringEqualsIfExists: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  { Null: { 'kms:ViaService': 'true' } },
  { Null: { 'kms:ViaService': 'false' } },
  { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a' } },
  { 'ForAllValues:StringLike': { 'kms:ResourceAliases': ['alias/a', 'alias/b*'] } },
  { 'ForAnyValue:StringNotEquals': { 'kms:ResourceAliases': 'alias/b' } },
  { Bool: { 'kms:GrantIsForAWSResource': true } },
  { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } },
  { NumericGreaterThanEquals: { 'kms:RotationPeriodInDays': '90' } },
  { NumericLessThan: { 'kms:RotationPeriodInDays': ['90', '365'] } },
  { NumericNotEquals: { 'kms:RotationPeriodInDays': '90' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b*' } },
  { ArnNotLike: { 'aws:SourceArn': 'arn:aws:*:*:111122223333:*' } },
  { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'Red' } },
  { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'aws:PrincipalTag/role': 'x' } },
];

/** Values that requests carry, by key in lower case. */
export const CONTEXT_VALUES: Readonly<Record<string, readonly string[][]>> = {
  'kms:viaservice': [
    ['s3.us-east-1.amazonaws.com'],
    ['s3.eu-west-1.amazonaws.com'],
    ['ec2.us-east-1.amazonaws.com'],
    ['x'],
  ],
  'kms:resourcealiases': [['alias/a'], ['alias/b'], ['alias/a', 'alias/b'], ['alias/bb', 'alias/c'], ['alias/c']],
  'kms:grantisforawsresource': [['true'], ['false']],
  'kms:rotationperiodindays': [['89'], ['90'], ['91'], ['365'], ['366']],
  'aws:sourcearn': [['arn:aws:s3:::b'], ['arn:aws:s3:::c'], ['arn:aws:sns:us-east-1:111122223333:t']],
  'aws:principaltag/team': [['red'], ['RED'], ['blue']],
  'aws:principaltag/role': [['x'], ['X'], ['y']],
};

const oneOrTwo = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 2 });
const rarely = <T, U>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 6, arbitrary: often }, { weight: 1, arbitrary: seldom });

const action = rarely(
  oneOrTwo(fc.constantFrom(...ACTIONS)).map((Action) => ({ Action })),
  oneOrTwo(fc.constantFrom(...ACTIONS)).map((NotAction) => ({ NotAction })),
);
const resource = rarely(
  oneOrTwo(RESOURCES).map((Resource) => ({ Resource })),
  oneOrTwo(RESOURCES).map((NotResource) => ({ NotResource })),
);
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.constantFrom(...CONDITIONS).map((Condition) => ({ Condition })) },
);
const effect = rarely(fc.constant({ Effect: 'Allow' }), fc.constant({ Effect: 'Deny' }));

export const statement: fc.Arbitrary<StatementJson> = fc
  .tuple(effect, action, resource, condition)
  .map((parts) => Object.assign({}, ...parts));
export const statements = fc.array(statement, { minLength: 0, maxLength: 4 });

const PRINCIPALS: readonly unknown[] = [
  '*',
  { AWS: '*' },
  { AWS: '111122223333' },
  { AWS: 'arn:aws:iam::111122223333:root' },
  { AWS: ['arn:aws:iam::111122223333:role/app', 'arn:aws:iam::444455556666:role/ci'] },
  { AWS: 'arn:aws:iam::444455556666:root' },
  { Service: 's3.amazonaws.com' },
  { Service: ['logs.amazonaws.com'], AWS: 'arn:aws:iam::111122223333:role/app' },
];

export const keyStatement: fc.Arbitrary<StatementJson> = fc
  .tuple(effect, action, condition, fc.constantFrom(...PRINCIPALS))
  .map(([one, two, three, Principal]) => ({ ...one, ...two, ...three, Principal, Resource: '*' }));
export const keyStatements = fc.array(keyStatement, { minLength: 0, maxLength: 4 });
