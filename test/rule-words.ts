import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { POLICY_KINDS, type PolicyKind } from '../src/policy/policy.ts';
import { type Analysis, analyseFile } from '../src/review/analyse.ts';
import { applyEdits, openProver } from '../src/review/prove.ts';
import { surveyOf } from '../src/review/survey.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

/** What the rules say of statements, written as `kind | statement | statement ...` (`kind without configuration | ...`) in JSON or YAML's flow style. */

const CONFIG: Config = {
  ...DEFAULT_CONFIG,
  account: '111122223333',
  trustedAccounts: ['111122223333', '444455556666'],
  trustedOrganizations: ['o-a1b2c3d4e5'],
};

function analyse(question: string): Analysis {
  const [head = '', ...statements] = question.split(' | ');
  const [first = '', unconfigured] = head.split(' without ');
  const kind = POLICY_KINDS.find((one) => one.startsWith(first)) as PolicyKind;
  const text = `# kms\nVersion: "2012-10-17"\nStatement: [${statements.join(', ')}]\n`;
  const config = { ...(unconfigured ? DEFAULT_CONFIG : CONFIG), policyKinds: [{ paths: ['**'], kind }] };
  return analyseFile(new SourceFile('policy.yaml', text), config, { yaml: parseYaml });
}

/** Severity, rule and place; what could not be decided. */
export function briefFindings(question: string): string {
  const { findings, gaps } = analyse(question);
  const all = [
    ...findings.map(
      ({ severity, rule, span, statement }) => `${severity} ${rule}#${statement?.index} ${span.file.slice(span)}`,
    ),
    ...gaps.map(({ reason }) => `not decided: ${reason}`),
  ];
  return all.join('; ') || 'nothing';
}

/** Every word, what the finding is known by, and what repairs it. */
export function findingWords(question: string): string {
  const { findings } = analyse(question);
  const all = findings.map(({ severity, rule, message, advice, offending, related, repair }) => {
    const notes = related.map(({ note, span }) => ` [${note}: ${span.file.slice(span).split('\n', 1)[0]}]`);
    const mends = repair ? ` [${repair.title}${repair.keeps ? `, keeps ${repair.keeps}` : ''}]` : '';
    return `${severity} ${rule} (${offending}): ${message} / ${advice}${notes.join('')}${mends}`;
  });
  return all.join(' // ') || 'nothing';
}

/** The statements with each fix in them that is offered. */
export function fixedWords(question: string): string {
  const analysis = analyse(question);
  const prover = openProver({ config: CONFIG, survey: surveyOf([analysis.file.text], CONFIG.account) });
  const all = analysis.findings.flatMap((finding) => {
    const fix = prover.prove(analysis, [finding]);
    if (fix === undefined) return finding.repair ? [`${finding.rule}: no proof`] : [];
    const edited = applyEdits(analysis.file.text, fix.edits);
    return [`${finding.rule}: ${edited.slice(edited.indexOf('[') + 1, -2).replaceAll('\n', '\\n')}`];
  });
  return all.join(' // ') || 'nothing';
}
