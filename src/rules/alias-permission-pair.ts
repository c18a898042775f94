import { reachedPermissions } from '../policy/action.ts';
import { allowedKms } from '../policy/allow.ts';
import { reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show } from '../policy/policy.ts';
import { code } from './code.ts';
import { names } from './phrase.ts';
import { ALIAS_ACCESS, BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const aliasPermissionPair: Rule = {
  id: 'alias-permission-pair',
  title: 'An alias permission has only one of its two halves',
  severity: 'notice',
  why: '`kms:CreateAlias`, `kms:UpdateAlias` and `kms:DeleteAlias` are checked twice: on the alias and on the key. With one half alone the call is refused.',
  remedy:
    'Allow the permission on the alias ARN and on the key ARN, in one statement or two. The key half may also stand in the key policy.',
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
    const halves = new Map<string, { alias: boolean; key: boolean }>();
    // The other half may stand in a statement that cannot be read whole; then nothing is missing for certain.
    for (const statement of policy.statements) {
      if (statement.effect === 'Deny') continue;
      const half = halvesOf(statement, policy);
      for (const { permission } of reachedPermissions(statement, policy)) {
        const { name, on } = permission;
        if (on !== 'alias') continue;
        const known = halves.get(name);
        halves.set(name, { alias: half.alias || known?.alias === true, key: half.key || known?.key === true });
      }
    }
    for (const { statement, reached } of allowedKms(policy)) {
      const lone = reached.filter(({ permission, values }) => {
        const half = halves.get(permission.name);
        // A wildcard such as `kms:*` on a key reaches the alias permissions by the way; nobody meant them.
        return half && half.alias !== half.key && values[0] && !show(values[0]).includes('*');
      });
      const [first] = lone;
      const [value] = first?.values ?? [];
      if (first === undefined || value === undefined) continue;
      const alias = halves.get(first.permission.name)?.alias === true;
      const what = lone.map(({ permission }) => `kms:${permission.name}`);
      const are = what.length > 1;
      yield {
        statement,
        span: value.span,
        offending: what.join(' '),
        message: `${names(what)} ${are ? 'are' : 'is'} checked on the alias and on the key, and this document allows ${are ? 'them' : 'it'} only on the ${alias ? 'alias' : 'key'}: the call is refused unless ${alias ? 'the key policy allows the key half' : 'another policy allows the alias half'}.`,
        advice: alias
          ? `Add the ARN of the key to ${code('Resource')}, or allow ${are ? 'them' : 'it'} in the key policy.`
          : `Add the alias ARN (${code('arn:aws:kms:REGION:ACCOUNT:alias/NAME')}) to ${code('Resource')}.`,
      };
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
