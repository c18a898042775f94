import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containsGlob, intersectGlobs, parseGlob } from '../../src/policy/glob.ts';
import { matchPath, matchPaths } from '../../src/source/path-glob.ts';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });

/** Every string over two letters up to a length: the second, slower way to the same answer. */
const STRINGS: string[] = [''];
for (let i = 0; i < STRINGS.length && (STRINGS[i] as string).length < 7; i++)
  STRINGS.push(`${STRINGS[i]}a`, `${STRINGS[i]}b`);

/** The definition of a match, by recursion. */
function matches(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob[0] === '*') return matches(glob.slice(1), text) || (text !== '' && matches(glob, text.slice(1)));
  return text !== '' && (glob[0] === '?' || glob[0] === text[0]) && matches(glob.slice(1), text.slice(1));
}

test('a literal string is matched as by definition', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom(...STRINGS), (glob, text) => {
      expect(containsGlob(parseGlob(glob), parseGlob(text))).toBe(matches(glob, text));
    }),
    { numRuns: 2000 },
  );
});

test('containment is never claimed where a string says otherwise', () => {
  fc.assert(
    fc.property(pattern, pattern, (outer, inner) => {
      if (!containsGlob(parseGlob(outer), parseGlob(inner))) return;
      for (const text of STRINGS) if (matches(inner, text)) expect(matches(outer, text)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('two patterns meet exactly where some string matches both', () => {
  fc.assert(
    fc.property(pattern, pattern, (left, right) => {
      // Two patterns of at most three letters and marks each meet, if at all, in a string of at most seven.
      const [a, b] = [left.slice(0, 3), right.slice(0, 3)];
      const meet = STRINGS.some((text) => matches(a, text) && matches(b, text));
      expect(intersectGlobs(parseGlob(a), parseGlob(b))).toBe(meet);
    }),
    { numRuns: 1000 },
  );
});

test('long patterns end', () => {
  const bomb = parseGlob(`${'*a'.repeat(1000)}b`);
  expect(containsGlob(bomb, parseGlob('a'.repeat(20_000)))).toBe(false);
});

const paths: [string, string, boolean][] = [
  ['*.json', 'a.json', true],
  ['*.json', 'b/a.json', false],
  ['**/*.json', 'a.json', true],
  ['**/*.json', 'b/c/a.json', true],
  ['b/', 'b/c/a.json', true],
  ['b/**', 'b/c/a.json', true],
  ['b/**/a.json', 'b/a.json', true],
  ['b/**/a.json', 'b/c/d/a.json', true],
  ['b/*/a.json', 'b/c/d/a.json', false],
  ['?.json', 'a.json', true],
  ['?.json', '/.json', false],
  ['**', 'anything/at/all', true],
  ['./a.json', 'a.json', true],
  ['a[b].json', 'a[b].json', true],
];
test.each(paths)('path glob %s on %s', (glob, path, expected) => {
  expect(matchPath(glob, path)).toBe(expected);
});

test('the last glob that matches decides', () => {
  expect(matchPaths(['**', '!vendor/**'], 'vendor/a.json')).toBe(false);
  expect(matchPaths(['**', '!vendor/**', 'vendor/own.json'], 'vendor/own.json')).toBe(true);
});
