import type { Glob } from '../policy/glob.ts';
import { code } from '../rules/code.ts';
import { and, constant, type Formula, not, or, TRUE, unknown } from './formula.ts';
import { FOLDED_TEXTS, TEXTS } from './languages.ts';
import { likelyValue } from './likely.ts';
import { presence } from './presence.ts';
import { type Family, numberOf, type Test } from './tests.ts';
import { classesOf, matchesWord, type Word } from './words.ts';

/** What a request may carry for one condition key, as far as the tests of both sides tell it apart. */
export interface KeyClass {
  key: string;
  /** The ways in which it carries the key: sets of values, each value one of its kind. An empty set: the key is absent. */
  ways: readonly (readonly Word[])[];
  /** Whether each test holds, by the test's text. */
  results: ReadonlyMap<string, Formula>;
}

/** Keys of every request (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
const ALWAYS_PRESENT = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:securetransport',
  'aws:currenttime',
  'aws:epochtime',
]);

/** Keys that hold several values; every other one that AWS names holds one. */
const MULTI_VALUED = new Set([
  'kms:resourcealiases',
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'aws:tagkeys',
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
  'aws:principalservicenameslist',
]);

/** With more classes of values than this, sets of them are too many. */
const MAX_SET_MEMBERS = 6;

/** The classes of one key's values. `fixed`: the one value that it has in these requests; `never`: values that it cannot have. Undefined where there are too many. */
export function classesOfKey(
  key: string,
  tests: readonly Test[],
  fixed?: Word,
  never?: ReadonlySet<string>,
): KeyClass[] | undefined {
  const family = mainFamily(tests);
  const members = valueClasses(key, family, tests, fixed)?.filter((word) => !never?.has(word.join('')));
  if (members === undefined) return undefined;
  const isMulti = MULTI_VALUED.has(key) || (isForeign(key) && tests.some(({ operator }) => operator.set));
  if (isMulti && members.length > MAX_SET_MEMBERS) return undefined;
  const sets: Word[][] = isMulti ? subsets(members) : members.map((word) => [word]);
  if (!ALWAYS_PRESENT.has(key) && fixed === undefined && never === undefined) sets.push([]);
  const found = new Map<string, KeyClass & { ways: (readonly Word[])[] }>();
  for (const set of sets) {
    const results = new Map(tests.map((test) => [test.text, holds(test, set, family, isMulti)]));
    const signature = [...results.values()].map(({ text }) => text).join();
    const known = found.get(signature);
    if (known) known.ways.push(set);
    else found.set(signature, { key, ways: [set], results });
  }
  return [...found.values()];
}

/** A key of nobody we know may hold several values where the author treats it so. */
function isForeign(key: string): boolean {
  return !key.startsWith('kms:') && !key.startsWith('aws:');
}

function mainFamily(tests: readonly Test[]): Family {
  const families = new Set(
    tests.map(({ family }) => family).filter((family) => family !== 'null' && family !== 'opaque'),
  );
  if (families.has('text')) return 'text';
  const [first = 'opaque', ...others] = families;
  return others.length > 0 ? 'opaque' : first;
}

function valueClasses(
  key: string,
  family: Family,
  tests: readonly Test[],
  fixed: Word | undefined,
): Word[] | undefined {
  if (fixed !== undefined) return [fixed];
  const own = tests.filter((test) => test.family === family).flatMap(({ values }) => values);
  switch (family) {
    case 'text':
    case 'folded': {
      const globs = own.filter((value) => !value.isUnknown).map(({ glob }) => glob);
      return classesOf(globs, family === 'text' ? TEXTS : FOLDED_TEXTS)?.map(({ word, matchedBy, isLiteral }) => {
        // Where another value is of the same class, one that looks real says more.
        const likely = isLiteral ? undefined : likelyValue(key, (one) => isOfClass(one, globs, matchedBy));
        return likely ?? word;
      });
    }
    case 'bool':
      return [[...'true'], [...'false']];
    case 'number':
      return numberClasses(own.map(({ glob }) => numberOf(glob.join(''))));
    default:
      return [ANY_VALUE];
  }
}

function isOfClass(word: Word, globs: readonly Glob[], matchedBy: ReadonlySet<number>): boolean {
  return globs.every((glob, index) => matchesWord(glob, word) === matchedBy.has(index));
}

/** A value of which nothing is asked that we understand. */
const ANY_VALUE: Word = ['…'];

/** Every bound, and a number below, between and above them. */
function numberClasses(bounds: readonly number[]): Word[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const points = sorted.flatMap((bound, index) => {
    const next = sorted[index + 1];
    return next === undefined ? [bound, bound + 1] : [bound, (bound + next) / 2];
  });
  const [first] = sorted;
  return [...(first === undefined ? [0] : [first - 1]), ...points].map((point) => [...String(point)]);
}

function subsets(members: readonly Word[]): Word[][] {
  const all: Word[][] = [];
  for (let bits = 1; bits < 2 ** members.length; bits++) all.push(members.filter((_, index) => (bits >> index) & 1));
  // Few members first: they make the better examples.
  return all.sort((a, b) => a.length - b.length);
}

/**
 * Whether a test holds of the values of its key
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
 * .../reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
function holds(test: Test, members: readonly Word[], family: Family, isMulti: boolean): Formula {
  const { operator } = test;
  if (operator.base === 'null') return holdsNull(test, members.length === 0);
  if (members.length === 0) {
    if (operator.set === 'ForAllValues' || operator.ifExists) return TRUE;
    return constant(operator.negated && operator.set === undefined);
  }
  if (isMulti && operator.set === undefined) {
    return unknown({
      key: `test ${test.text}`,
      about: `${code(test.written)} holds several values and the operator is for one`,
    });
  }
  const each = members.map((member) => {
    const listed = isListed(test, member, family);
    return operator.negated ? not(listed) : listed;
  });
  return operator.set === 'ForAnyValue' ? or(each) : and(each);
}

function holdsNull({ values, text, written }: Test, isAbsent: boolean): Formula {
  return or(
    values.map(({ glob, isUnknown }) => {
      const said = glob.join('').toLowerCase();
      if (isUnknown || (said !== 'true' && said !== 'false'))
        return unknown({ key: `test ${text}`, about: `the condition on ${code(written)} cannot be read here` });
      return constant((said === 'true') === isAbsent);
    }),
  );
}

/** Whether a value is among those that a test lists, negated or not. */
function isListed(test: Test, member: Word, family: Family): Formula {
  const positive = test.operator.base.replace('not', '');
  if (test.family !== family || family === 'opaque') {
    const listed = test.values.map(({ glob }) => glob.join('')).sort();
    const key = `listed ${positive} ${test.key} ${listed.join(' ')}`;
    return unknown({
      key,
      about: `what ${code(test.condition.operator)} on ${code(test.written)} lets through is not compared`,
    });
  }
  const rest = test.incomplete
    ? [unknown({ key: `rest ${test.text}`, about: `a part of the values of ${code(test.written)} could not be read` })]
    : [];
  return or([
    ...rest,
    ...test.values.map((value): Formula => {
      if (value.isUnknown) {
        const shown = value.glob.join('').replace(/<\?(.*?)>/g, '$1');
        return unknown({
          key: `value ${positive} ${test.key} ${value.glob.join('')}`,
          about: `${code(shown)}, the value of ${code(test.written)}, is not known here`,
        });
      }
      return and([constant(passes(value.glob, member, positive)), presence(value.value)]);
    }),
  ]);
}

function passes(glob: Glob, member: Word, positive: string): boolean {
  if (!/^(?:numeric|date)/.test(positive)) return matchesWord(glob, member);
  const [bound, number] = [numberOf(glob.join('')), numberOf(member.join(''))];
  switch (positive.replace(/^(?:numeric|date)/, '')) {
    case 'lessthan':
      return number < bound;
    case 'lessthanequals':
      return number <= bound;
    case 'greaterthan':
      return number > bound;
    case 'greaterthanequals':
      return number >= bound;
    default:
      return number === bound;
  }
}
