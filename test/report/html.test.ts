import { expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { finding, fullReview, review } from './fixtures.ts';

test('every finding in scope has a section and a row that leads to it', () => {
  const made = fullReview();
  const page = renderHtml(made);
  const inScope = made.findings.filter((one) => one.inScope);
  expect([...page.matchAll(/<section id="(f\d+)">/g)].map(([, id]) => id)).toEqual(
    inScope.map((_, index) => `f${index + 1}`),
  );
  for (const [index, { rule, path, start }] of inScope.entries()) {
    expect(page).toContain(`<a href="#f${index + 1}">${rule}</a>`);
    expect(page).toContain(`${path}:${start.line}:${start.column}`);
  }
  expect(page).not.toContain('known.json');
});

test('the place is marked in its line', () => {
  expect(renderHtml(review([finding()]))).toContain('&quot;Resource&quot;: <mark>&quot;*&quot;</mark>');
});

test('gaps and lost files are listed', () => {
  const page = renderHtml(fullReview());
  expect(page).toContain('Could not be read or decided: 3');
  expect(page).toContain('<code>Fn::ImportValue</code>');
  expect(page).toContain('big.json');
});

test('on a narrow screen no column keeps the table wider than the page', () => {
  const [style = ''] = /<style>[\s\S]*<\/style>/.exec(renderHtml(fullReview())) ?? [];
  expect(style.replace(/@media \(min-width: 48rem\) \{[^}]*\} \}/g, '')).not.toContain('{ min-width');
});

test('a clean review says so', () => {
  const page = renderHtml(review([]));
  expect(page).toContain('No KMS policy mistake in 2 files.');
  expect(page).not.toContain('<table>');
});

test('text of the pull request never becomes markup', () => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e\'';
  const made = review(
    [
      finding({
        path: `${evil}.json`,
        message: `\`${evil}\` ${evil}`,
        advice: evil,
        excerpt: [`</pre>${evil}`],
        policy: { kind: 'identity-policy', address: evil },
        related: [{ path: evil, start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, note: evil }],
        start: { line: 8, column: 1 },
        end: { line: 8, column: 4 },
      }),
    ],
    { gaps: [{ path: evil, start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, reason: evil }] },
  );
  const page = renderHtml(made);
  const clean = renderHtml(
    review(
      [finding({ related: [{ path: 'a', start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, note: 'b' }] })],
      { gaps: [{ path: 'a', start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, reason: 'b' }] },
    ),
  );
  const tags = (text: string) => new Set([...text.matchAll(/<[^>]*?(?=[\s>])/g)].map(([tag]) => tag));
  expect([...tags(page)].filter((tag) => !tags(clean).has(tag) && tag !== '<code')).toEqual([]);
  expect(page).not.toContain('\u202e');
});

test('a long line is shown around the place', () => {
  const line = `${'a'.repeat(5000)}"*"${'b'.repeat(5000)}`;
  const page = renderHtml(
    review([finding({ excerpt: [line], start: { line: 8, column: 5001 }, end: { line: 8, column: 5004 } })]),
  );
  expect(page).toContain('<mark>&quot;*&quot;</mark>');
  expect(page).not.toContain('a'.repeat(200));
  expect(page).not.toContain('b'.repeat(500));
});
