import { allowedKms, isFullAccess } from '../policy/allow.ts';
import { foldKey, mayNarrow } from '../policy/condition.ts';
import { isStar } from '../policy/deny.ts';
import type { Condition, Policy, Statement } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { BEST_PRACTICES, CONDITION_KEYS } from './references.ts';
import type { Rule } from './rule.ts';

/** Conditions about a key that does not exist yet. */
const NO_LIMIT = new Set(['aws:resourceaccount', 'kms:resourcealiases']);

export const unlimitedCreateKey: Rule = {
  id: 'unlimited-create-key',
  title: 'CreateKey without a limit',
  severity: 'warning',
  why: 'Whoever may call `kms:CreateKey` writes the key policy of the new key, pays for it with your account, and can make kinds of keys that nobody watches. It needs `"Resource": "*"`, so only a condition can limit it.',
  remedy:
    'Give `kms:CreateKey` only to those who make keys, with a condition on `kms:KeySpec`, `kms:KeyUsage`, `kms:KeyOrigin`, `kms:MultiRegion` or `aws:RequestTag/...`.',
  quiet:
    'Any condition that limits the key or who may create it; a Resource that is not `"*"` (then it never applies, which `star-required` says).',
  references: [BEST_PRACTICES, CONDITION_KEYS],
  bad: [
    {
      title: 'No condition',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": [«"kms:CreateKey"», "kms:ListAliases"], "Resource": "*" }
}`,
    },
    {
      title: 'By a wildcard',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": «"kms:Create*"», "Resource": "*",
    "Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } } }
}`,
    },
  ],
  good: [
    {
      title: 'One kind of key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
    "Condition": { "StringEquals": { "kms:KeySpec": "SYMMETRIC_DEFAULT" } } }
}`,
    },
    {
      title: 'With a tag that says whose it is',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
    "Condition": { "StringLike": { "aws:RequestTag/Team": "*" } } }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const { statement, reached } of allowedKms(policy)) {
      const create = reached.find(({ permission }) => permission.name === 'CreateKey');
      const [value] = create?.values ?? [];
      if (value === undefined || isFullAccess(statement, policy) || isLimited(statement, policy)) continue;
      yield {
        statement,
        span: value.span,
        offending: 'CreateKey',
        message: `${valueNames([value])} lets this principal create keys of any kind, with any key policy: nothing in the statement limits which.`,
        advice: `Put ${code('kms:CreateKey')} in a statement of its own with a condition, for example ${code('"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}')}.`,
      };
    }
  },
};

function isLimited(statement: Statement, policy: Policy): boolean {
  if (statement.conditionsUnknown || statement.conditions.some(limits)) return true;
  return !statement.resource?.values.some((value) => isStar(value, policy)) && statement.notResource === undefined;
}

function limits(condition: Condition): boolean {
  return mayNarrow(condition) && !NO_LIMIT.has(foldKey(condition.key));
}
