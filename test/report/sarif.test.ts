import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderSarif } from '../../src/report/sarif.ts';
import type { Review } from '../../src/review/review.ts';
import { RULES } from '../../src/rules/index.ts';
import { finding, fullReview, review } from './fixtures.ts';

/** The schema of OASIS (SARIF 2.1.0, revision rtm.5), as the npm package @microsoft/jest-sarif ships it. */
const schema = JSON.parse(readFileSync(new URL('./sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8'));
// Draft 4 and 7 differ in nothing that this schema uses, but in where they name themselves.
const { $schema: _draft, id: _id, ...schema7 } = schema;
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
(addFormats as unknown as (to: Ajv) => void)(ajv);
const validate = ajv.compile(schema7);

function errorsOf(log: unknown): string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Result {
  ruleIndex: number;
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: string };
        region: { startLine: number; startColumn: number; endLine: number; endColumn: number };
      };
    },
  ];
  partialFingerprints: Record<string, string>;
}

const render = (made: Review) => JSON.parse(renderSarif(made, RULES));

const fixed = finding({
  fix: {
    title: 'Name the key',
    edits: [{ start: { line: 8, column: 19 }, end: { line: 8, column: 22 }, text: '"arn"' }],
    proven: true,
  },
});

test.each<[string, Review]>([
  ['one of everything', fullReview()],
  ['nothing', review([])],
  ['a fix', review([fixed])],
])('the log of %s is what the schema of SARIF describes', (_name, made) => {
  expect(errorsOf(render(made))).toEqual([]);
});

test('the schema is one that can say no', () => {
  const log = render(fullReview());
  log.runs[0].results[0].level = 'fatal';
  expect(errorsOf(log)).not.toEqual([]);
});

test('the results are the findings in scope, each at its place, with its rule and fingerprint', () => {
  const made = fullReview();
  const [run] = render(made).runs;
  const expected = made.findings
    .filter(({ inScope }) => inScope)
    .map(({ rule, path, start, end, fingerprint }) => ({ rule, path, start, end, fingerprint }));
  const shown = run.results.map((one: Result) => {
    const [{ physicalLocation }] = one.locations;
    const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
    return {
      rule: run.tool.driver.rules[one.ruleIndex].id,
      path: physicalLocation.artifactLocation.uri,
      start: { line: startLine, column: startColumn },
      end: { line: endLine, column: endColumn },
      fingerprint: one.partialFingerprints['kmsPolicyReview/v1'],
    };
  });
  expect(shown).toEqual(expected);
  expect(run.columnKind).toBe('utf16CodeUnits');
});

test('notices are notes, and what could not be read is told', () => {
  const [run] = render(fullReview()).runs;
  expect(run.results.map(({ level }: { level: string }) => level)).toEqual(['error', 'error', 'warning', 'note']);
  const told = run.invocations[0].toolExecutionNotifications.map(
    (one: { message: { text: string } }) => one.message.text,
  );
  expect(told).toEqual([
    'big.json: larger than 5 MB',
    'GitHub lists no more than 3000 files',
    'the Action comes from `Fn::ImportValue`, which is not known here',
  ]);
});

test('only proven fixes are offered', () => {
  const [run] = render(review([fixed, finding({ fix: fixed.fix && { ...fixed.fix, proven: false } })])).runs;
  expect(run.results.map((one: { fixes?: unknown[] }) => one.fixes?.length ?? 0)).toEqual([1, 0]);
  expect(run.results[0].fixes[0].artifactChanges[0].replacements).toEqual([
    { deletedRegion: { startLine: 8, startColumn: 19, endLine: 8, endColumn: 22 }, insertedContent: { text: '"arn"' } },
  ]);
});

test('names of the pull request become neither addresses nor links', () => {
  const hostile = finding({
    path: 'https://evil.example/?a#b/x y\ud800.json',
    message: 'see [here](https://evil.example) and `[a](b)`',
  });
  const [run] = render(review([hostile])).runs;
  const { uri } = run.results[0].locations[0].physicalLocation.artifactLocation;
  expect(uri).toBe('https%3A//evil.example/%3Fa%23b/x%20y%EF%BF%BD.json');
  expect(run.results[0].message.text).toContain('see \\[here\\](https://evil.example) and `\\[a\\](b)`');
  expect(errorsOf(render(review([hostile])))).toEqual([]);
});

test('more findings than GitHub takes are cut, worst first, and counted', () => {
  const made = review(Array.from({ length: 25_003 }, () => finding()));
  const [run] = render(made).runs;
  expect(run.results).toHaveLength(25_000);
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(
    '3 more findings are left out; the worst are here.',
  );
});

test('same review, same bytes', () => {
  expect(renderSarif(fullReview(), RULES)).toBe(renderSarif(fullReview(), RULES));
});
