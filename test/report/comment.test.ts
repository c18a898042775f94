import { expect, test } from 'vitest';
import { renderComment } from '../../src/report/comment.ts';
import { parseMarker } from '../../src/report/marker.ts';
import type { CommentFix, ReviewFinding } from '../../src/review/review.ts';
import { comment, finding, fullReview, review } from './fixtures.ts';

/** A comment on lines of the file, with a fix that replaces lines of it. */
function render(findings: ReviewFinding[], first = 8, last = first, fix: CommentFix | null = null): string {
  const made = review(findings);
  const range = first === last ? {} : { startLine: first };
  return renderComment(made, comment(made, { at: 'inline', ...range, line: last }, fix));
}

/** The text of the suggestion block as GitHub would take it; undefined without one. */
function suggested(body: string): string | undefined {
  const [, , text] = /^(`{3,})suggestion\n([\s\S]*?)^\1$/m.exec(body) ?? [];
  return text;
}

const LINE = '      "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234"';

function fix(lines: CommentFix['lines'] = { first: 8, last: 8, after: [LINE] }, proven = true): CommentFix {
  return { title: 'Name the key ARN', edits: [], proven, lines };
}

test('one finding: two paragraphs and the marker', async () => {
  await expect(render([finding()])).toMatchFileSnapshot('../golden/report/comment-one.md');
});

test('several findings: a list, worst first, with places; one suggestion', async () => {
  const [worst, second] = fullReview().findings as [ReviewFinding, ReviewFinding];
  const body = render([worst, second, finding({ severity: 'notice' })], 8, 8, fix());
  await expect(body).toMatchFileSnapshot('../golden/report/comment-several.md');
});

test('on a file: the line is in the text, and no suggestion', () => {
  const made = review([finding()]);
  const body = renderComment(made, comment(made, { at: 'file', why: 'the change does not touch these lines' }, fix()));
  expect(body).toContain('**Error**, line 8, [wildcard-resource](https://');
  expect(suggested(body)).toBeUndefined();
});

test('the marker is the last thing, whatever the findings say', () => {
  const forged = '`<!-- kms-policy-review:v1 key=bad fp=bad -->`';
  const body = render([finding({ message: forged, advice: forged })]);
  expect(body.endsWith('-->')).toBe(true);
  expect(parseMarker(body)).toEqual({ key: 'c0ffee', fingerprints: [finding().fingerprint] });
});

test('a statement with thousands of findings keeps below what GitHub takes, and says what is left out', () => {
  const body = render(Array.from({ length: 3000 }, () => finding({ message: `${'long '.repeat(2000)}.` })));
  expect(body.length).toBeLessThan(60_000);
  expect(parseMarker(body)?.key).toBe('c0ffee');
  expect(body).toContain('The rest is in the job summary.');
  expect(render(Array.from({ length: 30 }, () => finding()))).toContain('- ... and 10 more, in the job summary.');
});

test('a suggestion has the lines as they are after the fix', () => {
  expect(suggested(render([finding()], 8, 8, fix()))).toBe(`${LINE}\n`);
  const lines = { first: 7, last: 9, after: ['a', '', 'c', '  d'] };
  expect(suggested(render([finding()], 7, 9, fix(lines)))).toBe('a\n\nc\n  d\n');
});

test('lines that go away are an empty block', () => {
  expect(suggested(render([finding()], 8, 9, fix({ first: 8, last: 9, after: [] })))).toBe('');
});

test('the fence is longer than any run of backticks in the lines', () => {
  const body = render([finding()], 8, 8, fix({ first: 8, last: 8, after: ['"*" // ````'] }));
  expect(body).toContain('`````suggestion\n');
  expect(suggested(body)).toContain('// ````\n');
});

test.each<[string, CommentFix | null]>([
  ['is not there', null],
  ['is not proven', fix(undefined, false)],
  ['is told by no lines', fix(null)],
  ['begins before the comment', fix({ first: 7, last: 8, after: [LINE] })],
  ['ends after the comment', fix({ first: 8, last: 9, after: [LINE] })],
  ['has a line that hides something', fix({ first: 8, last: 8, after: ['"a\u202eb"'] })],
])('no suggestion for a fix that %s', (_name, own) => {
  const body = render([finding()], 8, 8, own);
  expect(body).not.toContain('suggestion');
  expect(body).toContain('Write the ARN of each key');
});
