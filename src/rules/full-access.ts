import { isEveryAction } from '../policy/action.ts';
import { allowedKms, isFullAccess } from '../policy/allow.ts';
import { code } from './code.ts';
import { BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const fullAccess: Rule = {
  id: 'full-access',
  title: 'Every action on every resource',
  severity: 'warning',
  why: '`"Action": "*"` on `"Resource": "*"` is administrator access. It includes every KMS permission on every key: reading what is encrypted, rewriting key policies, scheduling the deletion of keys.',
  remedy:
    'Give the permissions that the job needs. Where administrator access is meant, use the AWS managed policy `AdministratorAccess`, which everybody recognises, and keep keys out of reach by their key policies.',
  quiet:
    'A Deny in the same document that takes all of KMS away. It is one finding: the other rules say nothing of such a statement.',
  references: [BEST_PRACTICES],
  bad: [
    {
      title: 'Administrator access',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": «"*"», "Resource": "*" }
}`,
    },
  ],
  good: [
    {
      title: 'Administrator access without KMS',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "*", "Resource": "*" },
    { "Effect": "Deny", "Action": "kms:*", "Resource": "*" }
  ]
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const { statement } of allowedKms(policy)) {
      const value = statement.action?.values.find((action) => isEveryAction(action, policy));
      if (value === undefined || !isFullAccess(statement, policy)) continue;
      yield {
        statement,
        span: value.span,
        offending: '*',
        message: `This is administrator access: with everything else it allows every KMS permission on every key, ${code('kms:PutKeyPolicy')} and ${code('kms:ScheduleKeyDeletion')} included.`,
        advice: `List the actions that are needed; or add a ${code('Deny')} of ${code('kms:*')} where keys are not this principal's affair.`,
      };
    }
  },
};
