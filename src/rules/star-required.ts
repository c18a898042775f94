import { reachedPermissions } from '../policy/action.ts';
import { isAnything, patternOf } from '../policy/pattern.ts';
import { type Policy, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { statementText, valueNames } from './phrase.ts';
import { BEST_PRACTICES, PERMISSIONS_TABLE } from './references.ts';
import type { Rule } from './rule.ts';

/** Policies in which a Resource decides what is allowed or denied to the caller. */
const KINDS = new Set([
  'identity-policy',
  'vpc-endpoint-policy',
  'service-control-policy',
  'permissions-boundary',
  'session-policy',
]);

export const starRequired: Rule = {
  id: 'star-required',
  title: 'A permission that needs "*" has a narrower Resource',
  severity: 'error',
  why: '`kms:CreateKey`, `kms:ListKeys`, `kms:ListAliases`, `kms:GenerateRandom`, `kms:ListRetirableGrants` and the custom key store permissions are not for a key: their requests carry the resource `*`, which no ARN matches. With anything narrower they never apply.',
  remedy: 'Put them in a statement of their own with `"Resource": "*"`.',
  quiet: 'Wildcards such as `kms:List*` that reach such a permission together with permissions for keys.',
  references: [BEST_PRACTICES, PERMISSIONS_TABLE],
  bad: [
    {
      title: 'ListKeys on a key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:DescribeKey", «"kms:ListKeys"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/*" }
}`,
    },
    {
      title: 'A Deny of CreateKey that denies nothing',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Deny", "Action": «"kms:CreateKey"», "Resource": "arn:aws:kms:*:111122223333:key/*" }
}`,
    },
  ],
  good: [
    {
      title: 'Two statements',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*" },
    { "Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  ]
}`,
    },
    {
      title: 'A wildcard that also reaches key permissions',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:List*", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  *check(policy) {
    if (!KINDS.has(policy.kind)) return;
    for (const statement of policy.statements) {
      const { resource, action } = statement;
      if (!resource || !action || resource.incomplete || resource.values.length === 0) continue;
      if (resource.values.some((value) => mayMatchStar(value, policy))) continue;
      const reached = reachedPermissions(statement, policy);
      const dead = action.values.filter((value) => {
        const own = reached.filter((one) => one.values.includes(value));
        return own.length > 0 && own.every(({ permission, match }) => permission.on === 'none' && match === 'yes');
      });
      const [value] = dead;
      if (value === undefined) continue;
      const are = dead.length > 1;
      yield {
        statement,
        span: value.span,
        offending: dead.map(show).join(' '),
        message: `${valueNames(dead)} ${are ? 'are' : 'is'} not for a key: only ${code('"Resource": "*"')} matches, so with ${valueNames(resource.values)} ${statement.effect === 'Deny' ? `this Deny never denies ${are ? 'them' : 'it'}` : `${are ? 'they are' : 'it is'} never allowed`}.`,
        advice: `Take ${valueNames(dead)} out here, and write beside this statement ${statementText(policy, statement.effect === 'Deny' ? 'Deny' : 'Allow', dead.map(show))}${statement.conditions.length > 0 ? ', with the conditions of this one' : ''}.`,
      };
    }
  },
};

/** Whether the pattern matches the request resource `*`, or may. */
function mayMatchStar(value: Value, policy: Policy): boolean {
  const pattern = patternOf(value, policy);
  return pattern.unknown || isAnything(pattern) || pattern.text === '?';
}
