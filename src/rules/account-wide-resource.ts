import { allowedKms, belongsInKeyPolicy, isFullAccess, patternsOf } from '../policy/allow.ts';
import { reachOfKeys } from '../policy/arn.ts';
import { isDenied } from '../policy/deny.ts';
import { isOpenEnded, patternOf } from '../policy/pattern.ts';
import { show } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const accountWideResource: Rule = {
  id: 'account-wide-resource',
  title: 'Resource names every key of an account',
  severity: 'notice',
  why: 'An ARN such as `arn:aws:kms:us-east-1:111122223333:key/*` keeps foreign accounts out, and AWS accepts it where listing the keys is impractical. It still covers keys that do not exist yet, and keys that protect something else.',
  remedy:
    'Name the ARNs of the keys where there are few. Where there are many, narrow the pattern with `kms:ResourceAliases` or `aws:ResourceTag`.',
  quiet: 'Statements with a condition, ARNs that name a key, and permissions that `prefer-key-policy` reports.',
  references: [BEST_PRACTICES],
  bad: [
    {
      title: 'Every key of the account in one Region',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": «"arn:aws:kms:us-east-1:111122223333:key/*"» }
}`,
    },
  ],
  good: [
    {
      title: 'One key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'The keys with one tag',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
    "Condition": { "StringEquals": { "aws:ResourceTag/Project": "Alpha" } }
  }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      if (statement.notAction || isFullAccess(statement, policy)) continue;
      if (statement.conditions.length > 0 || statement.conditionsUnknown) continue;
      for (const value of statement.resource?.values ?? []) {
        const pattern = patternOf(value, policy);
        if (!isOpenEnded(pattern) || reachOfKeys(pattern).accounts !== 'one') continue;
        const keyed = allowed.permissions.filter(
          (permission) =>
            permission.on === 'key' &&
            !belongsInKeyPolicy(permission) &&
            isDenied(policy, statement, permission, value) === 'no',
        );
        if (keyed.length === 0) continue;
        yield {
          statement,
          span: value.span,
          offending: `${show(value)} ${patternsOf(allowed, keyed).map(show).join(' ')}`,
          message: `${code(show(value))} allows ${valueNames(patternsOf(allowed, keyed))} on every key of the account, also on keys that are made later for something else.`,
          advice: `Name the ARNs of the keys where there are few; where there are many, add a condition on ${code('kms:ResourceAliases')} or ${code('aws:ResourceTag/...')}.`,
        };
      }
    }
  },
};
