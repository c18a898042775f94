import { PERMISSIONS, type Permission, unknownPermission } from '../kms/permissions.ts';
import { remember } from '../source/remember.ts';
import { containsGlob, type Glob, intersectGlobs, parseGlob, STAR } from './glob.ts';
import { any, not, type Tri } from './matching.ts';
import { isUnknown, type Pattern, patternOf } from './pattern.ts';
import { type Policy, type Statement, text, type Value } from './policy.ts';

/** Every KMS permission as a literal pattern, lower case: actions are matched in any letter case. */
const NAMES = PERMISSIONS.map((permission) => ({
  permission,
  glob: parseGlob(`kms:${permission.name.toLowerCase()}`),
}));

const GLOBS = new Map(NAMES.map(({ permission, glob }) => [permission, glob]));

/** All names of the service, known today or not. */
const ANY_KMS = parseGlob('kms:*');

/** An action pattern, folded to lower case; wildcards in the service prefix count (`k*:*`). */
function actionPattern(value: Value, policy: Pick<Policy, 'version'>): Pattern {
  return foldedOf(patternOf(value, policy));
}

/** Most rules ask about every action. */
const foldedOf = remember((pattern: Pattern): Pattern => {
  return { ...pattern, glob: pattern.glob.map((token) => (token.length === 1 ? token.toLowerCase() : token)) };
});

/** Whether an action pattern matches a permission. */
export function matchAction(value: Value, permission: Permission, policy: Pick<Policy, 'version'>): Tri {
  const { glob, unknown } = actionPattern(value, policy);
  return matchGlobs(glob, unknown, GLOBS.get(permission) ?? parseGlob(`kms:${permission.name.toLowerCase()}`));
}

function matchGlobs(pattern: Glob, unknown: boolean, name: Glob): Tri {
  if (containsGlob(pattern, name)) return 'yes';
  return unknown && intersectGlobs(pattern, name) ? 'unknown' : 'no';
}

/** A permission that a statement's Action or NotAction reaches. */
export interface Reached {
  permission: Permission;
  match: 'yes' | 'unknown';
  /** The patterns that reach it, those that certainly do where there are any; empty with NotAction. */
  values: Value[];
}

/**
 * The KMS permissions that a statement speaks of, certain or possible; one that is named and not known is a possible one.
 * Resource, Condition and Deny are not looked at.
 */
export function reachedPermissions(statement: Statement, policy: Pick<Policy, 'version'>): readonly Reached[] {
  let reached = reachedBy.get(statement);
  if (reached === undefined) {
    reached = findReached(statement, policy);
    reachedBy.set(statement, reached);
  }
  return reached;
}

/** Every rule asks the same of a statement. */
const reachedBy = new WeakMap<Statement, Reached[]>();

function findReached(statement: Statement, policy: Pick<Policy, 'version'>): Reached[] {
  if (statement.action) return fromAction(statement.action.values, policy);
  if (!statement.notAction) return [];
  const { values, incomplete } = statement.notAction;
  const patterns = values.map((value) => ({ ...actionPattern(value, policy), optional: value.optional }));
  const reached: Reached[] = [];
  for (const { permission, glob } of NAMES) {
    const listed = any(
      patterns.map((pattern) => {
        const match = matchGlobs(pattern.glob, pattern.unknown, glob);
        return match === 'yes' && pattern.optional ? 'unknown' : match;
      }),
    );
    const match = not(incomplete && listed === 'no' ? 'unknown' : listed);
    if (match !== 'no') reached.push({ permission, match, values: [] });
  }
  return reached;
}

function fromAction(values: readonly Value[], policy: Pick<Policy, 'version'>): Reached[] {
  const reached = new Map<Permission, Reached>();
  for (const value of values) {
    for (const { permission, match } of matchesOf(value, policy)) {
      const known = reached.get(permission);
      // One that may reach it is not what a finding is about where another one certainly does.
      if (!known || (match === 'yes' && known.match !== 'yes'))
        reached.set(permission, { permission, match, values: [value] });
      else if (match === known.match) known.values.push(value);
    }
  }
  return [...reached.values()];
}

/** A permission that one action pattern reaches. */
type Match = Omit<Reached, 'values'>;

/** The permissions that an action pattern reaches. */
function matchesOf(value: Value, policy: Pick<Policy, 'version'>): readonly Match[] {
  const known = text(value);
  // The same few actions stand in every policy; one with a variable depends on the policy's version too.
  if (known === undefined || known.includes('$')) return findMatches(actionPattern(value, policy));
  let matches = matchesByText.get(known);
  if (matches === undefined) {
    matches = findMatches(actionPattern(value, policy));
    if (matchesByText.size < MAX_TEXTS) matchesByText.set(known, matches);
  }
  return matches;
}

/** How many different actions are remembered. */
const MAX_TEXTS = 10_000;
const matchesByText = new Map<string, readonly Match[]>();

function findMatches({ glob, unknown }: Pattern): Match[] {
  if (glob.length > 0 && !unknown && !intersectGlobs(glob, ANY_KMS)) return [];
  const matches = NAMES.flatMap(({ permission, glob: name }): Match[] => {
    const match = matchGlobs(glob, unknown, name);
    return match === 'no' ? [] : [{ permission, match }];
  });
  // A name that nobody knows may be one that is newer than what is known here.
  if (matches.length > 0 || glob.slice(0, KMS_PREFIX.length).join('') !== KMS_PREFIX) return matches;
  return [{ permission: unknownPermission(glob.slice(KMS_PREFIX.length).join('')), match: 'unknown' }];
}

const KMS_PREFIX = 'kms:';

/** Whether an action pattern names KMS or everything: `kms:Decrypt`, `kms:*`, `*`. Certain only. */
export function namesKms(value: Value, policy: Pick<Policy, 'version'>): boolean {
  return isNamingKms(actionPattern(value, policy));
}

const isNamingKms = remember(({ glob, unknown }: Pattern) => !unknown && intersectGlobs(glob, ANY_KMS));

/** Whether an action pattern is `*` or its equivalent `*:*`: every action of every service. */
export function isEveryAction(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const { glob } = actionPattern(value, policy);
  if (glob[0] !== STAR) return false;
  return glob.length === 1 || (glob.length === 3 && glob[1] === ':' && glob[2] === STAR);
}

/** Whether an action pattern covers all of KMS: `kms:*`, `*`. */
export function coversKms(value: Value, policy: Pick<Policy, 'version'>): boolean {
  return containsGlob(actionPattern(value, policy).glob, ANY_KMS);
}

/** Whether an action text has something unknown in it. */
export function hasUnknownAction(value: Value, policy: Pick<Policy, 'version'>): boolean {
  return actionPattern(value, policy).glob.some(isUnknown);
}
