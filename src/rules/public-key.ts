import { type Allowed, allowedKms, patternsOf } from '../policy/allow.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import { isEverybody } from '../policy/deny.ts';
import { ANY, STAR } from '../policy/glob.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Condition, type Policy, type Statement, show } from '../policy/policy.ts';
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
    'A positive condition on the caller: `kms:CallerAccount`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`, a pinned `aws:PrincipalArn`, `aws:SourceAccount`, `aws:SourceVpce` and the like; Deny statements; policies that are no key policies.',
  references: [KEY_POLICIES, CONDITION_KEYS],
  bad: [
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

/** Whether a condition limits who; what cannot be read may. */
function saysWho(condition: Condition, policy: Policy): boolean {
  const presence = lookup(WHO, foldKey(condition.key));
  const operator = readOperator(condition.operator);
  if (presence === undefined || operator.negated || operator.base === 'null') return false;
  if (presence === 'sometimes' && (operator.ifExists || operator.set === 'ForAllValues')) return false;
  return (
    condition.incomplete ||
    !condition.values.some((value) => isOpen(patternOf(value, policy).glob.join(''), operator.wildcards))
  );
}

/** A value that callers of any account meet: `*`, `arn:aws:iam::*:role/x`, `0.0.0.0/0`. */
function isOpen(text: string, wildcards: boolean): boolean {
  if (text === '0.0.0.0/0' || text === '::/0') return true;
  if (!wildcards || !(text.includes(STAR) || text.includes(ANY))) return false;
  if (!text.startsWith('arn:')) return text.split(STAR)[0]?.length === 0 || /^[\d?]*\*\*$/.test(text);
  const account = text.split(':')[4];
  return account === undefined || account === '' || account.includes(STAR) || account.includes(ANY);
}
