import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOf } from './fuzz/check.ts';
import { input } from './fuzz/input.ts';

/** `npm run fuzz` makes more of these. */
test('whatever the files are, the review is whole, the same each time, and inside its bounds', async () => {
  const property = fc.asyncProperty(input, async (one) => {
    expect(await faultsOf(one)).toEqual([]);
  });
  await fc.assert(property, { numRuns: 2000 });
}, 300_000);
