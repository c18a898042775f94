import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { AccessDiff, AccessRow } from '../../src/access/diff.ts';
import { accessSection, accessVerdict } from '../../src/report/access.ts';
import { renderCheckRun } from '../../src/report/check-run.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderText } from '../../src/report/terminal.ts';
import { review } from './fixtures.ts';

function row(own: Partial<AccessRow> = {}): AccessRow {
  return {
    change: 'added',
    policy: { kind: 'identity-policy', addresses: ['AppRole'], path: 'role.yaml' },
    principals: [],
    route: 'direct',
    otherwiseWithIam: false,
    actions: ['kms:Decrypt'],
    resources: [{ pattern: 'arn:aws:kms:us-east-1:111122223333:key/*', except: ['!GetAtt AppKey.Arn'] }],
    partial: false,
    condition: 'unless `kms:ViaService` is `s3.us-east-1.amazonaws.com`',
    reasons: [],
    assumes: [],
    causes: [{ path: 'role.yaml', line: 14, side: 'head', why: 'allowed' }],
    example: { action: 'kms:Decrypt', resource: 'arn', context: { 'kms:ViaService': ['ec2.us-east-1.amazonaws.com'] } },
    ...own,
  };
}

function diff(rows: readonly AccessRow[]): AccessDiff {
  const of = (...changes: AccessRow['change'][]): AccessRow[] => rows.filter(({ change }) => changes.includes(change));
  const unknown = of('may-add', 'may-remove');
  const isOpen = unknown.some(({ change }) => change === 'may-add');
  return {
    newAccess: of('added').length > 0 || (isOpen ? 'unknown' : false),
    added: of('added'),
    removed: of('removed'),
    unknown,
    compared: 1,
  };
}

const key = { kind: 'key-policy' as const, addresses: ['AppKey'], path: 'role.yaml' };
const everything = diff([
  row(),
  row({ policy: key, principals: ['account 444455556666'], route: 'with-iam', condition: '' }),
  row({ policy: key, principals: ['arn:aws:iam::111122223333:role/app'], otherwiseWithIam: true, condition: '' }),
  row({ assumes: ['`1111` and `AppKey` are two keys'], condition: '', partial: true }),
  row({ change: 'may-add', reasons: ['`!Ref KeyArn` is not known here'], condition: '' }),
  row({
    change: 'may-add',
    policy: null,
    actions: [],
    resources: [],
    condition: '',
    causes: [],
    example: null,
    reasons: ['`big.json` could not be read: too large'],
  }),
  row({ change: 'may-remove', reasons: ['whether it is there hangs on `IsProd`'], condition: '' }),
  row({
    change: 'removed',
    condition: '',
    causes: [{ path: 'role.yaml', line: 3, side: 'base', why: 'allow-removed' }],
  }),
  row({ causes: [{ path: 'role.yaml', line: 9, side: 'base', why: 'denial-removed' }], condition: '' }),
]);

test('the section in Markdown', async () => {
  const text = accessSection({ access: everything }, Number.POSITIVE_INFINITY).join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/report/access.md');
});

test('the section in a terminal', async () => {
  const text = renderText(review([], { access: everything }), { color: false });
  await expect(text).toMatchFileSnapshot('../golden/report/access.txt');
});

test.each([
  [[], 'No new KMS access.'],
  [[row()], 'New KMS access: 1 case.'],
  [[row({ change: 'removed' })], 'No new KMS access. Some access is gone.'],
  [[row({ change: 'may-remove' })], 'No new KMS access.'],
  [[row({ change: 'may-add' })], 'No new KMS access found, but 1 case cannot be decided.'],
  [[row(), row(), row({ change: 'may-add' })], 'New KMS access: 2 cases. 1 case cannot be decided.'],
])('the verdict %#', (rows, expected) => {
  expect(accessVerdict(diff(rows))).toBe(expected);
});

test('nothing is said where nothing about KMS changed, or there is nothing to compare with', () => {
  for (const access of [null, { ...diff([]), compared: 0 }]) {
    const made = review([], { access });
    for (const text of [
      renderSummary(made, []),
      renderMarkdown(made),
      renderText(made, { color: false }),
      renderCheckRun(made).summary,
    ])
      expect(text).not.toMatch(/KMS access/);
  }
});

test('policies that say it in other words: one sentence and no table', () => {
  const [section = '', ...more] = accessSection({ access: diff([]) }, 1000);
  expect(section).toBe('### KMS access\n\nNo new KMS access.');
  expect(more).toHaveLength(1);
});

test('more rows than there is room for are counted', () => {
  const many = diff(Array.from({ length: 5000 }, (_, index) => row({ actions: [`kms:A${index}`] })));
  const made = review([], { access: many });
  expect(renderCheckRun(made).summary.length).toBeLessThan(65_535);
  const text = renderSummary(made, []);
  expect(text.length).toBeLessThan(300_000);
  const shown = text.split('\n').filter((line) => line.startsWith('| + |')).length;
  expect(shown).toBeGreaterThan(50);
  expect(text).toContain(`... and ${5000 - shown} more.`);
  expect(renderText(made, { color: false })).toContain('... and 4970 more');
});

test('names of others are neither markup nor cells', () => {
  const evil = '`|<img src=x>\u202e\n# x @team';
  const made = diff([row({ policy: { ...key, addresses: [evil] }, principals: [evil], actions: [evil] })]);
  const [, table = ''] = accessSection({ access: made }, 10_000);
  expect(table.split('\n')).toHaveLength(3);
  expect(table).not.toMatch(/\u202e|[^`\\]\|<img/);
});

test('the page has them as a table, and no markup of others', () => {
  const evil = '"><script>alert(1)</script>';
  const page = renderHtml(
    review([], {
      access: diff([row(), row({ policy: { ...key, addresses: [evil] }, reasons: [evil], condition: evil })]),
    }),
  );
  expect(page).toContain('<p>New KMS access: 2 cases.</p>');
  expect(page).toContain('<td><code>AppRole</code></td>');
  expect(page).not.toContain('<script');
  expect(renderHtml(review([]))).not.toContain('KMS access</h2>');
});

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, formats: { uri: (text: string) => URL.canParse(text) } }).compile(
  schema,
);

test('the JSON report has the rows as the schema says', () => {
  const report = JSON.parse(renderJson(review([], { access: everything })));
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  expect(report.access.added[0].example.context).toEqual({ 'kms:ViaService': ['ec2.us-east-1.amazonaws.com'] });
  delete report.access.added[0].route;
  expect(validate(report)).toBe(false);
});
