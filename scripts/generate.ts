import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rendering, renderRulePage, renderRuleTable } from '../src/report/catalogue.ts';
import { RULES } from '../src/rules/index.ts';
import { ROOT } from './build.ts';
import { openFixer } from './example-fixes.ts';
import { translate } from './example-languages.ts';
import { configurationSchema, reportSchema } from './schemas.ts';

/** Writes what is generated from the rules: docs/rules/, the table in the README, schema/. With --check it only compares. */
const check = process.argv.includes('--check');
const stale: string[] = [];

function put(path: string, text: string): void {
  const file = join(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  stale.push(path);
  if (!check) writeFileSync(file, text);
}

/** Each example also in the languages that people write it in, and as the rule's fix leaves it. */
function renderingOf(id: string): Rendering {
  return {
    translate: (example) =>
      translate(example).map((one) => {
        const path = one.language === 'Terraform' ? 'main.tf' : 'template.yaml';
        return { ...one, fix: fixer(id, example, path, one.text) };
      }),
    fix: (example) => {
      const path =
        example.template === 'Terraform' ? 'main.tf.json' : example.template ? 'template.json' : 'policy.json';
      return fixer(id, example, path, example.text.replace(/[«»]/g, ''));
    },
  };
}

mkdirSync(join(ROOT, 'schema'), { recursive: true });
put('schema/report.schema.json', `${JSON.stringify(reportSchema(), null, 2)}\n`);
put('schema/configuration.schema.json', `${JSON.stringify(configurationSchema(), null, 2)}\n`);
mkdirSync(join(ROOT, 'docs/rules'), { recursive: true });
const fixer = await openFixer();
for (const rule of RULES) put(`docs/rules/${rule.id}.md`, renderRulePage(rule, renderingOf(rule.id)));
for (const file of readdirSync(join(ROOT, 'docs/rules'))) {
  if (RULES.some((rule) => file === `${rule.id}.md`)) continue;
  stale.push(`docs/rules/${file}`);
  if (!check) rmSync(join(ROOT, 'docs/rules', file));
}
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const [open, close] = ['<!-- rules -->', '<!-- /rules -->'];
const [from, to] = [readme.indexOf(open), readme.indexOf(close)];
if (from < 0 || to < from) throw new Error(`README.md has no ${open} ... ${close}`);
put('README.md', `${readme.slice(0, from + open.length)}\n${renderRuleTable(RULES)}\n${readme.slice(to)}`);

if (stale.length === 0) console.log('generated files are up to date');
else if (!check) console.log(`written: ${stale.join(', ')}`);
else {
  console.error(`not up to date; run \`npm run generate\`: ${stale.join(', ')}`);
  process.exitCode = 1;
}
