import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfiguration } from '../src/review/configuration.ts';
import { reviewOf } from './review-of.ts';

/** What README.md and docs/suppressions.md show works. */

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

const page = read('docs/suppressions.md');

test('the comments of the page suppress', async () => {
  const [yaml = ''] = blocks(page, 'yaml');
  const [hcl = ''] = blocks(page, 'hcl');
  const used = `${hcl}resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.break_glass.json\n}\n`;
  const policy = `policy:\n  Version: "2012-10-17"\n${yaml.replace(/^/gm, '  ')}`;
  for (const files of [{ 'a.yaml': policy }, { 'a.tf': used }]) {
    const { findings, idleSuppressions } = await reviewOf(files);
    expect(findings.map(({ rule, suppressed }) => [rule, suppressed?.reason])).toEqual([
      ['wildcard-resource', 'break-glass role, see the runbook'],
    ]);
    expect(idleSuppressions).toEqual([]);
  }
});

test('the configurations that are shown can be read, and name their schema', () => {
  const [, entry = ''] = blocks(page, 'yaml');
  expect(Object.keys(parseConfiguration(entry, 'c.yml').suppressions[0] ?? {})).toHaveLength(8);
  const shown = blocks(read('README.md'), 'yaml').find((block) => block.includes('trusted-accounts')) ?? '';
  expect(parseConfiguration(shown, 'c.yml').suppressions).toHaveLength(1);
  const schema: { $id: string } = JSON.parse(read('schema/configuration.schema.json'));
  expect(shown.split('\n', 1)).toEqual([`# yaml-language-server: $schema=${schema.$id}`]);
  expect(parse(shown)).not.toBeNull();
});
