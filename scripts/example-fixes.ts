import { readGrammar } from '../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import type { ExampleFix } from '../src/report/catalogue.ts';
import { type Analysis, analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { applyEdits, openProver } from '../src/review/prove.ts';
import { surveyOf } from '../src/review/survey.ts';
import type { Example } from '../src/rules/rule.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

/** The own account of the documentation. */
const ACCOUNT = '111122223333';

/** What a rule's fix makes of an example in one language. */
export type ExampleFixer = (
  rule: string,
  example: Example,
  path: 'policy.json' | 'template.json' | 'template.yaml' | 'main.tf' | 'main.tf.json',
  text: string,
) => ExampleFix | undefined;

/** Fixes examples as a run does; without an account in the configuration where that is enough. */
export async function openFixer(): Promise<ExampleFixer> {
  const { runtime, grammar } = readGrammar();
  const hcl = await openHclParser(runtime, grammar);
  return (rule, example, path, text) => {
    for (const account of [undefined, ACCOUNT]) {
      const policyKinds = [{ paths: ['**'], kind: example.kind ?? 'identity-policy' }];
      const config: Config = { ...DEFAULT_CONFIG, account, ...example.config, policyKinds };
      const file = new SourceFile(path, text);
      const [analysis] = path.startsWith('main.tf')
        ? analyseModules([file], config, hcl)
        : [analyseFile(file, config, { yaml: parseYaml })];
      const { findings } = analysis as Analysis;
      const own = findings.filter((finding) => finding.rule === rule);
      const fix = openProver({ config, survey: surveyOf([text], config.account) }).prove(analysis as Analysis, own);
      const needsAccount = account !== undefined && example.config?.account === undefined;
      if (fix) return { title: fix.title, text: applyEdits(text, fix.edits), ...(needsAccount && { account }) };
    }
    return undefined;
  };
}
