import { allowedKms, isFullAccess, reachesKeys, wholeServicePatterns } from '../policy/allow.ts';
import { foldKey, hasValue, readOperator } from '../policy/condition.ts';
import type { Condition } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { BEST_PRACTICES, CONDITION_KEYS } from './references.ts';
import type { Rule } from './rule.ts';

/** Conditions that say what may be granted, to whom, or by which way. */
const LIMITS = [
  'kms:grantoperations',
  'kms:granteeprincipal',
  'kms:granteeserviceprincipal',
  'kms:retiringprincipal',
  'kms:retiringserviceprincipal',
  'kms:grantconstrainttype',
  'kms:grantconstraintsourcearn',
  'kms:encryptioncontext',
  'kms:viaservice',
];

export const unlimitedCreateGrant: Rule = {
  id: 'unlimited-create-grant',
  title: 'CreateGrant without a limit',
  severity: 'warning',
  why: 'Whoever may call `kms:CreateGrant` can hand the use of the key to any principal of any account, outside every policy, until somebody finds the grant and revokes it.',
  remedy:
    'Add a condition: `kms:GrantIsForAWSResource` is `true` where only AWS services need the grant; else `kms:GrantOperations`, `kms:GranteePrincipal` or `kms:GrantConstraintType`.',
  quiet:
    'A condition on the grant, on the encryption context or on `kms:ViaService`. `kms:*` is for `wildcard-action`.',
  references: [CONDITION_KEYS, BEST_PRACTICES],
  bad: [
    {
      title: 'Conditions that limit nothing',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": «"kms:CreateGrant"», "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "Condition": { "StringLike": { "kms:GranteePrincipal": "*" } } },
    { "Effect": "Allow", "Action": «"kms:CreateGrant"», "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "Condition": { "ForAnyValue:StringEquals": { "kms:GrantOperations": "Decrypt" } } }
  ]
}`,
    },
    {
      title: 'Any grant on a key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", «"kms:CreateGrant"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'The condition says the opposite',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": «"kms:CreateGrant"», "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "Bool": { "kms:GrantIsForAWSResource": "false" } } }
}`,
    },
  ],
  good: [
    {
      title: 'Only for AWS services',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "Bool": { "kms:GrantIsForAWSResource": true } } }
}`,
    },
    {
      title: 'Only these operations',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt", "RetireGrant"] } } }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const { statement, reached } of allowedKms(policy)) {
      if (isFullAccess(statement, policy) || statement.conditionsUnknown || statement.conditions.some(limits)) continue;
      const whole = new Set(wholeServicePatterns(statement, policy));
      const grant = reached.find(({ permission }) => permission.name === 'CreateGrant');
      const value = grant?.values.find((pattern) => !whole.has(pattern));
      if (value === undefined || !reachesKeys(statement, policy)) continue;
      yield {
        statement,
        span: value.span,
        offending: 'CreateGrant',
        message: `${valueNames([value])} lets this principal hand the use of the key to anybody, in any account, by a grant that no policy shows.`,
        advice: `Add a condition: ${code('"Bool": {"kms:GrantIsForAWSResource": "true"}')} where only AWS services need it, else ${code('"ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt"]}')} with the operations that are meant.`,
      };
    }
  },
};

function limits(condition: Condition): boolean {
  const key = foldKey(condition.key);
  const { base, negated, ifExists, set, wildcards } = readOperator(condition.operator);
  if (base === 'null' || negated) return false;
  // Written as a text it is compared as one.
  if (key === 'kms:grantisforawsresource')
    return (base === 'bool' || base.startsWith('string')) && !ifExists && !hasValue(condition, 'false');
  // One operation that is listed lets any others through.
  if (key === 'kms:grantoperations' && set === 'ForAnyValue') return false;
  return !(wildcards && hasValue(condition, '*')) && LIMITS.some((limit) => key.startsWith(limit));
}
