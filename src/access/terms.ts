import { containsGlob, parseGlob, STAR } from '../policy/glob.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import { element } from '../policy/read.ts';
import { code } from '../rules/code.ts';
import type { Span } from '../source/source-file.ts';
import { and, FALSE, type Formula, not, or, TRUE, unknown } from './formula.ts';
import { missingPart, presence, statementPresence } from './presence.ts';
import { mayTouchKms } from './relevant.ts';
import { type ArnPattern, type Reading, type ResourcePattern, resourcePattern } from './resource-pattern.ts';
import type { ResourceCell } from './resources.ts';
import { readTest, type Test } from './tests.ts';

/** A statement of one side, ready to be asked about requests. */
export interface Term {
  side: 'before' | 'after';
  policy: Policy;
  statement: Statement;
  reading: Reading;
  /** Whether it is there at all, and whether it allows or denies. */
  allows: Formula;
  denies: Formula;
  /** The indices of its Resource or NotResource patterns among all. */
  resources: readonly number[];
  tests: readonly Test[];
  /** What of its conditions could not be read. */
  condition: Formula;
  /** The same for statements whose conditions mean the same. */
  conditionText: string;
}

/** The statements of both sides that can matter, and the resource patterns in them. */
export interface Terms {
  terms: Term[];
  patterns: ResourcePattern[];
  /** Statements that could not be read at all: each may allow anything, and may deny anything. */
  unread: { side: Term['side']; allows: Formula; denies: Formula }[];
}

/** Takes the statements of one attachment's documents apart. Statements that are certainly not about KMS are left out. */
export function readTerms(
  sides: Readonly<Record<'before' | 'after', readonly Policy[]>>,
  readingOf: (policy: Policy) => Reading,
): Terms {
  const patterns: ResourcePattern[] = [];
  const places = new Map<string, number>();
  const terms: Term[] = [];
  const unread: Terms['unread'] = [];
  for (const side of ['before', 'after'] as const) {
    for (const policy of sides[side]) {
      const reading = readingOf(policy);
      for (const statement of policy.statements) {
        if (!mayTouchKms(statement, policy)) continue;
        const values = (statement.resource ?? statement.notResource)?.values ?? [];
        const resources = values.map((value) => {
          const pattern = resourcePattern(value, reading);
          const text = pattern.glob.join(' ');
          const place = places.get(text) ?? patterns.push(pattern) - 1;
          places.set(text, place);
          return place;
        });
        terms.push(readTerm(side, policy, statement, reading, resources));
      }
      for (const span of policy.unread ?? []) unread.push({ side, ...unreadStatement(span) });
    }
  }
  return { terms, patterns, unread };
}

function unreadStatement(span: Span): { allows: Formula; denies: Formula } {
  const written = span.file.slice(span).replace(/\s+/g, ' ');
  const about = `the statement ${code(written.slice(0, 60))} could not be read`;
  return { allows: unknown({ key: `allows ${written}`, about }), denies: unknown({ key: `denies ${written}`, about }) };
}

function readTerm(
  side: Term['side'],
  policy: Policy,
  statement: Statement,
  reading: Reading,
  resources: readonly number[],
): Term {
  const there = statementPresence(statement);
  const tests = statement.conditions.map((condition) => readTest(condition, reading));
  const unread = statement.conditionsUnknown ? unreadCondition(statement) : TRUE;
  return {
    side,
    policy,
    statement,
    reading,
    ...effectOf(statement, there),
    resources,
    tests,
    condition: unread,
    conditionText: [unread.text, ...new Set(tests.map(({ text }) => text).sort())].join(' & '),
  };
}

function effectOf(statement: Statement, there: Formula): Pick<Term, 'allows' | 'denies'> {
  if (statement.effect === 'Allow') return { allows: there, denies: FALSE };
  if (statement.effect === 'Deny') return { allows: FALSE, denies: there };
  const written = sourceOf(statement, 'Effect');
  const allows = unknown({ key: `effect ${written}`, about: 'whether a statement allows or denies is not known here' });
  return { allows: and([allows, there]), denies: and([not(allows), there]) };
}

function unreadCondition(statement: Statement): Formula {
  return unknown({
    key: `condition ${sourceOf(statement, 'Condition')}`,
    about: 'a Condition could not be read whole',
  });
}

/** The text of a statement's element as it stands in the file, blanks made even. */
function sourceOf(statement: Statement, name: string): string {
  const span = element(statement.node, name)?.value.span;
  return span === undefined ? '' : span.file.slice(span).replace(/\s+/g, ' ');
}

/** Whether a statement's Resource or NotResource has a resource in it. */
export function matchesResource(term: Term, cell: ResourceCell): Formula {
  const { statement, resources } = term;
  const listed = statement.resource ?? statement.notResource;
  // A key policy without Resource is about its key; elsewhere AWS refuses the document.
  if (listed === undefined) {
    if (term.policy.kind === 'key-policy') return TRUE;
    return unknown({ key: 'no resource', about: 'a statement has no Resource' });
  }
  const each = resources.map((place, index) => {
    const match = cell.matches[place] ?? FALSE;
    const value = listed.values[index];
    return match !== FALSE && value?.optional ? and([match, presence(value)]) : match;
  });
  const some = or([...each, ...missingPart(listed)]);
  return statement.resource ? some : not(some);
}

function isEveryKey({ region, account, resource }: ArnPattern): boolean {
  return (
    [region, account].every(([first, ...more]) => first === STAR && more.length === 0) && containsGlob(resource, KEYS)
  );
}

const KEYS = parseGlob('key/*');

/** The only resource of a key policy: the key that it hangs on. */
export function ownKey(patterns: readonly ResourcePattern[]): ResourceCell {
  const matches = patterns.map(({ glob, text, must }): Formula => {
    if (must.some(isEveryKey)) return TRUE;
    if (must.length === 0 && !glob.some((token) => token.startsWith('<'))) return FALSE;
    return unknown({
      key: `own key ${glob.join('')}`,
      about: `whether ${code(text)} is the key of this key policy is not known here`,
    });
  });
  return { on: 'key', witness: ['*'], matches, fields: {} };
}
