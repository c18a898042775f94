import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** SECURITY.md promises by naming tests: each of them is there. */

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

interface Row {
  threat: string;
  /** Files of tests, each with the titles that are named of it. */
  tests: { path: string; titles: string[] }[];
}

const rows: Row[] = read('SECURITY.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:---|It tries to) /.test(line))
  .map((line) => {
    const [threat = '', , shown = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const tests = [...shown.matchAll(/`(test\/[^`]+)`((?:, "[^"]+")*)/g)].map(([, path = '', titles = '']) => ({
      path,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
    }));
    return { threat, tests };
  });

test('the table is read', () => {
  expect(rows.length).toBeGreaterThan(20);
});

test.each(rows)('$threat', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  for (const { path, titles } of tests) {
    // Quoted as in the source; a title may be that of each of several tests.
    const source = read(path);
    for (const title of titles)
      expect(source.includes(`'${title}'`) || source.includes(`"${title}"`), `${path}: ${title}`).toBe(true);
  }
});
