import type { Permission } from '../kms/permissions.ts';
import { remember } from '../source/remember.ts';
import { coversKms, isEveryAction, namesKms, type Reached, reachedPermissions } from './action.ts';
import { isOfKeys } from './arn.ts';
import { isDenied, isStar } from './deny.ts';
import { patternOf } from './pattern.ts';
import type { Policy, Statement, Value } from './policy.ts';

/** A statement that certainly allows KMS permissions, and which ones are left after the document's own Deny statements. */
export interface Allowed {
  statement: Statement;
  permissions: Permission[];
  reached: Reached[];
}

/**
 * The Allow statements of a policy that reach KMS, each with its certain permissions. A permission that a Deny
 * takes, or may take, from every resource of the statement is left out. Computed once a policy.
 */
export const allowedKms = remember((policy: Policy): Allowed[] =>
  policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow') return [];
    const resources = statement.resource?.values ?? [];
    const reached = reachedPermissions(statement, policy).filter(
      ({ permission, match }) =>
        match === 'yes' &&
        !(resources.length > 0 && resources.every((value) => isDenied(policy, statement, permission, value) !== 'no')),
    );
    return reached.length === 0 ? [] : [{ statement, reached, permissions: reached.map((one) => one.permission) }];
  }),
);

/** Whether any statement speaks of KMS, certainly or possibly. */
export function touchesKms(policy: Policy): boolean {
  return policy.statements.some((statement) => reachedPermissions(statement, policy).length > 0);
}

/** Whether any statement certainly speaks of KMS. */
export function isAboutKms(policy: Policy): boolean {
  return policy.statements.some((statement) => speaksOfKms(statement, policy));
}

/** Whether a statement certainly speaks of KMS, of a permission that is known or not. */
export function speaksOfKms(statement: Statement, policy: Policy): boolean {
  return (
    reachedPermissions(statement, policy).some(({ match }) => match === 'yes') ||
    statement.action?.values.some((value) => namesKms(value, policy)) === true
  );
}

/** `Action: "*"` on `Resource: "*"`: administrator access, which one rule reports once. */
export function isFullAccess(statement: Statement, policy: Policy): boolean {
  return (
    statement.effect === 'Allow' &&
    statement.action?.values.some((value) => isEveryAction(value, policy)) === true &&
    statement.resource?.values.some((value) => isStar(value, policy)) === true
  );
}

/** The action patterns that cover all of KMS and so say nothing of what was meant. */
export function wholeServicePatterns(statement: Statement, policy: Policy): Value[] {
  return statement.action?.values.filter((value) => coversKms(value, policy)) ?? [];
}

/** The distinct action patterns of a statement that reach some of these permissions, in the author's order. */
export function patternsOf(allowed: Allowed, permissions: readonly Permission[]): Value[] {
  const wanted = new Set(permissions);
  const found = new Set(allowed.reached.flatMap((one) => (wanted.has(one.permission) ? one.values : [])));
  return allowed.statement.action?.values.filter((value) => found.has(value)) ?? [];
}

/** Permissions that change or destroy a key and are safest in its key policy. `kms:CreateGrant` has a rule of its own. */
export function belongsInKeyPolicy({ sensitivity, on, name }: Permission): boolean {
  return on === 'key' && name !== 'CreateGrant' && (sensitivity === 'critical' || sensitivity === 'high');
}

/** Whether keys are certainly among what a statement is for. */
export function reachesKeys(statement: Statement, policy: Policy): boolean {
  if (statement.notResource) return true;
  return statement.resource?.values.some((value) => isOfKeys(patternOf(value, policy))) === true;
}
