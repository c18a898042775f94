import { type Allowed, allowedKms, patternsOf } from '../policy/allow.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import { STAR } from '../policy/glob.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Condition, type Policy, type Principal, show } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { CONFUSED_DEPUTY, KEY_POLICIES } from './references.ts';
import type { Rule } from './rule.ts';

/** Condition keys that say for whom the service calls. */
const FOR_WHOM = new Set([
  ...['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths'],
  ...['kms:calleraccount', 'aws:principalaccount', 'aws:principalorgid', 'aws:principalarn'],
]);
const ENCRYPTION_CONTEXT = 'kms:encryptioncontext:';

export const confusedDeputy: Rule = {
  id: 'confused-deputy',
  title: 'A service may use the key for anybody',
  severity: 'warning',
  why: 'An AWS service works for every AWS account. Where a key policy trusts the service and says nothing of whom it works for, somebody in another account can point the service at this key: the confused deputy problem.',
  remedy:
    'Add a condition on `aws:SourceArn`, or on `aws:SourceAccount` where the ARN is not known; for services that send an encryption context also on `kms:EncryptionContext:...`.',
  quiet:
    'A positive condition on `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID`, `aws:SourceOrgPaths` or on a value of the encryption context; permissions that only read what is known of the key; Deny statements.',
  references: [CONFUSED_DEPUTY, KEY_POLICIES],
  bad: [
    {
      title: 'CloudWatch Logs, for whichever account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "Service": «"logs.us-east-1.amazonaws.com"» }, "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*" }
}`,
    },
    {
      title: 'A condition that holds where the key is absent, and one that everything meets',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": [«"sns.amazonaws.com"»] }, "Action": "kms:GenerateDataKey", "Resource": "*",
    "Condition": { "StringEqualsIfExists": { "aws:SourceAccount": "111122223333" }, "ArnLike": { "aws:SourceArn": "*" } }
  }
}`,
    },
  ],
  good: [
    {
      title: 'For one trail of the own account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "cloudtrail.amazonaws.com" }, "Action": "kms:GenerateDataKey", "Resource": "*",
    "Condition": { "StringEquals": { "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main" } }
  }
}`,
    },
    {
      title: 'For the log groups of the own account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "logs.us-east-1.amazonaws.com" }, "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*",
    "Condition": { "ArnLike": { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:log-group:*" } }
  }
}`,
    },
    {
      title: 'It only looks at the key',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "Service": "cloudtrail.amazonaws.com" }, "Action": "kms:DescribeKey", "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'key-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement, permissions } = allowed;
      if (statement.conditionsUnknown || permissions.every(({ access }) => access === 'Read' || access === 'List'))
        continue;
      if (statement.conditions.some((condition) => saysForWhom(condition, policy))) continue;
      for (const principal of statement.principal?.principals ?? []) {
        if (!isService(principal)) continue;
        yield {
          statement,
          span: principal.value.span,
          offending: `${show(principal.value)} ${what(allowed)}`,
          message: `${code(show(principal.value))} may use ${what(allowed)} on this key for whoever asks it to, also from other accounts.`,
          advice: `Add ${code('"StringEquals": {"aws:SourceAccount": "ACCOUNT"}')} to the conditions, or better ${code('"ArnLike": {"aws:SourceArn": "ARN"}')} with the resource that needs the key.`,
        };
      }
    }
  },
};

/** A service by its name; one that is wholly unknown is not accused. */
function isService({ type, value }: Principal): boolean {
  return type === 'Service' && value.parts.some((part) => typeof part === 'string' && part !== '');
}

function what(allowed: Allowed): string {
  const patterns = patternsOf(allowed, allowed.permissions);
  return patterns.length > 0 ? valueNames(patterns) : `${allowed.permissions.length} KMS permissions`;
}

/** Whether a condition says for whom; what cannot be read may. */
function saysForWhom(condition: Condition, policy: Policy): boolean {
  const key = foldKey(condition.key);
  const operator = readOperator(condition.operator);
  if (!FOR_WHOM.has(key) && !key.startsWith(ENCRYPTION_CONTEXT)) return false;
  if (operator.negated || operator.base === 'null' || operator.ifExists || operator.set === 'ForAllValues')
    return false;
  return condition.incomplete || !condition.values.some((value) => patternOf(value, policy).glob[0] === STAR);
}
