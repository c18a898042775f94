import { reachedPermissions } from '../policy/action.ts';
import { reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { takeOut } from '../policy/change.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { ALIAS_ACCESS, BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const aliasAsKey: Rule = {
  id: 'alias-as-key',
  title: 'An alias ARN stands for a key',
  severity: 'error',
  why: 'An alias ARN in `Resource` is the alias, never the key behind it. KMS checks key permissions against the key ARN, so the statement grants nothing, and the next attempt to make it work is usually `"*"`.',
  remedy:
    'Write the key ARN (`target_key_arn` of the alias in Terraform). To follow the alias, allow the permission on `arn:aws:kms:REGION:ACCOUNT:key/*` with a condition on `kms:ResourceAliases`.',
  quiet: 'Alias permissions (`kms:CreateAlias`, `kms:UpdateAlias`, `kms:DeleteAlias`), which do take an alias ARN.',
  references: [BEST_PRACTICES, ALIAS_ACCESS],
  bad: [
    {
      title: 'Decrypt on an alias',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": «"arn:aws:kms:us-east-1:111122223333:alias/app"» }
}`,
    },
    {
      title: 'An alias beside a key',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "kms:Decrypt",
    "Resource": ["arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", «"arn:aws:kms:us-east-1:111122223333:alias/app"»]
  }
}`,
    },
  ],
  good: [
    {
      title: 'The key behind the alias, by condition',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
    "Condition": { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/app" } }
  }
}`,
    },
    {
      title: 'An alias permission on alias and key',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "kms:UpdateAlias",
    "Resource": ["arn:aws:kms:us-east-1:111122223333:alias/app", "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
  }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const statement of policy.statements) {
      const reached = reachedPermissions(statement, policy);
      if (reached.length === 0 || statement.notAction) continue;
      if (reached.some(({ permission }) => permission.on === 'alias')) continue;
      const keyed = reached.filter(({ permission, match }) => permission.on === 'key' && match === 'yes');
      if (keyed.length === 0) continue;
      const resources = statement.resource?.values ?? [];
      const others = resources.filter((value) => !value.optional && !isAliasOnly(value, policy));
      for (const value of resources) {
        if (!isAliasOnly(value, policy)) continue;
        const patterns = new Set(keyed.flatMap((one) => one.values));
        const actions = statement.action?.values.filter((action) => patterns.has(action)) ?? [];
        const are = actions.length > 1;
        const effect = denies(statement)
          ? `${are ? 'are' : 'is'} denied on nothing`
          : `${are ? 'grant' : 'grants'} nothing`;
        yield {
          statement,
          span: value.span,
          offending: show(value),
          message: `${code(show(value))} is an alias, not the key behind it: ${valueNames(actions)} ${effect}, because KMS checks key permissions against the key ARN.`,
          advice: advice(value),
          // Where nothing else stays the statement would be broken, and what it was for forgotten.
          repair: others.length > 0 ? takeOut([value], 'Take the alias out, which does nothing here') : undefined,
        };
      }
    }
  },
};

function denies(statement: Statement): boolean {
  return statement.effect === 'Deny';
}

function isAliasOnly(value: Value, policy: Policy): boolean {
  const pattern = patternOf(value, policy);
  const aliases = reachOfAliases(pattern).accounts;
  return (aliases === 'one' || aliases === 'many') && reachOfKeys(pattern).accounts === 'none';
}

function advice(value: Value): string {
  const written = show(value);
  const [, prefix = 'arn:aws:kms:REGION:ACCOUNT', name = 'alias/NAME'] =
    /^([^\s]*):(alias\/[^:]+)$/.exec(written) ?? [];
  const key = written.endsWith('.arn}')
    ? code(`${written.slice(0, -'arn}'.length)}target_key_arn}`)
    : `the key ARN (in Terraform ${code('aws_kms_alias.NAME.target_key_arn')})`;
  return `Write ${key}; or, to follow the alias, allow it on ${code(`${prefix}:key/*`)} with the condition ${code(`"ForAnyValue:StringEquals": {"kms:ResourceAliases": "${name}"}`)}.`;
}
