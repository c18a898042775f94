import { code } from '../rules/code.ts';
import { type Box, severalBoxes, singleBox } from './boxes.ts';
import type { Situation } from './cells.ts';
import { type Candidate, cover } from './cover.ts';
import type { KeyClass } from './key-classes.ts';
import { numberWords } from './number-words.ts';
import type { Term } from './terms.ts';
import type { Test } from './tests.ts';
import { matchesWord, type Word } from './words.ts';

/** Ways of carrying one key: sets of values, the empty one for none. */
type Way = readonly Word[];

/** More boxes than this say less than one example. */
const MAX_BOXES = 3;

/**
 * What the requests of some situations carry, in words: `when kms:ViaService is "s3.us-east-1.amazonaws.com"`, `without
 * kms:ViaService`. Empty where nothing is asked.
 */
export function situationWords(found: readonly Situation[], all: readonly Situation[], terms: readonly Term[]): string {
  const tests = [...new Map(terms.flatMap((term) => term.tests).map((test) => [test.text, test])).values()];
  const isFound = new Set(found);
  const rest = all.filter((situation) => !isFound.has(situation));
  if (rest.length === 0) return '';
  const one = singleBox(found, all);
  if (one) return clausesOf(one, all, tests).map(asClause).join(', and ');
  const except = singleBox(rest, all);
  if (except) return `unless ${clausesOf(except, all, tests).map(asPredicate).join(' and ')}`;
  const boxes = severalBoxes(found, all, MAX_BOXES);
  if (boxes === undefined) return 'in some situations';
  return boxes.map((box) => clausesOf(box, all, tests).map(asClause).join(' and ')).join('; or ');
}

/** What is said of one key: it is (or is not) these values, is there, or is absent. */
interface Clause {
  name: string;
  kind: 'is' | 'is-or-absent' | 'is-not' | 'is-not-or-absent' | 'absent' | 'present';
  values: string;
}

function asClause({ name, kind, values }: Clause): string {
  if (kind === 'absent') return `without ${name}`;
  if (kind === 'present') return `with ${name}`;
  if (kind === 'is-not-or-absent') return `unless ${name} is ${values}`;
  return `when ${asPredicate({ name, kind, values })}`;
}

function asPredicate({ name, kind, values }: Clause): string {
  switch (kind) {
    case 'absent':
      return `${name} is absent`;
    case 'present':
      return `${name} is there`;
    case 'is':
      return `${name} is ${values}`;
    case 'is-or-absent':
      return `${name} is ${values} or absent`;
    case 'is-not':
      return `${name} is there and not ${values}`;
    case 'is-not-or-absent':
      return `${name} is not ${values}`;
  }
}

/** A clause for each key that the box narrows. */
function clausesOf(box: Box, all: readonly Situation[], tests: readonly Test[]): Clause[] {
  return box.flatMap((classes, index) => {
    const every = new Set(all.map(({ keys }) => keys[index] as KeyClass));
    if (classes.size === every.size) return [];
    const [first] = classes;
    const own = tests.filter(({ key }) => key === first?.key);
    const ways = (some: ReadonlySet<KeyClass>): Way[] => [...some].flatMap((one) => one.ways);
    return [clauseOf(code(own[0]?.written ?? first?.key ?? ''), ways(classes), ways(every), own)];
  });
}

function clauseOf(name: string, found: readonly Way[], all: readonly Way[], tests: readonly Test[]): Clause {
  const isAbsent = found.some((way) => way.length === 0);
  const present = found.filter((way) => way.length > 0);
  const possible = all.filter((way) => way.length > 0);
  const is = (values: string): Clause => ({ name, kind: isAbsent ? 'is-or-absent' : 'is', values });
  if (present.length === 0) return { name, kind: 'absent', values: '' };
  if (present.length === possible.length) return { name, kind: 'present', values: '' };
  if (all.some((way) => way.length > 1)) return is(`for example ${quote(present[0] as Way)}`);
  const words = (list: readonly Way[]): Word[] => list.map((way) => way[0] as Word);
  const [own, others] = [words(present), words(possible)];
  if (tests.some(({ family }) => family === 'number')) return is(numberWords(own, others, tests));
  const candidates = valuesOf(tests, others);
  const set = indicesOf(own, others);
  const rest = new Set([...others.keys()].filter((index) => !set.has(index)));
  const [positive, negative] = [cover(set, candidates), cover(rest, candidates)];
  const isPlain = negative?.every(({ except }) => except.length === 0) === true;
  if (isPlain && negative && (positive === undefined || positive.length > negative.length || isAbsent)) {
    const values = negative.map(({ text }) => code(text)).join(' or ');
    return { name, kind: isAbsent ? 'is-not-or-absent' : 'is-not', values };
  }
  if (positive === undefined) return is(`for example ${quote(present[0] as Way)}`);
  return is(positive.map(({ text, except }) => `${code(text)}${but(except)}`).join(' or '));
}

function but(except: readonly string[]): string {
  return except.length === 0 ? '' : ` but not ${except.map((one) => code(one)).join(' or ')}`;
}

function quote(way: Way): string {
  return way.map((word) => code(word.join(''))).join(', ');
}

/** The values that the tests list, each with the words that it matches. */
function valuesOf(tests: readonly Test[], words: readonly Word[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const { family, values } of tests) {
    if (family === 'number' || family === 'opaque' || family === 'null') continue;
    for (const { glob, isUnknown } of values) {
      const text = glob
        .join('')
        .replaceAll('**', '*')
        .replaceAll('??', '?')
        .replaceAll('*:', '*')
        .replaceAll('?:', '?');
      const covers = new Set([...words.keys()].filter((index) => matchesWord(glob, words[index] as Word)));
      if (!isUnknown && covers.size > 0) seen.set(text, { text, covers });
    }
  }
  return [...seen.values()];
}

function indicesOf(some: readonly Word[], words: readonly Word[]): Set<number> {
  const texts = new Set(some.map((word) => word.join('')));
  return new Set([...words.keys()].filter((index) => texts.has((words[index] as Word).join(''))));
}
