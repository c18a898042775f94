import { describe, expect, test } from 'vitest';
import { translate } from '../scripts/example-languages.ts';
import { readGrammar } from '../src/changes/grammar.ts';
import { DEFAULT_CONFIG } from '../src/policy/config.ts';
import { analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { RULES } from '../src/rules/index.ts';
import type { Example } from '../src/rules/rule.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

/** What the documentation shows in CloudFormation and Terraform is what the rules say there. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

const cases = RULES.flatMap((rule) =>
  [...rule.bad, ...rule.good].flatMap((example) =>
    translate(example).map(
      ({ language, text }) =>
        [`${rule.id}: ${example.title}, in ${language}`, rule.id, example, language, text] as const,
    ),
  ),
);

const marksIn = (example: Example): number => example.text.split('«').length - 1;

describe('the examples of the pages', () => {
  test.each(cases)('%s', (_name, id, example, language, text) => {
    const config = { ...DEFAULT_CONFIG, ...example.config };
    const analyses =
      language === 'Terraform'
        ? analyseModules([new SourceFile('main.tf', `${text}\n`)], config, hcl)
        : [analyseFile(new SourceFile('template.yaml', `${text}\n`), config, { yaml: parseYaml })];
    expect(analyses.flatMap(({ gaps }) => gaps).filter(({ reason }) => reason.includes('not valid'))).toEqual([]);
    const found = analyses.flatMap(({ findings }) => findings).filter(({ rule }) => rule === id);
    expect(found).toHaveLength(marksIn(example));
  });

  test('nearly all of them are there', () => {
    const all = RULES.flatMap((rule) => [...rule.bad, ...rule.good]);
    expect(all.filter((example) => translate(example).length > 0).length / all.length).toBeGreaterThan(0.9);
  });
});
