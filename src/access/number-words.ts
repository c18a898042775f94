import { code } from '../rules/code.ts';
import { numberOf, type Test } from './tests.ts';
import type { Word } from './words.ts';

/** The last second, before or after 1970, that has a date in JavaScript; IAM takes any number of seconds. */
const LAST_SECOND = 8.64e12;

function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

/**
 * What numbers (or dates, as seconds) are called by the bounds of the tests: `at least 7 and less than 30`. `all` are the points
 * that the tests tell apart; each stands for the numbers around it up to the next bounds.
 */
export function numberWords(found: readonly Word[], all: readonly Word[], tests: readonly Test[]): string {
  const isDate = tests.some(({ operator }) => operator.base.startsWith('date'));
  const bounds = tests.flatMap(({ family, values }) =>
    family === 'number' ? values.map(({ glob }) => glob.join('')) : [],
  );
  const values = new Set(bounds.map((bound) => numberOf(bound)));
  const points = all.map((word) => numberOf(word.join(''))).sort((a, b) => a - b);
  const set = new Set(found.map((word) => numberOf(word.join(''))));
  const show = (point: number | undefined): string =>
    point === undefined ? '' : code(isDate && Math.abs(point) <= LAST_SECOND ? dateOf(point) : String(point));
  const ranges: string[] = [];
  for (let from = 0; from < points.length; from++) {
    if (!set.has(points[from] as number)) continue;
    let to = from;
    while (set.has(points[to + 1] as number)) to++;
    const [first, last] = [points[from] as number, points[to] as number];
    if (from === to && values.has(first)) ranges.push(show(first));
    else {
      const low = values.has(first) ? `at least ${show(first)}` : from > 0 ? `more than ${show(points[from - 1])}` : '';
      const high = values.has(last)
        ? `at most ${show(last)}`
        : to + 1 < points.length
          ? `less than ${show(points[to + 1])}`
          : '';
      ranges.push([low, high].filter((text) => text !== '').join(' and '));
    }
    from = to;
  }
  return ranges.join(', or ');
}
