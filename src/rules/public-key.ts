import { reachedPermissions } from '../policy/action.ts';
import { type Allowed, allowedKms, patternsOf } from '../policy/allow.ts';
import { foldKey, hasValue, readOperator } from '../policy/condition.ts';
import { isEverybody, isUnread } from '../policy/deny.ts';
import { ANY, STAR } from '../policy/glob.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Condition, type Policy, type Statement, show, text, type Value } from '../policy/policy.ts';
import { lookup } from '../source/lookup.ts';
import { code } from './code.ts';
import { names, valueNames, whyNoGuard } from './phrase.ts';
import { CONDITION_KEYS, KEY_POLICIES } from './references.ts';
import type { Rule } from './rule.ts';

/**
 * Condition keys that say who the caller is. `always`: in every request, so that `...IfExists` still guards.
 * Keys of the path or the request (`kms:ViaService`, `kms:EncryptionContext:...`, `aws:SecureTransport`) are not among
 * them: every account can meet those.
 */
const WHO: Readonly<Record<string, 'always' | 'sometimes'>> = {
  'kms:calleraccount': 'always',
  'aws:principalaccount': 'always',
  'aws:principalarn': 'always',
  'aws:principalorgid': 'sometimes',
  'aws:principalorgpaths': 'sometimes',
  'aws:principaltype': 'sometimes',
  'aws:principalservicename': 'sometimes',
  'aws:principalisawsservice': 'sometimes',
  'aws:sourceaccount': 'sometimes',
  'aws:sourcearn': 'sometimes',
  'aws:sourceorgid': 'sometimes',
  'aws:sourceorgpaths': 'sometimes',
  'aws:sourcevpc': 'sometimes',
  'aws:sourcevpce': 'sometimes',
  'aws:sourceip': 'sometimes',
  'aws:vpcsourceip': 'sometimes',
  'aws:userid': 'sometimes',
};

export const publicKey: Rule = {
  id: 'public-key',
  title: 'Everybody may use the key',
  severity: 'error',
  why: 'In a key policy `"Principal": "*"` is every identity of every AWS account. Without a condition that says who, anybody with an AWS account and the key ARN has the permission. `kms:ViaService` is no such condition: every account can call through S3 or EBS.',
  remedy:
    'Name the principals, or the account principal (`arn:aws:iam::ACCOUNT:root`). Where `"*"` is needed, add a condition on `kms:CallerAccount`, `aws:PrincipalOrgID` or `aws:PrincipalArn`.',
  quiet:
    'A positive condition on the caller: `kms:CallerAccount`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`, a pinned `aws:PrincipalArn`, `aws:SourceAccount`, `aws:SourceVpce` and the like; a Deny for everybody that exempts such callers; Deny statements; policies that are no key policies.',
  references: [KEY_POLICIES, CONDITION_KEYS],
  bad: [
    {
      title: 'Every organization, and every caller is of their own account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": «"*"», "Action": "kms:Decrypt", "Resource": "*", "Condition": { "StringLike": { "aws:PrincipalOrgID": "o-*" } } },
    { "Effect": "Allow", "Principal": «"*"», "Action": "kms:Encrypt", "Resource": "*", "Condition": { "StringEquals": { "kms:CallerAccount": "\${aws:PrincipalAccount}" } } }
  ]
}`,
    },
    {
      title: 'Anybody',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": «"*"», "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*" }
}`,
    },
    {
      title: 'Anybody who calls through S3',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "AWS": [«"*"»] }, "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }
  }
}`,
    },
    {
      title: 'Everybody but one',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", «"NotPrincipal"»: { "AWS": "arn:aws:iam::111122223333:user/intern" }, "Action": "kms:Decrypt", "Resource": "*" }
}`,
    },
    {
      title: 'A condition that is true when the key is absent',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": «"*"», "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
  }
}`,
    },
  ],
  good: [
    {
      title: 'As the key policies of AWS managed keys are written',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "kms:CallerAccount": "111122223333", "kms:ViaService": "s3.us-east-1.amazonaws.com" } }
  }
}`,
    },
    {
      title: 'A Deny keeps everybody outside of the organization out',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" },
    { "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
      "Condition": { "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }, "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } } }
  ]
}`,
    },
    {
      title: 'Callers of the account that owns the key',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringLike": { "aws:PrincipalAccount": "\${aws:ResourceAccount}" } } }
}`,
    },
    {
      title: 'A Deny for everybody',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'key-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      const everybody = statement.principal?.principals.find(isEverybody);
      const span = statement.notPrincipal?.key.span ?? everybody?.value.span;
      if (span === undefined || statement.conditionsUnknown) continue;
      if (statement.conditions.some((condition) => saysWho(condition, policy))) continue;
      if (isFenced(allowed, policy)) continue;
      const guards = statement.conditions.map((condition) => condition.key);
      yield {
        statement,
        span,
        // What is allowed and what guards it belong to it: more of the one or less of the other is a new finding.
        offending: `${statement.notPrincipal ? 'NotPrincipal' : '*'} ${what(allowed)} ${guards.join(' ')}`,
        message: [`${subject(allowed)} may use ${what(allowed)} on this key.`, ...unhelpful(statement)].join(' '),
        advice: `Name the principals, or the account (${code('"AWS": "arn:aws:iam::ACCOUNT:root"')}); or add ${code('"StringEquals": {"kms:CallerAccount": "ACCOUNT"}')} to the conditions.`,
      };
    }
  },
};

function subject({ statement }: Allowed): string {
  if (!statement.notPrincipal) return 'Every identity of every AWS account';
  const named = statement.notPrincipal.principals.map(({ value }) => show(value));
  return `Every identity of every AWS account except ${names(named)}`;
}

/** Why the conditions do not limit who, in sentences. */
function unhelpful({ conditions }: Statement): string[] {
  const isAboutWho = ({ key }: Condition): boolean => lookup(WHO, foldKey(key)) !== undefined;
  const others = [...new Set(conditions.filter((one) => !isAboutWho(one)).map(({ key }) => key))];
  return [
    ...(others.length > 0 ? [`${names(others)} ${others.length > 1 ? 'do' : 'does'} not limit who.`] : []),
    ...conditions.filter(isAboutWho).map(whyNoGuard),
  ];
}

function what(allowed: Allowed): string {
  const patterns = patternsOf(allowed, allowed.permissions);
  return patterns.length > 0 ? valueNames(patterns) : `${allowed.permissions.length} KMS permissions`;
}

/**
 * Whether Deny statements for everybody leave only some callers, as a data perimeter is written: all of their conditions
 * exempt somebody, and every permission is denied to the others. What cannot be read of such a statement may be so.
 */
function isFenced({ permissions }: Allowed, policy: Policy): boolean {
  const fences = policy.statements.filter(
    ({ effect, principal, conditionsUnknown, conditions }) =>
      effect !== 'Allow' &&
      principal &&
      (principal.incomplete || principal.principals.some((one) => isEverybody(one) || isUnread(one))) &&
      (conditionsUnknown || (conditions.length > 0 && conditions.every((one) => exempts(one, policy)))),
  );
  const denied = new Set(
    fences.flatMap((fence) => reachedPermissions(fence, policy).map(({ permission }) => permission)),
  );
  return permissions.every((permission) => denied.has(permission));
}

/** Whether a condition of a Deny keeps it from certain callers: a negated condition on who they are, or AWS services. */
function exempts(condition: Condition, policy: Policy): boolean {
  const key = foldKey(condition.key);
  const { base, negated, set } = readOperator(condition.operator);
  if (key === 'aws:principalisawsservice') return base === 'bool' && !hasValue(condition, 'true');
  if (lookup(WHO, key) === undefined || !negated || set === 'ForAnyValue') return false;
  return !condition.values.some((value) => isOpenValue(value, condition, policy));
}

/** Whether a condition limits who; what cannot be read may. */
function saysWho(condition: Condition, policy: Policy): boolean {
  const presence = lookup(WHO, foldKey(condition.key));
  const operator = readOperator(condition.operator);
  if (presence === undefined || operator.negated || operator.base === 'null') return false;
  if (presence === 'sometimes' && (operator.ifExists || operator.set === 'ForAllValues')) return false;
  return condition.incomplete || !condition.values.some((value) => isOpenValue(value, condition, policy));
}

/** Whether callers of any account meet a value. A condition key that is compared with itself always meets it. */
function isOpenValue(value: Value, condition: Condition, policy: Policy): boolean {
  const variable =
    policy.version === '2012-10-17' ? /^\$\{\s*([\w:-]+)\s*\}$/.exec(text(value) ?? '')?.[1]?.toLowerCase() : undefined;
  const key = foldKey(condition.key);
  if (variable === 'aws:resourceaccount') return false;
  if (variable !== undefined && (variable === key || (variable === CALLER && key === 'kms:calleraccount'))) return true;
  return isOpen(patternOf(value, policy).glob.join(''), readOperator(condition.operator).wildcards);
}

/** What `kms:CallerAccount` is too. */
const CALLER = 'aws:principalaccount';

/** A value that callers of any account meet: `*`, `o-*`, `arn:aws:iam::*:role/x`, `0.0.0.0/0`. */
function isOpen(value: string, wildcards: boolean): boolean {
  if (value === '0.0.0.0/0' || value === '::/0') return true;
  if (!wildcards || !(value.includes(STAR) || value.includes(ANY))) return false;
  // Every organization has an ID that begins with `o-`.
  if (!value.startsWith('arn:')) return /^(?:o-)?\*\*/.test(value) || /^[\d?]*\*\*$/.test(value);
  const account = value.split(':')[4];
  return account === undefined || account === '' || account.includes(STAR) || account.includes(ANY);
}
