import { allowedKms } from '../policy/allow.ts';
import { reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { patternOf } from '../policy/pattern.ts';
import type { Policy, Statement, Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { ALIAS_ACCESS, BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const aliasPermissionPair: Rule = {
  id: 'alias-permission-pair',
  title: 'An alias permission has only one of its two halves',
  severity: 'notice',
  why: '`kms:CreateAlias`, `kms:UpdateAlias` and `kms:DeleteAlias` are checked twice: on the alias and on the key. With one half alone the call is refused.',
  remedy: 'Allow the permission on the alias ARN and on the key ARN, in one statement or two. The key half may also stand in the key policy.',
  quiet: '`"*"`, both halves in the document (also in two statements), and resources that cannot be read.',
  references: [ALIAS_ACCESS, BEST_PRACTICES],
  bad: [
    {
      title: 'Only the alias',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": «"kms:CreateAlias"», "Resource": "arn:aws:kms:us-east-1:111122223333:alias/app" }
}`,
    },
  ],
  good: [
    {
      title: 'Both halves, in two statements',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "kms:CreateAlias", "Resource": "arn:aws:kms:us-east-1:111122223333:alias/app" },
    { "Effect": "Allow", "Action": "kms:CreateAlias", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  ]
}`,
    },
    {
      title: 'Everything',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:CreateAlias", "kms:DeleteAlias"], "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    const halves = new Map<string, { alias: boolean; key: boolean; places: { statement: Statement; values: Value[] }[] }>();
    for (const { statement, reached } of allowedKms(policy)) {
      for (const { permission, values } of reached) {
        if (permission.on !== 'alias') continue;
        const known = halves.get(permission.name) ?? { alias: false, key: false, places: [] };
        halves.set(permission.name, known);
        const half = halvesOf(statement, policy);
        known.alias ||= half.alias;
        known.key ||= half.key;
        known.places.push({ statement, values });
      }
    }
    for (const [name, { alias, key, places }] of halves) {
      if (alias === key) continue;
      for (const { statement, values } of places) {
        const [value] = values;
        // A wildcard such as `kms:*` on a key reaches the alias permissions by the way; nobody meant them.
        if (value === undefined || value.parts.some((part) => typeof part !== 'string' || part.includes('*'))) continue;
        yield {
          statement,
          span: value.span,
          offending: name,
          message: `${code(`kms:${name}`)} is checked on the alias and on the key, and this document allows it only on the ${alias ? 'alias' : 'key'}: the call is refused unless ${alias ? 'the key policy allows the key half' : 'another policy allows the alias half'}.`,
          advice: alias
            ? `Add the ARN of the key to ${code('Resource')}, or allow ${code(`kms:${name}`)} in the key policy.`
            : `Add the alias ARN (${code('arn:aws:kms:REGION:ACCOUNT:alias/NAME')}) to ${code('Resource')}.`,
        };
      }
    }
  },
};

/** Which halves a statement's resources may reach; what cannot be read may be either. */
function halvesOf(statement: Statement, policy: Policy): { alias: boolean; key: boolean } {
  if (statement.notResource || statement.resource?.incomplete) return { alias: true, key: true };
  const patterns = (statement.resource?.values ?? []).map((value) => patternOf(value, policy));
  return {
    alias: patterns.some((pattern) => reachOfAliases(pattern).accounts !== 'none'),
    key: patterns.some((pattern) => reachOfKeys(pattern).accounts !== 'none'),
  };
}
