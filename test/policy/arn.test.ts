import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachOfAliases, reachOfKeys } from '../../src/policy/arn.ts';
import { parseGlob } from '../../src/policy/glob.ts';

test('what a text reaches is decided as its tokens decide it', () => {
  const piece = fc.constantFrom(
    ...['arn:', 'aws', 'aws-cn', ':', '::', 'kms', 's3', 'us-east-1', '111122223333', '11112222333', 'key/', 'alias/'],
    ...['a-1', 'A', '*', '?', '**', ':*', '\uE000', '\uE003', '\u{1F600}', '\ud800', '', 'k*', 'a?kms', ' ', '$'],
  );
  const usual = fc.tuple(
    ...['arn', 'aws', 'kms', 'us-east-1', '111122223333', 'key/1234abcd'].map((text) =>
      fc.oneof({ arbitrary: fc.constant(text), weight: 6 }, piece),
    ),
  );
  const texts = fc.oneof(
    usual.map((parts) => parts.join(':')),
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const glob = parseGlob(text);
      for (const reach of [reachOfKeys, reachOfAliases])
        expect(reach({ glob, unknown: false, text }), text).toEqual(reach({ glob, unknown: false }));
    }),
    { numRuns: 5000 },
  );
});
