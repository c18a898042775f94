import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderComment } from '../../src/report/comment.ts';
import { parseMarker } from '../../src/report/marker.ts';
import type { ReviewFinding, ReviewFix } from '../../src/review/review.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { comment, finding, fullReview, review } from './fixtures.ts';

const at = (line: number, column: number) => ({ line, column });

function render(findings: ReviewFinding[], first = 8, last = first): string {
  const made = review(findings);
  const range = first === last ? {} : { startLine: first };
  return renderComment(made, comment(made, { at: 'inline', ...range, line: last }));
}

/** The text of the suggestion block as GitHub would take it; undefined without one. */
function suggested(body: string): string | undefined {
  const [, , text] = /^(`{3,})suggestion\n([\s\S]*?)^\1$/m.exec(body) ?? [];
  return text;
}

const KEY = '"arn:aws:kms:us-east-1:111122223333:key/1234"';
const fix = (edits: ReviewFix['edits'], proven = true): ReviewFix => ({ title: 'Name the key ARN', edits, proven });
const star = { start: at(8, 19), end: at(8, 22), text: KEY };

test('one finding: two paragraphs and the marker', async () => {
  await expect(render([finding()])).toMatchFileSnapshot('../golden/report/comment-one.md');
});

test('several findings: a list, worst first, with places; one suggestion', async () => {
  const [worst, second] = fullReview().findings as [ReviewFinding, ReviewFinding];
  const body = render([{ ...worst, fix: fix([star]) }, second, finding({ severity: 'notice' })]);
  await expect(body).toMatchFileSnapshot('../golden/report/comment-several.md');
});

test('on a file: the line is in the text, and no suggestion', () => {
  const made = review([finding({ fix: fix([star]) })]);
  const body = renderComment(made, comment(made, { at: 'file', why: 'the change does not touch these lines' }));
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

test('a suggestion keeps the line around the edit', () => {
  expect(suggested(render([finding({ fix: fix([star]) })]))).toBe(`      "Resource": ${KEY}\n`);
});

test('a suggestion joins the proven fixes of all findings, and leaves out one that contradicts a worse one', () => {
  const excerpt = ['{ "Action": "kms:*", "Resource": "*" }'];
  const one = (start: number, end: number, text: string, proven = true) =>
    finding({ excerpt, fix: fix([{ start: at(8, start), end: at(8, end), text }], proven) });
  const action = one(13, 20, '"kms:Decrypt"');
  const resource = one(34, 37, KEY);
  expect(suggested(render([action, resource]))).toBe(`{ "Action": "kms:Decrypt", "Resource": ${KEY} }\n`);
  expect(suggested(render([action, action]))).toBe('{ "Action": "kms:Decrypt", "Resource": "*" }\n');
  expect(suggested(render([action, one(14, 20, 'other"')]))).toBe('{ "Action": "kms:Decrypt", "Resource": "*" }\n');
  expect(suggested(render([one(13, 20, '"no"', false), resource]))).toBe(`{ "Action": "kms:*", "Resource": ${KEY} }\n`);
});

test('the fence is longer than any run of backticks in the lines', () => {
  const body = render([finding({ excerpt: ['      "Resource": "*" // ````'], fix: fix([star]) })]);
  expect(body).toContain('`````suggestion\n');
  expect(suggested(body)).toContain('// ````\n');
});

test('whole lines can be replaced and deleted', () => {
  const lines = { start: at(8, 1), end: at(9, 4), excerpt: ['one', 'two'] };
  const change = (end: ReturnType<typeof at>, text: string) =>
    suggested(render([finding({ ...lines, fix: fix([{ start: at(8, 1), end, text }]) })], 8, 9));
  expect(change(at(10, 1), '')).toBe('');
  expect(change(at(9, 4), 'three\r\nfour')).toBe('three\nfour\n');
  expect(change(at(9, 1), '')).toBe('two\n');
});

const outside = (start: number, line: number) => ({ start: at(start, 1), end: at(line, 1), text: '' });
test.each<[string, Partial<ReviewFinding>]>([
  ['is not proven', { fix: fix([star], false) }],
  ['begins before the comment', { fix: fix([outside(7, 8)]) }],
  ['ends after the comment', { fix: fix([outside(8, 10)]) }],
  ['has a part elsewhere', { fix: fix([star, outside(3, 4)]) }],
  ['lies past the end of the line', { fix: fix([{ start: at(8, 90), end: at(8, 91), text: 'x' }]) }],
  ['changes nothing', { fix: fix([{ ...star, text: '"*"' }]) }],
  ['takes the line break away and gives none', { fix: fix([{ start: at(8, 1), end: at(9, 1), text: 'x' }]) }],
  ['would hide something', { fix: fix([{ ...star, text: '"a\u202eb"' }]) }],
  ['stands in a line that hides something', { fix: fix([star]), excerpt: ['      "Resource": "*" \u200b'] }],
  ['stands in lines that are not known', { fix: fix([star]), excerpt: [] }],
])('no suggestion for a fix that %s', (_name, own) => {
  const body = render([finding(own)]);
  expect(body).not.toContain('suggestion');
  expect(body).toContain('Write the ARN of each key');
});

test('applying the suggestion gives the file that applying the edit gives', () => {
  const letters = fc.stringMatching(/^[a-z"`\n]{0,24}$/);
  fc.assert(
    fc.property(letters, letters, fc.nat(), fc.nat(), fc.nat(), (source, text, a, b, more) => {
      const file = new SourceFile('policy.json', `${source}\n`);
      const [start, end] = [a % file.text.length, b % file.text.length].sort((x, y) => x - y) as [number, number];
      const edited = file.text.slice(0, start) + text + file.text.slice(end);
      const [from, to] = [file.position(start), file.position(end)];
      const last = Math.min(to.line + (more % 2), file.lineCount - 1);
      const excerpt = Array.from({ length: last - from.line + 1 }, (_, index) => file.line(from.line + index));
      const one = finding({ start: from, end: to, excerpt, fix: fix([{ start: from, end: to, text }]) });
      const block = suggested(render([one], from.line, last));
      fc.pre(block !== undefined);
      const lines = file.text.split(/(?<=\n)/);
      expect(lines.toSpliced(from.line - 1, last - from.line + 1, block as string).join('')).toBe(edited);
    }),
  );
});
