import { matchAction, reachedPermissions } from './action.ts';
import { reachOfKeys } from './arn.ts';
import { exemptsOneOwner } from './condition.ts';
import { containsGlob, intersectGlobs, STAR } from './glob.ts';
import type { Permission } from '../kms/permissions.ts';
import { patternOf } from './pattern.ts';
import type { Policy, Principal, Statement, Value } from './policy.ts';

/**
 * What the Deny statements of the same document take away from an Allow. Only certain coverage counts: a Deny that
 * may not be there, has conditions of its own or an unknown part takes nothing. Other documents are never looked at.
 */

/** Whether a Deny without conditions certainly covers this permission on this resource pattern. */
export function isDenied(policy: Policy, statement: Statement, permission: Permission, resource: Value): boolean {
  return denies(policy, statement, permission).some(
    (deny) => deny.conditions.length === 0 && !deny.conditionsUnknown && coversResource(deny, resource, policy),
  );
}

/**
 * Whether a Deny leaves only keys of one owner: it covers the resource unless the owner is a named account
 * (`StringNotEquals aws:ResourceAccount`), or it lists in NotResource only ARNs with their account.
 */
export function deniesOtherOwners(policy: Policy, statement: Statement, permission: Permission, resource: Value): boolean {
  return denies(policy, statement, permission).some((deny) => {
    if (coversResource(deny, resource, policy) && exemptsOneOwner(deny, policy)) return true;
    if (deny.notResource === undefined || deny.notResource.incomplete || deny.conditions.length > 0) return false;
    return (
      !deny.conditionsUnknown &&
      deny.notResource.values.every((value) => {
        const { accounts } = reachOfKeys(patternOf(value, policy));
        return accounts === 'one' || accounts === 'none';
      })
    );
  });
}

function denies(policy: Policy, statement: Statement, permission: Permission): Statement[] {
  return policy.statements.filter(
    (deny) =>
      deny.effect === 'Deny' && !deny.optional && deniesPermission(deny, permission, policy) && coversPrincipals(deny, statement),
  );
}

function deniesPermission(deny: Statement, permission: Permission, policy: Policy): boolean {
  if (deny.action) {
    return deny.action.values.some((value) => !value.optional && matchAction(value, permission, policy) === 'yes');
  }
  return reachedPermissions(deny, policy).some((reached) => reached.permission === permission && reached.match === 'yes');
}

/** Whether the Deny's Resource or NotResource certainly includes all that the pattern matches. */
function coversResource(deny: Statement, resource: Value, policy: Policy): boolean {
  const inner = patternOf(resource, policy).glob;
  if (deny.resource) {
    return deny.resource.values.some((value) => !value.optional && containsGlob(patternOf(value, policy).glob, inner));
  }
  const except = deny.notResource;
  if (!except || except.incomplete) return false;
  return except.values.every((value) => {
    const pattern = patternOf(value, policy);
    return !pattern.unknown && !intersectGlobs(pattern.glob, inner);
  });
}

/** Whether the Deny is for everybody that the Allow is for. An identity policy has no principals at all. */
function coversPrincipals(deny: Statement, allow: Statement): boolean {
  if (deny.notPrincipal) return false;
  if (!deny.principal) return !allow.principal;
  if (deny.principal.principals.some(isEverybody)) return true;
  const denied = new Set(deny.principal.principals.map(principalKey));
  return allow.principal !== undefined && allow.principal.principals.every((one) => denied.has(principalKey(one)));
}

/** `*` and `{"AWS": "*"}`. */
export function isEverybody(principal: Principal): boolean {
  if (principal.type !== '*' && principal.type !== 'AWS') return false;
  const [part, ...rest] = principal.value.parts;
  return rest.length === 0 && part === '*';
}

function principalKey(principal: Principal): string {
  return `${principal.type} ${principal.value.parts.map((part) => (typeof part === 'string' ? part : `<${part.expression}>`)).join('')}`;
}

/** Whether a resource pattern is `*` or an equivalent such as `**`. */
export function isStar(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const { glob } = patternOf(value, policy);
  return glob.length === 1 && glob[0] === STAR;
}
