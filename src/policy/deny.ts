import type { Permission } from '../kms/permissions.ts';
import { remember } from '../source/remember.ts';
import { matchAction, type Reached, reachedPermissions } from './action.ts';
import { reachOfKeys } from './arn.ts';
import { exemptsOneOwner } from './condition.ts';
import { intersectGlobs } from './glob.ts';
import { all, any, type Tri } from './matching.ts';
import { containsPattern, isAnything, isExact, type Pattern, patternOf } from './pattern.ts';
import { type Policy, type Principal, type Statement, show, type Value } from './policy.ts';

/**
 * What the Deny statements of the same document take away from an Allow. `yes` is certain coverage; `unknown` a Deny
 * that may cover it, because it may not be there or a part of it cannot be read. A Deny with conditions of its own
 * takes nothing for certain and counts as no. Other documents are never looked at.
 */

/** The statements that deny, or may. */
const denying = remember((policy: Policy) => policy.statements.filter((statement) => statement.effect !== 'Allow'));

/** A statement that denies something of what an Allow gives on one resource. */
interface Candidate {
  deny: Statement;
  /** Whether it takes what it denies from everybody that the Allow is for, on all that the Allow is for. */
  takes: Tri;
  /** Whether it takes that from all keys but those of one owner. */
  spares: Tri;
}

interface Candidates {
  found: Candidate[];
  /** Not every Deny was looked at. */
  cut: boolean;
}

const candidates = new WeakMap<Value, Candidates>();
const NONE: Candidates = { found: [], cut: false };

/**
 * The steps that one document may take to compare its statements, some seconds of them. AWS refuses documents that need a
 * hundredth.
 */
const MAX_STEPS = 400_000_000;
/** What a pair of statements takes whatever stands in it. */
const STEPS_A_PAIR = 20;

/** The steps that are left. */
interface Work {
  left: number;
}

const workOf = remember((_policy: Policy): Work => ({ left: MAX_STEPS }));

/** Whether a document has more statements than were compared with one another. What is not compared is unknown. */
export function isOverComparisons(policy: Policy): boolean {
  return workOf(policy).left < 0;
}

/** Found once a resource: every permission of a statement asks for the same ones. */
function candidatesFor(policy: Policy, statement: Statement, resource: Value): Candidates {
  if (denying(policy).length === 0) return NONE;
  let known = candidates.get(resource);
  if (known === undefined) {
    const found: Candidate[] = [];
    const work = workOf(policy);
    for (const deny of denying(policy)) {
      work.left -= STEPS_A_PAIR;
      if (work.left < 0) break;
      const there: Tri = deny.effect === 'Deny' && !deny.optional ? 'yes' : 'unknown';
      const applies = all([there, coversPrincipals(deny, statement, work)]);
      if (applies === 'no') continue;
      const covers = coversResource(deny, resource, policy, work);
      if (covers === 'no' && !deny.notResource) continue;
      const { free, sparing, only } = scopeOf(deny, policy);
      const takes = all([free, covers, applies]);
      const spares = all([applies, any([all([covers, sparing]), only])]);
      if (takes !== 'no' || spares !== 'no') found.push({ deny, takes, spares });
    }
    known = { found, cut: work.left < 0 };
    candidates.set(resource, known);
  }
  return known;
}

/** What of a Deny does not depend on the Allow. */
interface DenyScope {
  /** It has no conditions. */
  free: Tri;
  /** Its conditions spare one owner's keys. */
  sparing: Tri;
  /** Its NotResource lists only ARNs with their account. */
  only: Tri;
}

const scopes = new WeakMap<Statement, DenyScope>();

function scopeOf(deny: Statement, policy: Policy): DenyScope {
  let scope = scopes.get(deny);
  if (scope === undefined) {
    scope = {
      free: deny.conditionsUnknown ? 'unknown' : deny.conditions.length === 0 ? 'yes' : 'no',
      sparing: exemptsOneOwner(deny, policy),
      only: deniesAllButOneOwner(deny, policy),
    };
    scopes.set(deny, scope);
  }
  return scope;
}

/** Whether a Deny without conditions covers this permission on this resource pattern. */
export function isDenied(policy: Policy, statement: Statement, permission: Permission, resource: Value): Tri {
  return strongest(candidatesFor(policy, statement, resource), ({ deny, takes }) =>
    takes === 'no' ? 'no' : all([takes, deniesPermission(deny, permission, policy)]),
  );
}

/** Whether any of the candidates does something; one that certainly does ends the search. */
function strongest({ found, cut }: Candidates, answer: (candidate: Candidate) => Tri): Tri {
  let strongest: Tri = cut ? 'unknown' : 'no';
  for (const candidate of found) {
    const one = answer(candidate);
    if (one === 'yes') return 'yes';
    if (one === 'unknown') strongest = 'unknown';
  }
  return strongest;
}

/**
 * Whether a Deny leaves only keys of one owner: it covers the resource unless the owner is a named account
 * (`StringNotEquals aws:ResourceAccount`), or it lists in NotResource only ARNs with their account.
 */
export function deniesOtherOwners(policy: Policy, statement: Statement, permission: Permission, resource: Value): Tri {
  return strongest(candidatesFor(policy, statement, resource), ({ deny, spares }) =>
    spares === 'no' ? 'no' : all([spares, deniesPermission(deny, permission, policy)]),
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

const reachedPerStatement = new WeakMap<Statement, Map<Permission, Reached>>();

function reachedBy(deny: Statement, policy: Policy): Map<Permission, Reached> {
  let reached = reachedPerStatement.get(deny);
  if (reached === undefined) {
    reached = new Map(reachedPermissions(deny, policy).map((one) => [one.permission, one]));
    reachedPerStatement.set(deny, reached);
  }
  return reached;
}

/** Whether a statement's actions include a permission. */
function deniesPermission(deny: Statement, permission: Permission, policy: Policy): Tri {
  const reached = reachedBy(deny, policy).get(permission);
  if (reached === undefined) return deny.action?.incomplete ? 'unknown' : 'no';
  if (deny.notAction) return reached.match;
  // One action that is certainly there is enough.
  return any(reached.values.map((value) => atMost(matchAction(value, permission, policy), value.optional)));
}

/** What may not be there is never certain. */
function atMost(answer: Tri, optional: boolean): Tri {
  return answer === 'yes' && optional ? 'unknown' : answer;
}

/** Characters, or tokens. */
function lengthOf(pattern: Pattern): number {
  return pattern.text?.length ?? pattern.glob.length;
}

/** Whether the Deny's Resource or NotResource includes all that the pattern matches. */
function coversResource(deny: Statement, resource: Value, policy: Policy, work: Work): Tri {
  const inner = patternOf(resource, policy);
  if (deny.resource) {
    const covered = deny.resource.values.map((value): Tri => {
      const outer = patternOf(value, policy);
      // A star may make the comparison go back for each character.
      work.left -= lengthOf(outer) * (isExact(outer) ? 1 : lengthOf(inner)) + STEPS_A_PAIR;
      if (containsPattern(outer, inner)) return atMost('yes', value.optional);
      return (outer.unknown || inner.unknown) && intersectGlobs(outer.glob, inner.glob) ? 'unknown' : 'no';
    });
    return any([...covered, deny.resource.incomplete ? 'unknown' : 'no']);
  }
  if (!deny.notResource) return 'no';
  const spared = deny.notResource.values.map((value): Tri => {
    const outer = patternOf(value, policy);
    work.left -= lengthOf(outer) * lengthOf(inner) + STEPS_A_PAIR;
    if (!intersectGlobs(outer.glob, inner.glob)) return 'yes';
    return outer.unknown || inner.unknown || value.optional ? 'unknown' : 'no';
  });
  return all([...spared, deny.notResource.incomplete ? 'unknown' : 'yes']);
}

/** Whether the Deny is for everybody that the Allow is for. An identity policy has no principals at all. */
function coversPrincipals(deny: Statement, allow: Statement, work: Work): Tri {
  if (deny.notPrincipal) return 'unknown';
  if (!deny.principal) return allow.principal || allow.notPrincipal ? 'no' : 'yes';
  const { principals, incomplete } = deny.principal;
  work.left -= STEPS_A_PAIR * (principals.length + (allow.principal?.principals.length ?? 0));
  if (principals.some(isEverybody)) return 'yes';
  if (incomplete || principals.some(isUnread)) return 'unknown';
  const denied = new Set(principals.map(principalKey));
  return allow.principal?.principals.every((one) => denied.has(principalKey(one))) === true ? 'yes' : 'no';
}

/** `*` and `{"AWS": "*"}`. */
export function isEverybody(principal: Principal): boolean {
  if (principal.type !== '*' && principal.type !== 'AWS') return false;
  const [part, ...rest] = principal.value.parts;
  return rest.length === 0 && part === '*';
}

/** A principal that is, in a part at least, an expression. */
export function isUnread({ value }: Principal): boolean {
  return value.parts.some((part) => typeof part !== 'string');
}

function principalKey(principal: Principal): string {
  return `${principal.type} ${show(principal.value)}`;
}

/** Whether a value's pattern is `*` or an equivalent such as `**`. */
export function isStar(value: Value, policy: Pick<Policy, 'version'>): boolean {
  return isAnything(patternOf(value, policy));
}
