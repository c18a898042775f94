import { readGrammar } from '../../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { extractPolicies } from '../../src/policy/extract/index.ts';
import { extractModules } from '../../src/policy/extract/terraform.ts';
import type { Policy, PolicyKind } from '../../src/policy/policy.ts';
import { type Analysis, analyseRead, parseFile } from '../../src/review/analyse.ts';
import { analyseEvaluated, evaluateTerraform, parseTerraform, type Texts } from '../../src/review/analyse-terraform.ts';
import type { Finding } from '../../src/rules/rule.ts';
import { SourceFile, type Span } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';
import type { Form } from './forms.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

/** What the corpus is reviewed with: one own account, one partner, one organization. */
export const CONFIG: Config = {
  ...DEFAULT_CONFIG,
  account: '111122223333',
  trustedAccounts: ['111122223333', '444455556666'],
  trustedOrganizations: ['o-a1b2c3d4e5'],
};

/** What a form gave, in words that are the same in every form. */
export interface Reading {
  /** Severity, rule, pointers of the element, message; sorted. */
  findings: string[];
  /** Reasons, sorted. */
  gaps: string[];
}

/** What is said of a form, and the policies that were read out of it. */
export function read(form: Form, kind: PolicyKind): { reading: Reading; policies: Policy[] } {
  const file = new SourceFile(form.path, form.written.text);
  const { analyses, policies } = analyse(form, file, { ...CONFIG, policyKinds: [{ paths: ['**'], kind }] });
  // A resource can have findings of its own.
  const findings = analyses.flatMap((analysis) => analysis.findings).filter(({ policy }) => policy !== undefined);
  const reading = {
    findings: findings.map((finding) => sentence(finding, elementOf(finding.span, file, form))).sort(),
    gaps: analyses.flatMap(({ gaps }) => gaps.map(({ reason }) => reason)).sort(),
  };
  return { reading, policies };
}

function isTerraform({ path }: SourceFile): boolean {
  return /\.tf(\.json)?$/.test(path);
}

/** The Terraform files of a form, and the texts that they read; undefined where it is of another language. */
function terraformOf({ path, beside = {} }: Form, file: SourceFile): { files: SourceFile[]; texts: Texts } | undefined {
  const files = [file, ...Object.entries(beside).map(([name, text]) => new SourceFile(name, text))].filter(isTerraform);
  const texts: Texts = isTerraform(file) ? new Map() : new Map([[path, file]]);
  return files.length > 0 ? { files, texts } : undefined;
}

function analyse(form: Form, file: SourceFile, config: Config): { analyses: Analysis[]; policies: Policy[] } {
  const terraform = terraformOf(form, file);
  if (terraform === undefined) {
    const parsed = parseFile(file, { yaml: parseYaml });
    const extraction = extractPolicies(file, parsed.documents);
    return { analyses: [analyseRead(file, { ...parsed, ...extraction }, config)], policies: extraction.policies };
  }
  const { files, texts } = terraform;
  const parsed = files.map((one) => parseTerraform(one, hcl));
  const { modules } = evaluateTerraform(parsed, { hcl, yaml: parseYaml }, { texts });
  const policies = [...extractModules(modules).values()].flatMap((extraction) => extraction.policies);
  return { analyses: analyseEvaluated(parsed, modules, { texts }, config, { hcl }).analyses, policies };
}

/** The element that stands exactly there; where one stands at several pointers, all of them. */
function elementOf({ start, end, file }: Span, own: SourceFile, { written }: Form): string {
  if (file !== own) return `in ${file.path}`;
  const pointers = written.places.filter((place) => place.start === start && place.end === end);
  if (pointers.length > 0) return [...new Set(pointers.map(({ pointer }) => pointer))].join(' ');
  return `no element: ${JSON.stringify(own.text.slice(start, end))}`;
}

function sentence({ severity, rule, message }: Finding, element: string): string {
  return `${severity} ${rule} ${element}: ${message.replace(/ The CDK construct is `[^`]*`\.$/, '')}`;
}
