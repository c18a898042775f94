import { describe, expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { type Analysis, analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { applyEdits, openProver } from '../src/review/prove.ts';
import { surveyOf } from '../src/review/survey.ts';
import { RULES } from '../src/rules/index.ts';
import type { Example, Finding, Rule } from '../src/rules/rule.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';
import { forms } from './forms.ts';
import { templateForms } from './template-forms.ts';

/** Every fix that a rule's own examples get, in every form that can carry them, with either line end. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);
const ACCOUNT = '111122223333';

function configOf(example: Example): Config {
  const kind = example.kind ?? 'identity-policy';
  return { ...DEFAULT_CONFIG, account: ACCOUNT, ...example.config, policyKinds: [{ paths: ['**'], kind }] };
}

function analyse(file: SourceFile, config: Config): Analysis {
  const isTerraform = /\.tf(\.json)?$/.test(file.path);
  const [analysis] = isTerraform
    ? analyseModules([file], config, hcl)
    : [analyseFile(file, config, { yaml: parseYaml })];
  return analysis as Analysis;
}

function formsOf(example: Example): { name: string; file: SourceFile }[] {
  const list = example.template ? templateForms(example) : forms(example.kind ?? 'identity-policy', example.text);
  return list.map(({ name, marked }) => ({ name, file: marked.file }));
}

function countByRule(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}

/** The forms of an example by whether its findings are fixed there. */
const offered: string[] = [];

const rules = RULES.filter((rule) => rule.checkFile === undefined);

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule: Rule) => {
  const cases = rule.bad.flatMap((example) =>
    formsOf(example).map(({ name, file }) => [`${example.title}, as ${name}`, example, name, file] as const),
  );
  test.each(cases)('%s', (_name, example, name, source) => {
    const config = configOf(example);
    for (const lineBreak of ['\n', '\r\n']) {
      const file = new SourceFile(source.path, source.text.replaceAll('\n', lineBreak));
      const analysis = analyse(file, config);
      const own = analysis.findings.filter((finding) => finding.rule === id);
      const prover = openProver({ config, survey: surveyOf([file.text], config.account) });
      const fixed = own.filter((finding) => {
        const fix = prover.prove(analysis, [finding]);
        if (fix === undefined) return false;
        const edited = applyEdits(file.text, fix.edits);
        const after = analyse(new SourceFile(file.path, edited), config);
        // Gone, and nothing else came or went unreadable.
        const before = countByRule(analysis.findings);
        const left = countByRule(after.findings);
        expect(left[id] ?? 0).toBeLessThan(before[id] ?? 0);
        for (const [other, count] of Object.entries(left)) expect(count).toBeLessThanOrEqual(before[other] ?? 0);
        expect(after.gaps.map(({ reason }) => reason)).toEqual(analysis.gaps.map(({ reason }) => reason));
        const addresses = ({ documents }: Analysis) => documents?.policies.map(({ address }) => address);
        expect(addresses(after)).toEqual(addresses(analysis));
        // The same fix is not offered again.
        const again = openProver({ config, survey: surveyOf([edited], config.account) });
        for (const finding of after.findings) {
          const more = finding.rule === id ? again.prove(after, [finding]) : undefined;
          if (more) expect(applyEdits(edited, more.edits)).not.toBe(edited);
        }
        // Line ends and the lines around the edits stay.
        if (lineBreak === '\r\n') expect(edited).not.toMatch(/(?<!\r)\n/);
        const first = Math.min(...fix.edits.map(({ span }) => span.start));
        const last = Math.max(...fix.edits.map(({ span }) => span.end));
        expect(edited.slice(0, first)).toBe(file.text.slice(0, first));
        expect(edited.endsWith(file.text.slice(last))).toBe(true);
        expect(fix.title).toMatch(/^[A-Z].*[^.]$/);
        return true;
      });
      if (lineBreak === '\n') offered.push(`${id} | ${example.title} | ${name}: ${fixed.length} of ${own.length}`);
      else expect(offered.at(-1)).toBe(`${id} | ${example.title} | ${name}: ${fixed.length} of ${own.length}`);
    }
  });
});

test('which examples are fixed in which form', async () => {
  const lines = offered.filter((line) => {
    const example = line.slice(0, line.lastIndexOf('|'));
    return offered.some((other) => other.startsWith(example) && !/: 0 of/.test(other));
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/fixes/offered.txt');
});
