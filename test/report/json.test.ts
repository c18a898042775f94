import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { VERSION } from '../../src/report/version.ts';
import type { Review } from '../../src/review/review.ts';
import { finding, fullReview, review } from './fixtures.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, formats: { uri: (text: string) => URL.canParse(text) } }).compile(
  schema,
);

function check(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const withFix = finding({
  fix: {
    title: 'Name the key',
    edits: [{ start: { line: 8, column: 19 }, end: { line: 8, column: 22 }, text: '"arn"' }],
    proven: true,
  },
});

test.each<[string, Review]>([
  ['one of everything', fullReview()],
  ['nothing', review([], { files: { candidates: 0, read: 0, skipped: [], contents: [] } })],
  ['a fix', review([withFix])],
  [
    'a file without a policy',
    review([], {
      files: { candidates: 1, read: 1, skipped: [], contents: [{ path: 'a', policies: [], reason: 'none in it' }] },
    }),
  ],
])('the report of %s is what the schema describes', (_name, made) => {
  expect(check(JSON.parse(renderJson(made)))).toEqual([]);
});

test('the schema takes nothing else', () => {
  const report = () => JSON.parse(renderJson(fullReview()));
  expect(check({ ...report(), more: 1 })).not.toEqual([]);
  expect(check({ ...report(), schemaVersion: 2 })).not.toEqual([]);
  for (const key of Object.keys(report())) {
    const { [key]: _left, ...rest } = report();
    expect(check(rest), key).not.toEqual([]);
  }
  const wrong = (change: object) => {
    const made = report();
    Object.assign(made.findings[0], change);
    return check(made);
  };
  expect(wrong({ severity: 'fatal' })).not.toEqual([]);
  expect(wrong({ start: { line: 0, column: 1 } })).not.toEqual([]);
  expect(wrong({ inScope: true })).not.toEqual([]);
});

test('same review, same bytes, whatever the order in which its parts were made', async () => {
  const made = fullReview();
  const turned = structuredClone(made);
  turned.findings = turned.findings.map(
    (one) => Object.fromEntries(Object.entries(one).toReversed()) as unknown as (typeof made.findings)[number],
  );
  expect(renderJson(turned)).toBe(renderJson(made));
  expect(renderJson(made).endsWith('}\n')).toBe(true);
  await expect(renderJson(made).replace(`"${VERSION}"`, '"0.0.0"')).toMatchFileSnapshot('../golden/report/report.json');
});

test('findings in scope come first, then the carried and the suppressed', () => {
  const { findings } = JSON.parse(renderJson(fullReview()));
  expect(findings.map((one: { status: string; suppressed: unknown }) => [one.status, one.suppressed])).toEqual([
    ...Array.from({ length: 4 }, () => ['new', null]),
    ['carried', null],
    ['new', { reason: 'agreed' }],
  ]);
});
