import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Hunk, parseHunks, place } from '../src/review/place.ts';
import { reviewOf } from './review-of.ts';

const range = (first: number, last: number, column = 5) => ({
  start: { line: first, column: 1 },
  end: { line: last, column },
});
const HUNKS: Hunk[] = [
  { start: 4, lines: 7 },
  { start: 20, lines: 1 },
];

test.each([
  ['one line', range(5, 5), { at: 'inline', line: 5 }],
  ['the first and the last line of a hunk', range(4, 10), { at: 'inline', startLine: 4, line: 10 }],
  ['a hunk of one line', range(20, 20), { at: 'inline', line: 20 }],
  ['an end before the first column of the next line', range(9, 11, 1), { at: 'inline', startLine: 9, line: 10 }],
  ['a line break alone', range(20, 21, 1), { at: 'inline', line: 20 }],
])('%s', (_name, where, expected) => {
  expect(place([where], true, HUNKS)).toEqual(expected);
});

test.each([
  ['a line before a hunk', range(3, 3)],
  ['a line after a hunk', range(11, 11)],
  ['from one hunk to another', range(10, 20)],
  ['out of a hunk', range(10, 11)],
])('%s is said on the file', (_name, where) => {
  expect(place([where], true, HUNKS)).toMatchObject({ at: 'file' });
});

test('the first place that fits; a file that did not change takes nothing; a diff that is not known no lines', () => {
  expect(place([range(1, 1), range(20, 20)], true, HUNKS)).toEqual({ at: 'inline', line: 20 });
  expect(place([range(5, 5)], false, undefined)).toMatchObject({ at: 'summary' });
  expect(place([range(5, 5)], true, undefined)).toMatchObject({ at: 'file' });
  expect(place([range(5, 5)], true, [])).toMatchObject({ at: 'file' });
});

test('whatever is placed in lines lies in one hunk, and begins before it ends', () => {
  const hunk = fc.record({ start: fc.integer({ min: 1, max: 50 }), lines: fc.integer({ min: 0, max: 9 }) });
  const some = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 }))
    .map(([first, more, column]) => range(first, first + more, column));
  fc.assert(
    fc.property(fc.array(hunk), fc.array(some, { minLength: 1 }), (hunks, ranges) => {
      const placed = place(ranges, true, hunks);
      if (placed.at !== 'inline') return;
      const { line, startLine = line } = placed;
      expect(hunks.some(({ start, lines }) => startLine >= start && line < start + lines)).toBe(true);
      expect(placed.startLine === undefined || placed.startLine < line).toBe(true);
    }),
  );
});

test('hunk headers with and without counts; other lines are none', () => {
  const patch = '@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n@@ -9,0 +10,2 @@ @@ -1 +99 @@\n+@@ -3 +3 @@\n+x';
  expect(parseHunks(patch)).toEqual([
    { start: 1, lines: 1 },
    { start: 10, lines: 2 },
  ]);
});

test('what a parser says of a line break of two characters stands at the end of its line', async () => {
  const { gaps } = await reviewOf({
    'a.yml': 'Policies:\r\n  - text: "{\r\n        kms:*,\r\n  x\r\n          y"\r\n',
  });
  const lines = ['Policies:', '  - text: "{', '        kms:*,', '  x', '          y"'];
  expect(gaps.length).toBeGreaterThan(0);
  for (const { start, end } of gaps)
    for (const { line, column } of [start, end]) expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
});
