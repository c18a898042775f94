import { reachedPermissions } from './action.ts';
import type { Declared } from './declared.ts';
import { OWN_ACCOUNT } from './pattern.ts';
import type { Policy, Principal, Statement, Value } from './policy.ts';
import { accountOf } from './principal.ts';

/**
 * Whether a key policy statement gives, or may give, somebody of the own account a permission: an identity, or the account
 * principal, which leaves it to IAM policies. `account` is the own account id, undefined where it is not known.
 */
export function mayGiveOwn(
  statement: Statement,
  policy: Policy,
  permission: string,
  account: string | undefined,
): boolean {
  if (statement.effect === 'Deny') return false;
  const reaches = reachedPermissions(statement, policy).some((one) => one.permission.name === permission);
  if (!reaches && !statement.action?.incomplete) return false;
  if (statement.principal === undefined || statement.principal.incomplete) return true;
  return statement.principal.principals.some((principal) => mayBeOwn(principal, policy, account));
}

function mayBeOwn({ type, value }: Principal, policy: Policy, own: string | undefined): boolean {
  if (type === 'Service') return false;
  const account = type === 'AWS' ? accountOf(value, policy) : undefined;
  if (account === undefined || account === OWN_ACCOUNT) return true;
  return own === undefined || own === account;
}

/** The key of the same template whose ARN a Resource is; undefined where it is none of these, or not certainly one. */
export function referencedKey(value: Value, declared: readonly Declared[]): Declared | undefined {
  const [part, ...more] = value.parts;
  if (typeof part !== 'object' || part.meaning !== 'key-arn' || more.length > 0) return undefined;
  const name = /^(?:!GetAtt )?(?:\$\{)?([^$]+)\.[Aa]rn\}?$/.exec(part.expression)?.[1];
  if (name === undefined) return undefined;
  const named = declared.filter(({ address }) => address === name || address.endsWith(`.${name}`));
  return named.length === 1 ? named[0] : undefined;
}

/**
 * Whether a key's own policy, read whole, gives nobody of the own account any of these permissions. An IAM policy then
 * gives nothing either: it works only where the key policy lets it
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
 */
export function keepsFromOwn(
  key: Declared,
  permissions: readonly string[],
  declared: readonly Declared[],
  account: string | undefined,
): boolean {
  if (key.policyUnknown || key.policies.length === 0) return false;
  // A key policy in a resource of its own may be this key's.
  if (declared.some(({ kind }) => kind === 'key-policy')) return false;
  if (key.policies.some(({ whole, gaps }) => whole !== true || gaps.length > 0)) return false;
  return permissions.every(
    (permission) =>
      !key.policies.some((policy) => policy.statements.some((one) => mayGiveOwn(one, policy, permission, account))),
  );
}
