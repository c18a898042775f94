import type { Permission } from '../kms/permissions.ts';
import { matchAction, reachedPermissions } from './action.ts';
import { reachOfKeys } from './arn.ts';
import { exemptsOneOwner } from './condition.ts';
import { containsGlob, intersectGlobs, STAR } from './glob.ts';
import { all, any, type Tri } from './matching.ts';
import { patternOf } from './pattern.ts';
import { type Policy, type Principal, type Statement, show, type Value } from './policy.ts';

/**
 * What the Deny statements of the same document take away from an Allow. `yes` is certain coverage; `unknown` a Deny
 * that may cover it, because it may not be there or a part of it cannot be read. A Deny with conditions of its own
 * takes nothing for certain and counts as no. Other documents are never looked at.
 */

const denials = new WeakMap<Policy, Statement[]>();

/** The statements that deny, or may. */
function denying(policy: Policy): Statement[] {
  let found = denials.get(policy);
  if (found === undefined) {
    found = policy.statements.filter((statement) => statement.effect !== 'Allow');
    denials.set(policy, found);
  }
  return found;
}

/** A statement that denies something of what an Allow gives on one resource. */
interface Candidate {
  deny: Statement;
  /** Whether its resources include the Allow's. */
  covers: Tri;
  /** Whether it is for everybody that the Allow is for, and certainly there. */
  applies: Tri;
}

const candidates = new WeakMap<Value, Candidate[]>();
const NONE: readonly Candidate[] = [];

/** Found once a resource: every permission of a statement asks for the same ones. */
function candidatesFor(policy: Policy, statement: Statement, resource: Value): readonly Candidate[] {
  if (denying(policy).length === 0) return NONE;
  let found = candidates.get(resource);
  if (found === undefined) {
    found = denying(policy).flatMap((deny): Candidate[] => {
      const there: Tri = deny.effect === 'Deny' && !deny.optional ? 'yes' : 'unknown';
      const applies = all([there, coversPrincipals(deny, statement)]);
      const covers = applies === 'no' ? 'no' : coversResource(deny, resource, policy);
      return applies === 'no' || (covers === 'no' && !deny.notResource) ? [] : [{ deny, covers, applies }];
    });
    candidates.set(resource, found);
  }
  return found;
}

/** Whether a Deny without conditions covers this permission on this resource pattern. */
export function isDenied(policy: Policy, statement: Statement, permission: Permission, resource: Value): Tri {
  return any(
    candidatesFor(policy, statement, resource).map(({ deny, covers, applies }) => {
      const free: Tri = deny.conditionsUnknown ? 'unknown' : deny.conditions.length === 0 ? 'yes' : 'no';
      return all([free, covers, applies, deniesPermission(deny, permission, policy)]);
    }),
  );
}

/**
 * Whether a Deny leaves only keys of one owner: it covers the resource unless the owner is a named account
 * (`StringNotEquals aws:ResourceAccount`), or it lists in NotResource only ARNs with their account.
 */
export function deniesOtherOwners(policy: Policy, statement: Statement, permission: Permission, resource: Value): Tri {
  return any(
    candidatesFor(policy, statement, resource).map(({ deny, covers, applies }) => {
      const spares = any([all([covers, exemptsOneOwner(deny, policy)]), deniesAllButOneOwner(deny, policy)]);
      return all([applies, spares, deniesPermission(deny, permission, policy)]);
    }),
  );
}

function deniesAllButOneOwner({ notResource, conditions, conditionsUnknown }: Statement, policy: Policy): Tri {
  if (notResource === undefined || conditions.length > 0) return 'no';
  const pinned = notResource.values.map((value): Tri => {
    const { accounts } = reachOfKeys(patternOf(value, policy));
    return accounts === 'unknown' ? 'unknown' : accounts === 'many' ? 'no' : 'yes';
  });
  return all([...pinned, notResource.incomplete || conditionsUnknown ? 'unknown' : 'yes']);
}

/** Whether a statement's actions include a permission. */
function deniesPermission(deny: Statement, permission: Permission, policy: Policy): Tri {
  const reached = reachedPermissions(deny, policy).find((one) => one.permission === permission);
  if (reached === undefined) return deny.action?.incomplete ? 'unknown' : 'no';
  if (deny.notAction) return reached.match;
  // One action that is certainly there is enough.
  return any(reached.values.map((value) => atMost(matchAction(value, permission, policy), value.optional)));
}

/** What may not be there is never certain. */
function atMost(answer: Tri, optional: boolean): Tri {
  return answer === 'yes' && optional ? 'unknown' : answer;
}

/** Whether the Deny's Resource or NotResource includes all that the pattern matches. */
function coversResource(deny: Statement, resource: Value, policy: Policy): Tri {
  const inner = patternOf(resource, policy);
  if (deny.resource) {
    const covered = deny.resource.values.map((value): Tri => {
      const outer = patternOf(value, policy);
      if (containsGlob(outer.glob, inner.glob)) return atMost('yes', value.optional);
      return (outer.unknown || inner.unknown) && intersectGlobs(outer.glob, inner.glob) ? 'unknown' : 'no';
    });
    return any([...covered, deny.resource.incomplete ? 'unknown' : 'no']);
  }
  if (!deny.notResource) return 'no';
  const spared = deny.notResource.values.map((value): Tri => {
    const outer = patternOf(value, policy);
    if (!intersectGlobs(outer.glob, inner.glob)) return 'yes';
    return outer.unknown || inner.unknown || value.optional ? 'unknown' : 'no';
  });
  return all([...spared, deny.notResource.incomplete ? 'unknown' : 'yes']);
}

/** Whether the Deny is for everybody that the Allow is for. An identity policy has no principals at all. */
function coversPrincipals(deny: Statement, allow: Statement): Tri {
  if (deny.notPrincipal) return 'unknown';
  if (!deny.principal) return allow.principal || allow.notPrincipal ? 'no' : 'yes';
  const { principals, incomplete } = deny.principal;
  if (principals.some(isEverybody)) return 'yes';
  if (incomplete || principals.some(({ value }) => value.parts.some((part) => typeof part !== 'string')))
    return 'unknown';
  const denied = new Set(principals.map(principalKey));
  return allow.principal?.principals.every((one) => denied.has(principalKey(one))) === true ? 'yes' : 'no';
}

/** `*` and `{"AWS": "*"}`. */
export function isEverybody(principal: Principal): boolean {
  if (principal.type !== '*' && principal.type !== 'AWS') return false;
  const [part, ...rest] = principal.value.parts;
  return rest.length === 0 && part === '*';
}

function principalKey(principal: Principal): string {
  return `${principal.type} ${show(principal.value)}`;
}

/** Whether a resource pattern is `*` or an equivalent such as `**`. */
export function isStar(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const { glob } = patternOf(value, policy);
  return glob.length === 1 && glob[0] === STAR;
}
