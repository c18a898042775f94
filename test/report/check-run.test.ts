import { expect, test } from 'vitest';
import { renderAnnotations } from '../../src/report/annotations.ts';
import { renderCheckRun } from '../../src/report/check-run.ts';
import { finding, fullReview, review } from './fixtures.ts';

const at = (line: number, column: number) => ({ line, column });

test('the check run has an annotation for every finding in scope, in plain text, worst first', () => {
  const { title, summary, annotations } = renderCheckRun(fullReview());
  expect(title).toBe(
    '2 errors, 1 warning and 1 notice in the KMS access of 2 files. Not everything could be read; see below.',
  );
  expect(summary.startsWith(title)).toBe(true);
  expect(annotations.map((one) => [one.path, one.start_line, one.end_line, one.annotation_level])).toEqual([
    ['policy.json', 8, 8, 'failure'],
    ['policy.json', 7, 7, 'failure'],
    ['modules/app/roles.yaml', 12, 14, 'warning'],
    ['modules/app/roles.yaml', 20, 20, 'notice'],
  ]);
  expect(annotations[0]?.message).toBe(
    '`*` does not say whose key: `kms:Decrypt` is allowed on keys of any account.\n\nWrite the ARN of each key in `Resource`.',
  );
});

test.each([
  ['on one line', at(8, 19), at(8, 22), { end_line: 8, start_column: 19, end_column: 21 }],
  ['of no width', at(8, 19), at(8, 19), { end_line: 8, start_column: 19, end_column: 19 }],
  ['over lines', at(8, 19), at(9, 2), { end_line: 9 }],
  ['up to the start of a line', at(8, 19), at(10, 1), { end_line: 9 }],
  ['up to the start of the next line', at(8, 19), at(9, 1), { end_line: 8 }],
])('columns only where the place is on one line: %s', (_name, start, end, expected) => {
  const made = review([finding({ start, end })]);
  const {
    path: _path,
    message: _message,
    title: _title,
    annotation_level: _level,
    ...place
  } = renderCheckRun(made).annotations[0] ?? {};
  expect(place).toEqual({ start_line: 8, ...expected });
  const { startLine, endLine, startColumn, endColumn } = renderAnnotations(made)[0] ?? {};
  expect({ start_line: startLine, end_line: endLine, start_column: startColumn, end_column: endColumn }).toEqual({
    start_column: undefined,
    end_column: undefined,
    ...place,
  });
});

test('texts of any size are below what GitHub takes, and say how much is left out', () => {
  const long = `${'漢'.repeat(60_000)}.`;
  const many = Array.from({ length: 3000 }, () => finding());
  const gaps = many.map(({ path, start, end }) => ({ path, start, end, reason: 'not known' }));
  const { title, summary, annotations } = renderCheckRun(review([...many, finding({ message: long })], { gaps }));
  expect(title.length).toBeLessThan(255);
  expect(summary.length).toBeLessThan(65_000);
  expect(summary).toMatch(/\.\.\. and \d{4} more; 3001 errors in all\./);
  expect(summary).toContain('1 policy found.');
  expect(annotations).toHaveLength(3001);
  const message = annotations.at(-1)?.message ?? '';
  expect(new TextEncoder().encode(message).length).toBeLessThan(61_440);
  expect(message).toMatch(/and more; the job summary has it\.$/);
});

test('at most ten annotations of a level; the last one says how many more there are', () => {
  const of = (severity: 'error' | 'warning' | 'notice', count: number) =>
    Array.from({ length: count }, () => finding({ severity }));
  const shown = renderAnnotations(review([...of('error', 12), ...of('warning', 10), ...of('notice', 11)]));
  expect(shown.map((one) => one.level)).toEqual([
    ...Array.from({ length: 10 }, () => 'error'),
    ...Array.from({ length: 10 }, () => 'warning'),
    ...Array.from({ length: 10 }, () => 'notice'),
  ]);
  const notes = shown.map((one) => /(\d+) more of this level: see the job summary/.exec(one.message)?.[1]);
  expect(notes[9]).toBe('2');
  expect(notes[29]).toBe('1');
  expect(notes.filter((note) => note !== undefined)).toHaveLength(2);
});

test('nothing in scope, nothing annotated', () => {
  const made = review([finding({ inScope: false, status: 'carried' })]);
  expect(renderAnnotations(made)).toEqual([]);
  expect(renderCheckRun(made).annotations).toEqual([]);
});
