import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { finding, fullReview, HOSTILE, review } from './fixtures.ts';

const PROBLEM = 'The token may not post the review. Add `permissions: pull-requests: write` to the job.';
const rows = (text: string): number =>
  text.split('\n').filter((line) => /^\| (error|warning|notice) \|/.test(line)).length;

test('a review with one of everything', async () => {
  await expect(renderSummary(fullReview(), [PROBLEM])).toMatchFileSnapshot('../golden/report/summary.md');
});

test('the same as a document', async () => {
  await expect(renderMarkdown(fullReview())).toMatchFileSnapshot('../golden/report/markdown.md');
});

test('nothing found is said in one sentence, with what was read', () => {
  const text = renderSummary(review([]), []);
  expect(text).toBe(
    '## KMS policy review\n\nNo KMS policy mistake in 2 files.\n\n2 candidate files, 1 parsed, 1 policy found.\n',
  );
});

test('a clean review that is incomplete says so at once', () => {
  const made = review([]);
  const text = renderSummary({ ...made, summary: { ...made.summary, incomplete: true } }, []);
  expect(text.split('\n')[2]).toBe('No KMS policy mistake in 2 files. Not everything could be read; see below.');
});

test('a summary of any size is below what GitHub takes, and says how much is left out', () => {
  const many = Array.from({ length: 20_000 }, () => finding({ message: `\`${'漢'.repeat(100)}\` is long.` }));
  const gaps = many.map(({ path, start, end }) => ({ path, start, end, reason: '漢'.repeat(200) }));
  const text = renderSummary(
    review(many, { gaps }),
    Array.from({ length: 50 }, () => PROBLEM),
  );
  expect(new TextEncoder().encode(text).length).toBeLessThan(900 * 1024);
  expect(rows(text)).toBeGreaterThan(100);
  expect(text).toContain(`... and ${20_000 - rows(text)} more; 20000 errors in all.`);
  expect(text).toContain('Could not be read or decided: 20000');
  expect(text).toMatch(/- \.\.\. and \d+ more\n\n<\/details>/);
  expect(text).toContain('1 policy found.');
  expect(rows(renderMarkdown(review(many)))).toBe(20_000);
});

test.each(HOSTILE)('a row stays a row, and nothing is live, with %j in it', (text) => {
  const path = `dir/${text}.json`;
  const gaps = [{ path, start: { line: 1, column: 1 }, end: { line: 1, column: 1 }, reason: text }];
  const files = { candidates: 1, read: 0, skipped: [{ path, reason: text }], contents: [] };
  const shown = renderSummary(review([finding({ path })], { gaps, files }), [text]);
  expect(rows(shown)).toBe(1);
  const [, , , ...table] = shown.split('\n').filter((line) => line.startsWith('|'));
  expect(table).toEqual([]);
  const outside = shown.replace(/(?<![`\\])(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  expect(outside.replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|@\w|^```/m);
});

test('of a long path the end is shown, and the line always', () => {
  const path = `${'deep/'.repeat(60)}policy.json`;
  expect(renderSummary(review([finding({ path })]), [])).toMatch(/`…[^`]*deep\/policy\.json:8`/);
});
