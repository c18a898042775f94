import { expect, test } from 'vitest';
import { renderRulePage, renderRulesText, renderRuleTable, renderRuleText } from '../../src/report/catalogue.ts';
import type { Rule } from '../../src/rules/rule.ts';

const RULE: Rule = {
  id: 'sample-rule',
  title: 'A sample | of a rule',
  severity: 'warning',
  why: 'It matters because `kms:*` is much. '.repeat(5).trim(),
  remedy: 'Write ``a`b`` instead.',
  quiet: 'Everything else.',
  references: [{ title: 'A page', url: 'https://docs.aws.amazon.com/kms/' }],
  bad: [
    { title: 'On one line', kind: 'key-policy', text: '{\n  "Action": «"kms:*"»,\n  "Resource": «"*"»\n}' },
    {
      title: 'Over lines',
      config: { trustedAccounts: ['111122223333'] },
      text: '{ "Action": «[\n  "kms:*"\n]» }',
    },
  ],
  good: [{ title: 'Named', text: '{ "Action": "kms:Decrypt" }' }],
};

test("the rule's page", async () => {
  await expect(
    renderRulePage(RULE, {
      translate: ({ title }) =>
        title === 'Named' ? [{ language: 'CloudFormation', fence: 'yaml', text: 'Action: kms:Decrypt' }] : [],
      fix: ({ title }) =>
        title === 'Over lines'
          ? { title: 'List the permissions', text: '{ "Action": ["kms:Decrypt"] }', account: '111122223333' }
          : undefined,
    }),
  ).toMatchFileSnapshot('../golden/report/rule.md');
});

test('the rule in the terminal, its places underlined', async () => {
  await expect(renderRuleText(RULE)).toMatchFileSnapshot('../golden/report/rule.txt');
});

test('the lists of rules', () => {
  const other = { ...RULE, id: 'x', title: 'Short', severity: 'error' } satisfies Rule;
  expect(renderRulesText([RULE, other])).toBe(
    'sample-rule  warning  A sample | of a rule\nx            error    Short\n',
  );
  expect(renderRuleTable([RULE, other])).toBe(
    [
      '| Rule | Severity | Finds |',
      '| --- | --- | --- |',
      '| [sample-rule](docs/rules/sample-rule.md) | warning | A sample \\| of a rule |',
      '| [x](docs/rules/x.md) | error | Short |',
    ].join('\n'),
  );
});
