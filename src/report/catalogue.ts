import { code } from '../rules/code.ts';
import type { Example, Rule } from '../rules/rule.ts';
import { plainText, tableCell } from './escape.ts';
import { wrap } from './terminal-text.ts';

/** Columns of prose in the terminal. */
const PROSE_WIDTH = 100;

/** An example in another language: the language, what a fence calls it, the text. */
interface Translated {
  language: string;
  fence: string;
  text: string;
  fix?: ExampleFix | undefined;
}

/** An example as the fix leaves it. */
export interface ExampleFix {
  title: string;
  text: string;
  /** The own account that the configuration must name for it. */
  account?: string;
}

/** How an example looks elsewhere: in other languages, and with its fix. */
export interface Rendering {
  translate(example: Example): readonly Translated[];
  fix(example: Example): ExampleFix | undefined;
}

/** A rule's documentation page, `docs/rules/<id>.md`. */
export function renderRulePage(rule: Rule, rendering: Rendering): string {
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
    ...rule.bad.map((example) => renderExample(example, rendering)),
    '## Fine',
    ...rule.good.map((example) => renderExample(example, rendering)),
    '## Sources',
    rule.references.map(({ title, url }) => `- [${title}](${url})`).join('\n'),
  ].join('\n\n')}\n`;
}

function renderExample(example: Example, { translate, fix }: Rendering): string {
  const marked = [...example.text.matchAll(/«([^»]*)»/g)].map(([, text = '']) => code(text));
  const place = marked.length > 0 ? ` The finding stands on ${marked.join(' and ')}.` : '';
  const settings = example.config?.trustedAccounts
    ? ` With \`trusted-accounts: ["${example.config.trustedAccounts.join('", "')}"]\`.`
    : '';
  const others = translate(example).map(({ language, fence, text, fix: own }) =>
    [
      `<details><summary>${language}</summary>`,
      fenced(fence, text),
      ...(own ? renderFix(own, fence) : []),
      '</details>',
    ].join('\n\n'),
  );
  const own = fix(example);
  return [
    `${example.title}${context(example)}.${place}${settings}`,
    fenced('json', example.text.replace(/[«»]/g, '')),
    ...(own ? renderFix(own, 'json') : []),
    ...others,
  ].join('\n\n');
}

function renderFix({ title, text, account }: ExampleFix, fence: string): string[] {
  const needs = account === undefined ? '' : `, where the configuration says \`account: "${account}"\``;
  return [`The fix${needs}: ${title}.`, fenced(fence, text)];
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** What the example is, where its text alone does not say: ` (key policy)`, ` (Terraform)`. */
function context({ kind, template }: Example): string {
  if (template) return ` (${template})`;
  return kind ? ` (${kind.replaceAll('-', ' ')})` : '';
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

/** `explain RULE` in the terminal: the page as plain text, the places in the examples underlined. */
export function renderRuleText(rule: Rule): string {
  const prose = (text: string): string => wrap(plainText(text), PROSE_WIDTH).join('\n');
  const examples = (list: readonly Example[]): string[] =>
    list.map((example) => `${example.title}${context(example)}:\n${underlined(example.text)}`);
  return `${[
    `${rule.id} (${rule.severity}): ${rule.title}`,
    prose(rule.why),
    prose(`What to do: ${rule.remedy}`),
    prose(`It says nothing about: ${rule.quiet}`),
    'Found',
    ...examples(rule.bad),
    'Fine',
    ...examples(rule.good),
    ['Sources:', ...rule.references.map(({ title, url }) => `  ${title}: ${url}`)].join('\n'),
  ].join('\n\n')}\n`;
}

/** An example without its marks; carets under each marked place, on every line that the place has. */
function underlined(text: string): string {
  let isMarked = false;
  const lines = text.split('\n').flatMap((marked) => {
    let line = '';
    let carets = '';
    for (const character of marked) {
      if (character === '«' || character === '»') isMarked = character === '«';
      else {
        line += character;
        carets += isMarked && (character !== ' ' || carets.includes('^')) ? '^' : ' ';
      }
    }
    return carets.trim() === '' ? [line] : [line, carets.trimEnd()];
  });
  return lines.map((line) => `  ${line}`).join('\n');
}
