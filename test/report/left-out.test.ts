import { expect, test } from 'vitest';
import { renderCheckRun } from '../../src/report/check-run.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderText } from '../../src/report/terminal.ts';
import type { IdleSuppression } from '../../src/review/idle.ts';
import { finding, HOSTILE, review } from './fixtures.ts';

const suppressed = (reason: string, own: object = {}) =>
  finding({ inScope: false, suppressed: { reason, file: 'main.tf', line: 3, isNew: true, ...own } });

const plain = (made: ReturnType<typeof review>): string => renderText(made, { color: false });

test('what comments of the change suppress stands in every output, with rule, place and reason', () => {
  const made = review([suppressed('agreed'), suppressed('known', { isNew: false })]);
  for (const shown of [renderSummary(made, []), renderMarkdown(made), renderCheckRun(made).summary]) {
    expect(shown).toContain(
      '**Suppressed in this pull request: 1**\n\n- `wildcard-resource` at `policy.json:8`: agreed\n',
    );
    expect(shown).not.toContain('known');
  }
  expect(plain(made)).toContain('Suppressed in this change: 1\n  `policy.json:8` wildcard-resource: agreed\n');
  expect(renderHtml(made)).toContain('<li><code>policy.json:8</code> wildcard-resource: agreed</li>');
  expect(plain(review([suppressed('known', { isNew: false })]))).not.toContain('Suppressed in');
});

test('who suppresses is said', () => {
  const entry = suppressed('agreed', { file: null, isNew: false });
  const comment = suppressed('agreed', { isNew: false });
  expect(plain(review([entry]))).toContain('1 finding suppressed by the configuration.');
  expect(plain(review([comment, comment]))).toContain('2 findings suppressed by comments.');
  expect(plain(review([entry, comment]))).toContain(
    '2 findings suppressed by the configuration, 1 of them by comments.',
  );
});

test('many are cut, with how many more, and a long reason is too', () => {
  const many = Array.from({ length: 25 }, () => suppressed('漢'.repeat(5000)));
  for (const shown of [renderSummary(review(many), []), plain(review(many)), renderHtml(review(many))]) {
    expect(shown).toContain(': 25');
    expect(shown).toContain('... and 5 more');
    expect(shown.match(/漢{300}…/g)).toHaveLength(20);
    expect(shown).not.toMatch(/漢{301}/);
  }
});

const idle = (state: IdleSuppression['state'], own: Partial<IdleSuppression> = {}): IdleSuppression => ({
  file: 'main.tf',
  line: 3,
  rule: 'wildcard-resource',
  path: 'main.tf',
  state,
  ...own,
});
const STATES: [IdleSuppression, string][] = [
  [idle('expired', { expires: '2025-12-31' }), 'in `main.tf:3` expired on 2025-12-31: its finding counts again.'],
  [idle('unused'), 'in `main.tf:3` has no finding any more; take it out.'],
  [idle('nowhere'), 'in `main.tf:3` stands above no statement and no resource, so it suppresses nothing;'],
  [idle('wrong', { problem: 'the reason is missing' }), 'The comment in `main.tf:3` suppresses nothing: the reason is'],
  [idle('unused', { file: null }), 'in `main.tf` (line 3 of the configuration) has no finding any more; take it out.'],
  [idle('changed', { file: null }), '(line 3 of the configuration) has another fingerprint than its finding'],
];
test.each(STATES)('a suppression that does nothing is named: %o', (one, words) => {
  const made = review([], { idleSuppressions: [one] });
  for (const shown of [renderSummary(made, []), plain(made)]) expect(shown).toContain(words);
  expect(renderHtml(made)).toContain('<footer><p>The ');
});

test.each(HOSTILE)('no path and no reason is more than text: %j', (text) => {
  const one = { ...suppressed(text), path: `dir/${text}.tf` };
  const made = review([one], { idleSuppressions: [idle('unused', { file: text, path: text })] });
  const outside = renderSummary(made, []).replace(/(?<![`\\])(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  expect(outside).not.toMatch(/<|@\w|^```/m);
  const shown = plain(made);
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(shown).not.toMatch(/^\s*::|##\[/m);
  const tags = new Set([...renderHtml(made).matchAll(/<(\w+)/g)].map(([, tag]) => tag));
  for (const tag of ['img', 'script', 'b']) expect([...tags]).not.toContain(tag);
});
