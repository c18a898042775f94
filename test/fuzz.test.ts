import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { DEFAULT_CONFIG } from '../src/policy/config.ts';
import { analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

const read = (path: string): string => readFileSync(new URL(`../examples/${path}`, import.meta.url), 'utf8');
const SEEDS: [string, string][] = [
  ['a.yaml', read('cloudformation/orders.yaml')],
  ['a.tf.json', read('terraform/main.tf.json')],
  ['a.json', read('policies/developers.json')],
  ['a.tf', read('terraform/worker.tf')],
];
/** What breaks readers of these languages. */
const JUNK = [
  ...['{', '}', '[', ']', '"', '\\', '\n', '${', '*', '&a ', '*a ', '- ', '<<: ', ': ', '\u2028', '\ud800', '\0'],
  ...['!Sub ', '!If ', 'Fn::If', 'Ref', '<<EOF\n', '%{if}', 'for ', 'local.x', 'null'],
  ...['Statement', 'Action', 'NotAction', 'Deny', 'kms:*', '__proto__', 'constructor'],
];

test('no text makes the analysis break, and every finding stands inside its file', () => {
  const operations = fc.array(fc.tuple(fc.nat(5000), fc.nat(40), fc.constantFrom(...JUNK)), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), operations, ([path, seed], changes) => {
      let text = seed;
      for (const [at, length, junk] of changes) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + junk + text.slice(start + length);
      }
      const file = new SourceFile(path, text);
      const [analysis] =
        path === 'a.tf'
          ? analyseModules([file], DEFAULT_CONFIG, hcl)
          : [analyseFile(file, DEFAULT_CONFIG, { yaml: parseYaml })];
      expect(analysis?.broken, JSON.stringify(analysis?.gaps.map((gap) => gap.reason))).toBe(false);
      for (const { span } of [...(analysis?.findings ?? []), ...(analysis?.gaps ?? [])]) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2000 },
  );
});
