import type { Situation } from './cells.ts';
import { type Candidate, cover } from './cover.ts';
import type { KeyClass } from './key-classes.ts';
import { numberWords } from './number-words.ts';
import type { Term } from './terms.ts';
import type { Test } from './tests.ts';
import { matchesWord, type Word } from './words.ts';

/** Ways of carrying one key: sets of values, the empty one for none. */
type Way = readonly Word[];

/**
 * What the requests of some situations carry, in words: `when kms:ViaService is "s3.us-east-1.amazonaws.com"`, `without
 * kms:ViaService`. Empty where nothing is asked.
 */
export function situationWords(found: readonly Situation[], all: readonly Situation[], terms: readonly Term[]): string {
  const tests = new Map(terms.flatMap((term) => term.tests).map((test) => [test.text, test]));
  const keys = found[0]?.keys.map(({ key }) => key) ?? [];
  const used = neededKeys(found, all, keys.length);
  if (used === undefined) return 'in some situations';
  const clauses = used.map((index) => {
    const key = keys[index] as string;
    const own = [...tests.values()].filter((test) => test.key === key);
    const classes = (list: readonly Situation[]): Set<KeyClass> =>
      new Set(list.map((situation) => situation.keys[index] as KeyClass));
    const ways = (list: readonly Situation[]): Way[] => [...classes(list)].flatMap((one) => one.ways);
    return keyWords(own[0]?.written ?? key, ways(found), ways(all), own);
  });
  return clauses.filter((clause) => clause !== '').join(', and ');
}

/** The fewest keys whose classes alone tell the found situations from all others; undefined where all of them do not. */
function neededKeys(found: readonly Situation[], all: readonly Situation[], count: number): number[] | undefined {
  const isFound = new Set(found);
  const projections = Array.from({ length: count }, (_, i) => new Set(found.map(({ keys }) => keys[i])));
  const tells = (used: readonly number[]): boolean =>
    all.every(
      (situation) => isFound.has(situation) || used.some((i) => projections[i]?.has(situation.keys[i]) === false),
    );
  const used = Array.from({ length: count }, (_, i) => i);
  if (!tells(used)) return undefined;
  for (let i = count - 1; i >= 0; i--) {
    const fewer = used.filter((one) => one !== i);
    if (tells(fewer)) used.splice(used.indexOf(i), 1);
  }
  return used;
}

function keyWords(key: string, found: readonly Way[], all: readonly Way[], tests: readonly Test[]): string {
  const name = `\`${key}\``;
  const isAbsent = found.some((way) => way.length === 0);
  const present = found.filter((way) => way.length > 0);
  const possible = all.filter((way) => way.length > 0);
  if (present.length === 0) return `without ${name}`;
  if (present.length === possible.length) return isAbsent ? '' : `with ${name}`;
  if (all.some((way) => way.length > 1)) return `for example when ${name} is ${quote(present[0] as Way)}`;
  const words = (list: readonly Way[]): Word[] => list.map((way) => way[0] as Word);
  const [own, others] = [words(present), words(possible)];
  if (tests.some(({ family }) => family === 'number')) {
    const range = numberWords(own, others, tests);
    return `when ${name} is ${range}${isAbsent ? ' or absent' : ''}`;
  }
  const candidates = valuesOf(tests, others);
  const set = indicesOf(own, others);
  const rest = new Set([...others.keys()].filter((index) => !set.has(index)));
  const [positive, negative] = [cover(set, candidates), cover(rest, candidates)];
  const isPlain = negative?.every(({ except }) => except.length === 0) === true;
  if (isPlain && negative && (positive === undefined || positive.length > negative.length || isAbsent)) {
    const list = negative.map(({ text }) => `\`${text}\``).join(' or ');
    return isAbsent ? `unless ${name} is ${list}` : `when ${name} is not ${list}`;
  }
  const said = positive?.map(({ text, except }) => `\`${text}\`${but(except)}`).join(' or ');
  if (said === undefined)
    return `for example when ${name} is ${quote(present[0] as Way)}${isAbsent ? ' or absent' : ''}`;
  return `when ${name} is ${said}${isAbsent ? ' or absent' : ''}`;
}

function but(except: readonly string[]): string {
  return except.length === 0 ? '' : ` but not ${except.map((one) => `\`${one}\``).join(' or ')}`;
}

function quote(way: Way): string {
  return way.map((word) => `\`${word.join('')}\``).join(', ');
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
