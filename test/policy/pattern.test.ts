import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containsGlob, parseGlob, STAR } from '../../src/policy/glob.ts';
import { containsPattern, isAnything, isExact, isOpenEnded, type Pattern } from '../../src/policy/pattern.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', '😀', '\uD83D'), maxLength: 8 });

/** The pattern of a text, and the same one of which only the tokens are known. */
const both = text.map((text): [Pattern, Pattern] => {
  const glob = parseGlob(text);
  return [
    { glob, unknown: false, text },
    { glob, unknown: false },
  ];
});

test('what is answered by the text of a pattern is what its tokens answer', () => {
  fc.assert(
    fc.property(both, both, ([one, tokens], [other, otherTokens]) => {
      expect(isAnything(one)).toBe(isAnything(tokens));
      expect(isExact(one)).toBe(isExact(tokens));
      expect(isOpenEnded(one)).toBe(one.glob.at(-1) === STAR);
      expect(containsPattern(one, other)).toBe(containsGlob(tokens.glob, otherTokens.glob));
    }),
    { numRuns: 3000 },
  );
});
