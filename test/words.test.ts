import { expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { RULES } from '../src/rules/index.ts';
import type { Finding } from '../src/rules/rule.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';
import { corpus } from './differential/corpus.ts';
import { CONFIG } from './differential/reading.ts';
import { unmark } from './forms.ts';
import { templatePath } from './template-forms.ts';

/** What the rules say word for word, for people to read: of their own examples, and of the corpus. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

/** A file's findings, each with its place, its advice and its related places. */
function said(file: SourceFile, config: Config, isWanted: (finding: Finding) => boolean): string[] {
  const [analysis] = file.path.includes('.tf')
    ? analyseModules([file], config, hcl)
    : [analyseFile(file, config, { yaml: parseYaml })];
  const findings = analysis?.findings.filter(isWanted) ?? [];
  const gaps = analysis?.gaps.map(({ reason }) => `  not decided: ${reason}`) ?? [];
  return [...findings.map(paragraph), ...gaps];
}

function paragraph({ severity, rule, span, message, advice, related }: Finding): string {
  const place = (one: Finding['span']): string => {
    const { line, column } = one.file.position(one.start);
    return `${line}:${column} ${one.file.slice(one).split('\n', 1)[0]}`;
  };
  const notes = related.map((one) => `\n    ${one.note}: ${place(one.span)}`);
  return `  ${severity} ${rule} at ${place(span)}\n    ${message}\n    ${advice}${notes.join('')}`;
}

test('of the examples', async () => {
  const lines = RULES.flatMap((rule) => [
    `# ${rule.id}`,
    ...rule.bad.flatMap((example) => {
      const kind = example.kind ?? 'identity-policy';
      const config = { ...DEFAULT_CONFIG, ...example.config, policyKinds: [{ paths: ['**'], kind }] };
      const { file } = unmark(example.template ? templatePath(example) : 'policy.json', example.text);
      return [example.title, ...said(file, config, (finding) => finding.rule === rule.id)];
    }),
  ]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/words/examples.txt');
});

test('of the corpus', async () => {
  const lines = corpus.flatMap(({ name, kind, text }) => {
    const config = { ...CONFIG, policyKinds: [{ paths: ['**'], kind }] };
    const found = said(new SourceFile('policy.json', text), config, () => true);
    return found.length === 0 ? [] : [`# ${name}`, ...found];
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/words/corpus.txt');
});
