import { expect, test } from 'vitest';
import { all, any, not, type Tri } from '../../src/policy/matching.ts';

/** The three answers, in order: any of them is the greatest, all of them the least. */
const ANSWERS: readonly Tri[] = ['no', 'unknown', 'yes'];

const at = (index: number): Tri => ANSWERS[index] as Tri;

test('any is the greatest of the answers and all the least, whatever the order', () => {
  expect([any([]), all([])]).toEqual(['no', 'yes']);
  for (const a of [0, 1, 2]) {
    expect([any([at(a)]), all([at(a)]), not(at(a))]).toEqual([at(a), at(a), at(2 - a)]);
    for (const b of [0, 1, 2]) {
      expect(any([at(a), at(b)])).toBe(at(Math.max(a, b)));
      expect(all([at(a), at(b)])).toBe(at(Math.min(a, b)));
      for (const c of [0, 1, 2]) {
        expect(any([at(a), at(b), at(c)])).toBe(at(Math.max(a, b, c)));
        expect(all([at(a), at(b), at(c)])).toBe(at(Math.min(a, b, c)));
      }
    }
  }
});
