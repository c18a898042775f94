import { reachedPermissions } from '../policy/action.ts';
import { allowedKms } from '../policy/allow.ts';
import { reachOfKeys } from '../policy/arn.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show } from '../policy/policy.ts';
import { code } from './code.ts';
import { names, valueNames } from './phrase.ts';
import { BEST_PRACTICES, IAM_JSON } from './references.ts';
import type { Rule } from './rule.ts';

export const notElement: Rule = {
  id: 'not-element',
  title: 'NotAction or NotResource in an Allow reaches KMS',
  severity: 'warning',
  why: 'An Allow with `NotAction` allows everything that it does not list, of every service, with what AWS adds later. Where it does not list `kms:*` it allows KMS permissions that nobody wrote down. `NotResource` does the same for keys.',
  remedy:
    'Write `Action` and `Resource` with what is meant, or add `kms:*` to `NotAction` and allow the KMS permissions that are needed in a statement of their own.',
  quiet:
    '`NotAction` that lists `kms:*`, Deny statements, and a Resource that no key matches. `NotResource` with permissions for keys is reported as `wildcard-resource`.',
  references: [IAM_JSON, BEST_PRACTICES],
  bad: [
    {
      title: 'Everything but IAM',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", «"NotAction"»: "iam:*", "Resource": "*" }
}`,
    },
    {
      title: 'ListKeys on everything but a key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:ListKeys", «"NotResource"»: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  good: [
    {
      title: 'KMS is left out',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "NotAction": ["iam:*", "kms:*"], "Resource": "*" }
}`,
    },
    {
      title: 'A guardrail',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Deny", "NotAction": "iam:*", "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const { statement, permissions } of allowedKms(policy)) {
      const { notAction, notResource } = statement;
      if (notAction && reachesKms(statement, policy)) {
        const worst = permissions
          .filter(({ sensitivity }) => sensitivity === 'critical')
          .map(({ name }) => `kms:${name}`);
        yield {
          statement,
          span: notAction.key.span,
          offending: `NotAction ${notAction.values.map(show).join(' ')}`,
          message: `This allows every action except ${valueNames(notAction.values)}, and so ${permissions.length} KMS permissions${worst.length > 0 ? `, ${names(worst)} among them` : ''}.`,
          advice: `Add ${code('kms:*')} to ${code('NotAction')} and allow the KMS permissions that are needed in a statement of their own.`,
        };
      } else if (notResource && !mayBeForKeys(statement, policy)) {
        yield {
          statement,
          span: notResource.key.span,
          offending: `NotResource ${notResource.values.map(show).join(' ')}`,
          message: `${code('NotResource')} in an Allow gives ${names(permissions.map(({ name }) => `kms:${name}`))} on everything except what it lists.`,
          advice: `Write ${code('Resource')} with what is meant; for permissions that are not for a key that is ${code('"*"')}.`,
        };
      }
    }
  },
};

/** Whether a permission for keys is, or may be, among those of a statement: then another rule speaks of it. */
function mayBeForKeys(statement: Statement, policy: Policy): boolean {
  return reachedPermissions(statement, policy).some(({ permission }) => permission.on === 'key');
}

function reachesKms(statement: Statement, policy: Policy): boolean {
  if (statement.notResource) return true;
  return (
    statement.resource?.values.some((value) => {
      const { accounts } = reachOfKeys(patternOf(value, policy));
      return accounts === 'one' || accounts === 'many';
    }) === true
  );
}
