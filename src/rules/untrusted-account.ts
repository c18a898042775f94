import { allowedKms } from '../policy/allow.ts';
import { reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import { OWN_ACCOUNT, patternOf } from '../policy/pattern.ts';
import { type Policy, show, text, type Value } from '../policy/policy.ts';
import { accountOf } from '../policy/principal.ts';
import { code } from './code.ts';
import { BEST_PRACTICES, EXTERNAL_ACCOUNTS } from './references.ts';
import type { Context, Draft, Rule } from './rule.ts';

const ORGANIZATION_KEYS = new Set(['aws:principalorgid', 'aws:resourceorgid', 'aws:sourceorgid']);

export const untrustedAccount: Rule = {
  id: 'untrusted-account',
  title: 'An account or organization that is not trusted',
  severity: 'error',
  why: 'A key policy that names a foreign account hands the use of the key to whoever administers that account; an IAM policy that names a key of a foreign account lets your data be encrypted under a key that you do not control.',
  remedy:
    'Use an account of the list `trusted-accounts` in the configuration, or add the account to it when the trust is meant.',
  quiet:
    'Without `trusted-accounts` the rule says nothing of accounts, without `trusted-organizations` nothing of organizations; and nothing of references.',
  references: [EXTERNAL_ACCOUNTS, BEST_PRACTICES],
  bad: [
    {
      title: 'A key of a foreign account',
      config: { trustedAccounts: ['111122223333'] },
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": «"arn:aws:kms:us-east-1:999988887777:key/1234abcd-12ab-34cd-56ef-1234567890ab"» }
}`,
    },
    {
      title: 'A foreign account in a key policy',
      kind: 'key-policy',
      config: { trustedAccounts: ['111122223333'] },
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": ["arn:aws:iam::111122223333:root", «"arn:aws:iam::999988887777:root"»] }, "Action": "kms:Decrypt", "Resource": "*" }
}`,
    },
    {
      title: 'A foreign organization in a condition',
      kind: 'key-policy',
      config: { trustedOrganizations: ['o-a1b2c3d4e5'] },
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "aws:PrincipalOrgID": ["o-a1b2c3d4e5", «"o-z9y8x7w6v5"»] } }
  }
}`,
    },
  ],
  good: [
    {
      title: 'A trusted account',
      config: { trustedAccounts: ['111122223333'] },
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'No list is configured',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "arn:aws:kms:us-east-1:999988887777:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  *check(policy, context) {
    yield* organizations(policy, context);
    if (context.config.trustedAccounts.length === 0) return;
    for (const { statement } of allowedKms(policy)) {
      const resources = policy.kind === 'identity-policy' ? (statement.resource?.values ?? []) : [];
      for (const value of resources) {
        const account = keyAccount(value, policy);
        if (account !== undefined && !isTrusted(account, context)) yield { statement, ...draft(value, account, 'key') };
      }
      const principals = policy.kind === 'key-policy' ? (statement.principal?.principals ?? []) : [];
      for (const { type, value } of principals) {
        const account = type === 'AWS' ? principalAccount(value, policy) : undefined;
        if (account !== undefined && !isTrusted(account, context))
          yield { statement, ...draft(value, account, 'principal') };
      }
    }
  },
};

/** Organizations that a positive condition lets in, or whose keys it allows. */
function* organizations(policy: Policy, { config }: Context): Iterable<Draft> {
  if (config.trustedOrganizations.length === 0) return;
  for (const { statement } of allowedKms(policy)) {
    for (const condition of statement.conditions) {
      if (!ORGANIZATION_KEYS.has(foldKey(condition.key)) || readOperator(condition.operator).negated) continue;
      for (const value of condition.values) {
        const id = text(value) ?? '';
        if (!/^o-[a-z0-9]{10,32}$/.test(id) || config.trustedOrganizations.includes(id)) continue;
        yield {
          statement,
          span: value.span,
          offending: id,
          message: `Organization ${code(id)} is not in ${code('trusted-organizations')}, and this condition lets it in.`,
          advice: `Name a trusted organization, or add ${code(id)} to ${code('trusted-organizations')} in the configuration when this trust is meant.`,
        };
      }
    }
  }
}

function isTrusted(account: string, { config }: Context): boolean {
  return account === config.account || config.trustedAccounts.includes(account);
}

function keyAccount(value: Value, policy: Policy): string | undefined {
  const pattern = patternOf(value, policy);
  return reachOfKeys(pattern).account ?? reachOfAliases(pattern).account;
}

/** The account of a principal, where it is written out. */
function principalAccount(value: Value, policy: Policy): string | undefined {
  const account = accountOf(value, policy);
  return account === OWN_ACCOUNT ? undefined : account;
}

function draft(value: Value, account: string, what: 'key' | 'principal'): Draft {
  return {
    span: value.span,
    offending: show(value),
    message: `Account ${code(account)} is not in ${code('trusted-accounts')}: ${what === 'key' ? 'data may be encrypted under a key that its owner controls' : 'its administrators decide who uses this key'}.`,
    advice: `Name a ${what} of a trusted account, or add ${code(account)} to ${code('trusted-accounts')} in the configuration when this trust is meant.`,
  };
}
