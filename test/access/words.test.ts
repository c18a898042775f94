import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCOUNTS, ALIASES, KEYS, REGIONS, TEXTS } from '../../src/access/languages.ts';
import { classesOf, FIELD_ANY, FIELD_STAR, type Language, matchesWord } from '../../src/access/words.ts';
import { parseGlob } from '../../src/policy/glob.ts';
import { like } from './simulator.ts';

const LETTERS = ['a', 'b', 'c'];

/** Every string over three letters up to six of them: 1,092, the slow and certain way. */
const STRINGS: string[] = [''];
for (let i = 0; i < STRINGS.length && (STRINGS[i] as string).length < 6; i++)
  for (const letter of LETTERS) STRINGS.push(`${STRINGS[i]}${letter}`);

/** The texts over exactly these letters, but the empty one. */
const small: Language = {
  next: (_, letter) => (LETTERS.includes(letter) ? 1 : undefined),
  letters: () => LETTERS,
  accepts: (state) => state === 1,
};

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '*', '?'), minLength: 1, maxLength: 4 });
const vector = (patterns: readonly string[], text: string): string => patterns.map((one) => like(one, text)).join();

test('the classes of words are those that all strings fall into', () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), (patterns) => {
      const classes = classesOf(patterns.map(parseGlob), small) ?? [];
      const words = classes.map(({ word }) => word.join(''));
      for (const [i, { matchedBy }] of classes.entries())
        expect(patterns.map((_, index) => matchedBy.has(index)).join()).toBe(vector(patterns, words[i] as string));
      const known = new Set(words.map((word) => vector(patterns, word)));
      for (const text of STRINGS.slice(1)) expect(known.has(vector(patterns, text)), text).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a pattern matches a word as by definition', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom(...STRINGS), (one, text) => {
      expect(matchesWord(parseGlob(one), [...text])).toBe(like(one, text));
    }),
    { numRuns: 3000 },
  );
});

test('a literal pattern is a class of its own', () => {
  const classes = classesOf([parseGlob('key/a'), parseGlob('key/*')], KEYS) ?? [];
  expect(classes.map(({ word, isLiteral }) => [word.join(''), isLiteral])).toEqual([
    ['key/0', false],
    ['key/a', true],
  ]);
});

test('a name is matched by itself and by a star, never by marks', () => {
  const name = '<=AppKey>';
  expect(matchesWord(['*:', name].slice(1), [name])).toBe(true);
  expect(matchesWord(parseGlob('*'), [name])).toBe(true);
  expect(matchesWord(parseGlob('?'), [name])).toBe(false);
  expect(matchesWord([FIELD_ANY], [name])).toBe(false);
});

test('a wildcard of a field stops at a colon', () => {
  expect(matchesWord([...'a', FIELD_STAR, ...'b'], [...'axxb'])).toBe(true);
  expect(matchesWord([...'a', FIELD_STAR, ...'b'], [...'ax:b'])).toBe(false);
  expect(matchesWord([...'a', FIELD_ANY, ...'b'], [...'a:b'])).toBe(false);
});

test.each([
  ['key/1234abcd', KEYS, true],
  ['key/', KEYS, false],
  ['key/a/b', KEYS, false],
  ['alias/a/b_c-D', ALIASES, true],
  ['alias/a:b', ALIASES, false],
  ['111122223333', ACCOUNTS, true],
  ['11112222333', ACCOUNTS, false],
  ['1111222233334', ACCOUNTS, false],
  ['us-gov-west-1', REGIONS, true],
  ['US-EAST-1', REGIONS, false],
  ['anything: at all', TEXTS, true],
  ['', TEXTS, false],
] as const)('%s', (text, language, expected) => {
  let state: number | undefined = 0;
  for (const letter of text) state = state === undefined ? undefined : language.next(state, letter);
  expect(state !== undefined && language.accepts(state)).toBe(expected);
});

test('too many classes are no answer', () => {
  const infixes = Array.from({ length: 12 }, (_, i) => parseGlob(`*${'abcdefghijkl'[i]}*`));
  expect(classesOf(infixes, TEXTS)).toBeUndefined();
});

test('forty keys are forty-one classes', () => {
  const keys = Array.from({ length: 40 }, (_, i) => parseGlob(`key/${i}a2b-${i * i}`));
  expect(classesOf(keys, KEYS)?.length).toBe(41);
});
