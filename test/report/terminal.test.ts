import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderText } from '../../src/report/terminal.ts';
import { columnsIn } from '../../src/report/terminal-text.ts';
import type { ReviewFinding } from '../../src/review/review.ts';
import { finding, fullReview, HOSTILE, review } from './fixtures.ts';

const plain = (findings: ReviewFinding[], width?: number): string =>
  renderText(review(findings), { color: false, ...(width === undefined ? {} : { width }) });

/** What stands above the carets. */
function underlined(text: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /\| *\^+/.test(line));
  const carets = lines[at] ?? '';
  const [from, to] = [carets.indexOf('^'), carets.lastIndexOf('^') + 1];
  let shown = '';
  let column = 0;
  for (const character of lines[at - 1] ?? '') {
    if (column >= from && column < to) shown += character;
    column += columnsIn(character);
  }
  return shown;
}

test('a review with one of everything', async () => {
  await expect(renderText(fullReview(), { color: false })).toMatchFileSnapshot('../golden/report/terminal.txt');
});

test('colours change nothing but colours', () => {
  const colored = renderText(fullReview(), { color: true });
  expect(colored).toContain('\u001b[31merror\u001b[0m');
  expect(stripVTControlCharacters(colored)).toBe(renderText(fullReview(), { color: false }));
});

test('nothing found', () => {
  expect(plain([])).toBe('No KMS policy mistake found. 2 candidate files, 1 parsed, 1 policy found.\n');
});

const long = 'x'.repeat(4000);
test.each([
  ['blanks', '      "Resource": "*"', 18, '"*"'],
  ['tabs', '\t\t"Resource":\t"*"', 14, '"*"'],
  ['wide characters before it', '"漢字😀": "*"', 8, '"*"'],
  ['wide characters in it', '"a": "漢字"', 5, '"漢字"'],
  ['combining marks', '"e\u0301e\u0301": "*"', 8, '"*"'],
  ['a long line before it', `"${long}": "*"`, 4004, '"*"'],
  ['a long line after it', `{"a": "*", "${long}"`, 6, '"*"'],
  ['surrogate pairs around the cut', `${'😀'.repeat(300)}"*"${'😀'.repeat(300)}`, 600, '"*"'],
])('the underline is under the place: %s', (_name, line, index, text) => {
  const start = { line: 8, column: index + 1 };
  const shown = plain([finding({ start, end: { line: 8, column: index + 1 + text.length }, excerpt: [line] })]);
  expect(underlined(shown)).toBe(text);
  expect(shown).not.toContain('\\u{d83d}');
  for (const one of shown.split('\n')) expect(one.length).toBeLessThan(200);
});

test('a place longer than the window is shown as far as it goes', () => {
  const shown = plain([
    finding({ start: { line: 8, column: 2 }, end: { line: 8, column: 4002 }, excerpt: [` ${long} `] }),
  ]);
  expect(underlined(shown)).toBe('x'.repeat(159));
  expect(shown).toContain('x…\n');
});

test('of a place over lines the first is shown', () => {
  const shown = plain([finding({ end: { line: 10, column: 3 } })]);
  expect(shown).toMatch(/\^{3} to line 10\n/);
});

test('the address of a rule stands with its first finding only', () => {
  const shown = plain([finding(), finding(), finding({ rule: 'public-key' })]);
  expect(shown.match(/= https:\S+/g)).toEqual([
    expect.stringContaining('wildcard-resource'),
    expect.stringContaining('public-key'),
  ]);
});

test('with a width, prose is broken into lines', () => {
  const shown = plain([finding({ message: `${'many words '.repeat(30)}.`, path: 'a/b.json' })], 60);
  const prose = shown.split('\n').filter((line) => line.includes('many') || line.includes('ARN'));
  expect(prose.length).toBeGreaterThan(4);
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(60);
});

test.each(HOSTILE)('no text steers the terminal or the runner: %j', (text) => {
  const place = { path: text, start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  const one = finding({ ...place, message: text, advice: text, excerpt: [text], related: [{ ...place, note: text }] });
  const shown = renderText(
    review([one], {
      gaps: [{ ...place, reason: text }],
      files: {
        candidates: 1,
        read: 0,
        skipped: [
          { path: text, reason: text },
          { path: '', reason: text },
        ],
        contents: [],
      },
    }),
    { color: false, width: 40 },
  );
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(shown).not.toMatch(/^\s*::|##\[/m);
});

test('many gaps: the first twenty and how many more', () => {
  const { path, start, end } = finding();
  const gaps = Array.from({ length: 25 }, (_, index) => ({ path, start, end, reason: `reason ${index}` }));
  const shown = renderText(review([], { gaps }), { color: false });
  expect(shown).toContain('Could not be read or decided: 25\n');
  expect(shown).toContain('reason 19\n  ... and 5 more (--format json lists them all)');
});
