import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { extractPolicies } from '../src/policy/extract/index.ts';
import type { Policy } from '../src/policy/policy.ts';
import { analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { RULES } from '../src/rules/index.ts';
import type { Example, Finding, Rule } from '../src/rules/rule.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseJson } from '../src/syntax/json.ts';
import type { Node } from '../src/syntax/node.ts';
import { parseYaml } from '../src/syntax/yaml.ts';
import { blind } from './blind.ts';
import { forms, type Marked, unmark } from './forms.ts';
import { templateForms, templatePath } from './template-forms.ts';

/** Every rule's contract, checked by its own examples. A new rule needs no test of its own. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

const kindOf = (example: Example): Policy['kind'] => example.kind ?? 'identity-policy';

const pathOf = (example: Example): string => (example.template ? templatePath(example) : 'policy.json');

function configOf(example: Example): Config {
  return { ...DEFAULT_CONFIG, ...example.config, policyKinds: [{ paths: ['**'], kind: kindOf(example) }] };
}

function findings(rule: Rule, marked: Marked, example: Example): Finding[] {
  const config = configOf(example);
  const [analysis] = /\.tf(\.json)?$/.test(marked.file.path)
    ? analyseModules([marked.file], config, hcl)
    : [analyseFile(marked.file, config, { yaml: parseYaml })];
  const all = analysis?.findings ?? [];
  return all.filter((finding) => finding.rule === rule.id);
}

/** What a span holds, without the quotes that stand around it in this or that language. */
function content(marked: Marked, [start, end]: [number, number]): string {
  return marked.file.text.slice(start, end).replace(/^(\\?["'])+|(\\?["'])+$/g, '');
}

function isBroken(rule: Rule): boolean {
  return rule.checkFile !== undefined;
}

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('says what a documentation page needs', () => {
    for (const text of [rule.title, rule.why, rule.remedy, rule.quiet]) expect(text.length).toBeGreaterThan(10);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.good.length).toBeGreaterThan(0);
    for (const { text } of rule.bad) expect(text).toContain('«');
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test.each(rule.bad.map((example) => [example.title, example] as const))('finds: %s', (_title, example) => {
    const marked = unmark(pathOf(example), example.text);
    const found = findings(rule, marked, example);
    expect(found.map(({ span }) => [span.start, span.end])).toEqual(marked.marks);
    for (const finding of found) {
      expect(finding.message).toMatch(/[.)]$/);
      expect(finding.advice).toMatch(/[.)]$/);
      expect(finding.message).not.toMatch(/undefined|\[object|\n/);
    }
  });

  test.each(rule.good.map((example) => [example.title, example] as const))('is silent: %s', (_title, example) => {
    expect(findings(rule, unmark(pathOf(example), example.text), example)).toEqual([]);
  });

  // A broken file is broken in its own language only.
  const carried = isBroken(rule) ? [] : [...rule.bad, ...rule.good];
  const cases = carried.flatMap((example) =>
    (example.template ? templateForms(example) : forms(kindOf(example), example.text)).map(
      ({ name, marked }) => [`${example.title}, as ${name}`, example, marked] as const,
    ),
  );
  test.each(cases)('says the same: %s', (_title, example, marked) => {
    const found = findings(rule, marked, example).map(({ span }) => content(marked, [span.start, span.end]));
    expect(found).toEqual(marked.marks.map((mark) => content(marked, mark)));
  });

  test.each(carried.map((example) => [example.title, example] as const))(
    'an unreadable value never accuses: %s',
    (_title, example) => {
      const { file } = unmark(pathOf(example), example.text);
      const before = new Set(keysOf(policiesOf(file), example));
      for (const change of blinded(() => policiesOf(file))) {
        for (const key of keysOf(change.root, example)) {
          expect(before.has(key), `${key} although ${change.what} cannot be read`).toBe(true);
        }
      }
    },
  );
});

function policiesOf(file: Marked['file']): Node {
  return parseJson(file).documents[0] as Node;
}

/** Every finding on a tree, as rule and place. */
function keysOf(root: Node, example: Example): string[] {
  const { policies, declared = [] } = extractPolicies(root.span.file, [root]);
  const keys: string[] = [];
  for (const one of declared) {
    for (const rule of RULES) {
      for (const { offending } of rule.checkDeclared?.(one, { config: configOf(example) }) ?? [])
        keys.push(`${rule.id} ${one.address} ${offending}`);
    }
  }
  for (const policy of policies) {
    if (!example.template) policy.kind = kindOf(example);
    for (const rule of RULES) {
      for (const { statement } of rule.check?.(policy, { config: configOf(example) }) ?? [])
        keys.push(`${rule.id} ${statement?.index}`);
    }
  }
  return keys;
}

/** The tree again and again, each time with another value replaced by one that cannot be read. */
function* blinded(read: () => Node): Iterable<{ root: Node; what: string }> {
  for (let target = 0; ; target++) {
    const one = blind(read(), target);
    if (one === undefined) return;
    yield one;
  }
}

test('every rule file is in the index, and every id is unique', () => {
  const other = new Set(['rule', 'index', 'code', 'phrase', 'references']);
  // A folder has the parts of the rule whose name it has.
  const files = readdirSync(new URL('../src/rules/', import.meta.url)).flatMap((name) =>
    name.endsWith('.ts') ? [name.replace('.ts', '')] : [],
  );
  expect(RULES.map((rule) => rule.id).sort()).toEqual(files.filter((name) => !other.has(name)).sort());
});
