import { containsGlob } from '../policy/glob.ts';
import { OWN_ACCOUNT } from '../policy/pattern.ts';
import type { Policy, PolicyKind } from '../policy/policy.ts';
import { type Answer, and, decide, FALSE, type Formula, not, or, TRUE, unknownsOf } from './formula.ts';
import { classesOfKey, type KeyClass } from './key-classes.ts';
import { HOLDER, matchesPrincipal, type PrincipalClass, principalClasses, type Route } from './principals.ts';
import { accountPattern, type Reading, type ResourcePattern } from './resource-pattern.ts';
import { type On, type ResourceCell, resourceCells } from './resources.ts';
import { matchesSubject, type Subject, subjectsOf } from './subjects.ts';
import { matchesResource, ownKey, readTerms, type Term, type Terms } from './terms.ts';

type Side = 'before' | 'after';

/** What is known beside the documents, and what the caller wants told apart. */
export interface Options {
  /** The own account, 12 digits, where the configuration names it. */
  account?: string | undefined;
  /** An account whose keys are told apart from all others, 12 digits or the own one by its name. */
  apart?: string;
}

/** Requests that both sides cannot tell apart, of one subject class on one resource by one principal. */
export interface Cell {
  subjects: readonly Subject[];
  resource: ResourceCell;
  principal: PrincipalClass;
  route: Route;
  /** The statements that can match, and where each does. */
  active: readonly Active[];
  outcome: Outcome;
}

export interface Active {
  term: Term;
  /** Whether its actions, resources and principals match. */
  match: Formula;
}

/** What becomes of the requests of a cell, by what they carry for the condition keys. */
interface Outcome {
  situations: readonly Situation[];
  /** Those in which the sides differ, or may. */
  changed: readonly Situation[];
}

/** One way in which requests can be made: a class for each condition key that a statement tests. */
export interface Situation {
  keys: readonly KeyClass[];
  before: Formula;
  after: Formula;
}

export interface Cells {
  cells: Cell[];
  /** All patterns of Resource, in the order of {@link ResourceCell.matches}. */
  patterns: readonly ResourcePattern[];
  /** All resources, also those on which nothing differs. */
  resources: readonly ResourceCell[];
  principals: readonly PrincipalClass[];
  /** All statements that can matter. */
  terms: readonly Term[];
  /** The documents hang on a key, which is their only resource. */
  isKeyPolicy: boolean;
}

/** Bounds: over them nothing is said but that it is too complex. */
const MAX_CELLS = 50_000;
const MAX_SITUATIONS = 4_096;
const MAX_PATTERNS = 200;

const NO_CELLS: Cells = { cells: [], patterns: [], resources: [], principals: [], terms: [], isKeyPolicy: false };

/** Documents whose statements name principals. */
const WITH_PRINCIPALS: ReadonlySet<PolicyKind> = new Set([
  'key-policy',
  'vpc-endpoint-policy',
  'resource-control-policy',
  'unknown',
]);

/**
 * Cuts the KMS requests into cells that no statement of either side tells apart and evaluates both sides on each. Only cells
 * in which the sides differ are in the answer, unless `all`. Undefined where a bound is met.
 */
export function cellsOf(
  before: readonly Policy[],
  after: readonly Policy[],
  options: Options = {},
  all = false,
): Cells | undefined {
  const policies = [...before, ...after];
  const kind = policies.at(-1)?.kind;
  if (kind === undefined) return NO_CELLS;
  const readingOf = (policy: Policy): Reading => ({ version: policy.version, account: options.account });
  const read = readTerms({ before, after }, readingOf);
  if (read.terms.length === 0 && read.unread.length === 0) return NO_CELLS;
  const patterns = options.apart === undefined ? read.patterns : [...read.patterns, accountPattern(options.apart)];
  if (patterns.length > MAX_PATTERNS) return undefined;
  const isKeyPolicy = kind === 'key-policy';
  const subjects = subjectClasses(subjectsOf(policies), read.terms, isKeyPolicy);
  const kinds = new Set(subjects.map(({ on }) => on));
  const resources = isKeyPolicy ? [ownKey(patterns)] : resourceCells(patterns, kinds);
  if (resources === undefined) return undefined;
  const withPrincipals = isKeyPolicy || (WITH_PRINCIPALS.has(kind) && policies.some(namesPrincipals));
  const principals = withPrincipals ? principalClasses(policies, readingOf) : [HOLDER];
  const routes: readonly Route[] = isKeyPolicy ? ['direct', 'with-iam'] : ['direct'];
  if (subjects.length * resources.length * principals.length * routes.length > MAX_CELLS) return undefined;

  const onResources = resources.map((cell) => ({
    cell,
    matches: read.terms.map((term) => matchesResource(term, cell)),
  }));
  const byPrincipals = principals.flatMap((principal) =>
    routes.map((route) => {
      const match = (term: Term): Formula =>
        withPrincipals ? matchesPrincipal(term.statement, principal, route, term.reading) : TRUE;
      return { principal, route, matches: read.terms.map(match) };
    }),
  );
  const outcomes = new Map<string, Outcome | undefined>();
  const cells: Cell[] = [];
  for (const { on, subjects: own, matches: bySubject } of subjects) {
    for (const { cell, matches: byResource } of onResources) {
      if (cell.on !== on) continue;
      for (const { principal, route, matches: byPrincipal } of byPrincipals) {
        const active: Active[] = [];
        read.terms.forEach((term, i) => {
          const match = allOf(bySubject[i] as Formula, byResource[i] as Formula, byPrincipal[i] as Formula);
          if (match !== FALSE) active.push({ term, match });
        });
        if (!all && isSame(active, read)) continue;
        const owned = withOwner(principal, cell, patterns, options);
        const signature = `${owned === principal ? '' : 'of its owner '}${principal.fixed.size > 0 || principal.never ? principal.key : ''} ${active.map(({ term, match }) => `${read.terms.indexOf(term)}${match.text}`).join()}`;
        if (!outcomes.has(signature)) outcomes.set(signature, outcomeOf(active, read, owned));
        const outcome = outcomes.get(signature);
        if (outcome === undefined) return undefined;
        if (all || outcome.changed.length > 0)
          cells.push({ subjects: own, resource: cell, principal, route, active, outcome });
      }
    }
  }
  return { cells, patterns, resources, principals, terms: read.terms, isKeyPolicy };
}

/**
 * The owner of a key is in every request for it (IAM user guide, aws:ResourceAccount): for keys of the account that is told
 * apart, it is that one.
 */
function withOwner(
  principal: PrincipalClass,
  { on, matches }: ResourceCell,
  patterns: readonly ResourcePattern[],
  { apart, account }: Options,
): PrincipalClass {
  if (apart === undefined || on === 'none' || matches[patterns.length - 1] !== TRUE) return principal;
  const owner = apart === OWN_ACCOUNT ? (account ?? apart) : apart;
  const word = owner === OWN_ACCOUNT ? [owner] : [...owner];
  return { ...principal, fixed: new Map(principal.fixed).set('aws:resourceaccount', word) };
}

function allOf(a: Formula, b: Formula, c: Formula): Formula {
  if (a === FALSE || b === FALSE || c === FALSE) return FALSE;
  return a === TRUE && b === TRUE && c === TRUE ? TRUE : and([a, b, c]);
}

function namesPrincipals({ statements }: Policy): boolean {
  return statements.some((statement) => statement.principal || statement.notPrincipal);
}

interface SubjectClass {
  on: On;
  subjects: Subject[];
  matches: readonly Formula[];
}

function subjectClasses(subjects: readonly Subject[], terms: readonly Term[], isKeyPolicy: boolean): SubjectClass[] {
  const classes = new Map<string, SubjectClass>();
  for (const subject of subjects) {
    // A key policy says nothing of requests that are for no key.
    if (isKeyPolicy && (subject.on !== 'key' || subject.permission.iamOnly)) continue;
    const matches = terms.map((term) => matchesSubject(term.statement, subject, term.policy));
    if (matches.every((match) => match === FALSE)) continue;
    const signature = `${subject.on} ${matches.map(({ text }) => text).join()}`;
    const known = classes.get(signature);
    if (known) known.subjects.push(subject);
    else classes.set(signature, { on: subject.on, subjects: [subject], matches });
  }
  return [...classes.values()];
}

/** Whether the same statements match on both sides: then they allow the same. */
function isSame(active: readonly Active[], { unread }: Terms): boolean {
  const textOf = (side: Side): string => {
    const own = active.filter(({ term }) => term.side === side);
    const texts = own.map(({ term, match }) =>
      [term.allows.text, term.denies.text, match.text, term.conditionText].join(),
    );
    const others = unread.filter((one) => one.side === side).map(({ allows }) => allows.text);
    return [...new Set([...texts, ...others])].sort().join('\n');
  };
  return textOf('before') === textOf('after');
}

/** Undefined where there are too many situations. */
function outcomeOf(active: readonly Active[], { unread }: Terms, principal: PrincipalClass): Outcome | undefined {
  const tests = new Map(active.flatMap(({ term }) => term.tests).map((test) => [test.text, test]));
  const byKey = Map.groupBy(tests.values(), ({ key }) => key);
  const axes: KeyClass[][] = [];
  let size = 1;
  for (const [key, own] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const classes = classesOfKey(key, own, principal.fixed.get(key), principal.never?.get(key));
    if (classes === undefined) return undefined;
    size *= classes.length;
    if (size > MAX_SITUATIONS) return undefined;
    axes.push(classes);
  }
  const situations: Situation[] = [];
  for (const keys of product(axes)) {
    const results = new Map(keys.flatMap((one) => [...one.results]));
    const allowed = (side: Side): Formula => {
      const allows: Formula[] = [];
      const denies: Formula[] = [];
      for (const { term, match } of active) {
        if (term.side !== side) continue;
        const passes = term.tests.map(({ text }) => results.get(text) ?? TRUE);
        const whole = and([match, term.condition, ...passes]);
        allows.push(and([whole, term.allows]));
        denies.push(and([whole, term.denies]));
      }
      for (const one of unread) {
        if (one.side !== side) continue;
        allows.push(one.allows);
        denies.push(one.denies);
      }
      return and([or(allows), not(or(denies))]);
    };
    const [one, other] = [allowed('before'), allowed('after')];
    situations.push({ keys, before: one, after: other });
  }
  return { situations, changed: situations.filter(({ before, after }) => before.text !== after.text) };
}

function* product(axes: readonly KeyClass[][]): Generator<KeyClass[]> {
  const [first, ...rest] = axes;
  if (first === undefined) yield [];
  else for (const one of first) for (const more of product(rest)) yield [one, ...more];
}

/** What a side allows that the other does not: the requests of a situation that are new, or gone. */
export function gained({ before, after }: Situation, change: 'added' | 'removed'): Formula {
  return change === 'added' ? and([after, not(before)]) : and([before, not(after)]);
}

/** Whether some requests of a situation are new (or gone). `assume`: keys with different names are different keys. */
export function changeOf(situation: Situation, change: 'added' | 'removed', assume: boolean): Answer {
  const formula = gained(situation, change);
  if (formula.kind === 'constant') return formula.value ? 'always' : 'never';
  const isPossible = possible(formula);
  const elsewhere = [...unknownsOf(formula).values()].filter((one) => one.elsewhere).map(({ key }) => key);
  // What happens only where these requests are those of another cell is found there.
  if (elsewhere.length > 0) {
    const here = decide(formula, assume, (isTrue) => isPossible(isTrue) && !elsewhere.some((key) => isTrue.has(key)));
    if (here === 'never') return here;
  }
  return decide(formula, assume, isPossible);
}

/** Which values of the unknowns can occur together: what a narrower pattern matches a wider one does. */
function possible(formula: Formula): (isTrue: ReadonlySet<string>) => boolean {
  const patterns = [...unknownsOf(formula).values()].flatMap(({ key, glob }) => (glob ? [{ key, glob }] : []));
  const implied = patterns.flatMap((inner) =>
    patterns
      .filter((outer) => outer !== inner && containsGlob(outer.glob, inner.glob))
      .map((outer) => [inner.key, outer.key] as const),
  );
  return (isTrue) => implied.every(([inner, outer]) => !isTrue.has(inner) || isTrue.has(outer));
}
