import {
  allowedKms,
  belongsInKeyPolicy,
  isFullAccess,
  patternsOf,
  reachesKeys,
  wholeServicePatterns,
} from '../policy/allow.ts';
import { mayNarrow } from '../policy/condition.ts';
import { isExact, patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { BEST_PRACTICES, KEY_POLICIES } from './references.ts';
import type { Rule } from './rule.ts';

export const preferKeyPolicy: Rule = {
  id: 'prefer-key-policy',
  title: 'A permission that belongs in the key policy',
  severity: 'warning',
  why: 'Permissions that change or destroy a key (`kms:PutKeyPolicy`, `kms:ScheduleKeyDeletion`, ...) are safest in the key policy, where they are for this one key and everybody who looks at the key sees them. In an IAM policy they are easily given for more keys than was meant.',
  remedy:
    'Name the principal in the key policy of the key, with these permissions, and take them out of the IAM policy.',
  quiet:
    'Reported at notice where the statement names its keys. Conditions that narrow the keys (tags, aliases, key properties) lower it to notice too. `kms:*` is for `wildcard-action`.',
  references: [BEST_PRACTICES, KEY_POLICIES],
  bad: [
    {
      title: 'Deletion of every key of the account',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:DescribeKey", «"kms:ScheduleKeyDeletion"»], "Resource": "arn:aws:kms:*:111122223333:key/mrk-*" }
}`,
    },
  ],
  good: [
    {
      title: 'Use of keys',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:DescribeKey", "kms:Decrypt"], "Resource": "arn:aws:kms:*:111122223333:key/mrk-*" }
}`,
    },
    {
      title: 'In the key policy',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/KeyAdmin" }, "Action": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      if (statement.notAction || isFullAccess(statement, policy)) continue;
      const whole = new Set(wholeServicePatterns(statement, policy));
      const sensitive = allowed.permissions.filter(belongsInKeyPolicy);
      const [value, ...more] = patternsOf(allowed, sensitive).filter((pattern) => !whole.has(pattern));
      if (value === undefined || !reachesKeys(statement, policy)) continue;
      const named = namesKeys(statement, policy);
      const own = allowed.reached.find((one) => one.values.includes(value) && belongsInKeyPolicy(one.permission));
      const because = own?.permission.because;
      const isOne = more.length === 0 && !show(value).includes('*');
      yield {
        statement,
        span: value.span,
        offending: [value, ...more].map(show).join(' '),
        severity: named || statement.conditions.some(mayNarrow) || statement.conditionsUnknown ? 'notice' : 'warning',
        message: `${valueNames([value, ...more])} ${more.length > 0 ? 'are' : 'is'} given ${named ? 'in an IAM policy' : 'on many keys at once'}${because ? `; ${isOne ? 'it' : code(`kms:${own.permission.name}`)} ${because}` : ''}.`,
        advice: `Give ${more.length > 0 ? 'them' : 'it'} in the key policy of each key instead, with this principal named there.`,
      };
    }
  },
};

/** Whether every resource is one key: an ARN without a wildcard, or a reference. */
function namesKeys(statement: Statement, policy: Policy): boolean {
  if (statement.notResource) return false;
  return (statement.resource?.values ?? []).every((value) => {
    const pattern = patternOf(value, policy);
    return isExact(pattern) || pattern.unknown;
  });
}
