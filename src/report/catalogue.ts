import { code } from '../rules/code.ts';
import type { Example, Rule } from '../rules/rule.ts';
import { plainText, tableCell } from './escape.ts';

/** A rule's documentation page, `docs/rules/<id>.md`. */
export function renderRulePage(rule: Rule): string {
  return `${[
    `# ${rule.id}`,
    `<!-- Generated from src/rules/${rule.id}.ts by \`npm run generate\`. -->`,
    `**${rule.title}.** Severity: ${rule.severity}.`,
    '## Why',
    rule.why,
    '## What to do',
    rule.remedy,
    '## When it says nothing',
    rule.quiet,
    '## Found',
    ...rule.bad.map((example) => renderExample(example)),
    '## Fine',
    ...rule.good.map((example) => renderExample(example)),
    '## Sources',
    rule.references.map(({ title, url }) => `- [${title}](${url})`).join('\n'),
  ].join('\n\n')}\n`;
}

function renderExample(example: Example): string {
  const marked = [...example.text.matchAll(/«([^»]*)»/g)].map(([, text = '']) => code(text));
  const place = marked.length > 0 ? ` The finding stands on ${marked.join(' and ')}.` : '';
  const kind = example.kind ? ` (${example.kind.replaceAll('-', ' ')})` : '';
  const settings = example.config?.trustedAccounts
    ? ` With \`trusted-accounts: ["${example.config.trustedAccounts.join('", "')}"]\`.`
    : '';
  return `${example.title}${kind}.${place}${settings}\n\n\`\`\`json\n${example.text.replace(/[«»]/g, '')}\n\`\`\``;
}

/** The table of the README. */
export function renderRuleTable(rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ id, severity, title }) => `| [${id}](docs/rules/${id}.md) | ${severity} | ${tableCell(title)} |`,
  );
  return ['| Rule | Severity | Finds |', '| --- | --- | --- |', ...rows].join('\n');
}

/** `rules` in the terminal: one line each. */
export function renderRulesText(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map((rule) => rule.id.length));
  return `${rules.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}`).join('\n')}\n`;
}

/** `explain RULE` in the terminal. */
export function renderRuleText(rule: Rule): string {
  const examples = (title: string, list: readonly Example[]): string =>
    [
      title,
      ...list.map((example) => `${example.title}:\n${example.text.replaceAll('«', '>>').replaceAll('»', '<<')}`),
    ].join('\n\n');
  return `${[
    `${rule.id} (${rule.severity}): ${rule.title}`,
    plainText(rule.why),
    `What to do: ${plainText(rule.remedy)}`,
    `It says nothing about: ${plainText(rule.quiet)}`,
    examples('Found (>> and << mark the place):', rule.bad),
    examples(
      'Fine:',
      rule.good.map((example) => example),
    ),
    ['Sources:', ...rule.references.map(({ title, url }) => `  ${title}: ${url}`)].join('\n'),
  ].join('\n\n')}\n`;
}
