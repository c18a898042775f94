import { isTerraform } from '../../src/changes/candidates.ts';
import { readGrammar } from '../../src/changes/grammar.ts';
import { type Config, DEFAULT_CONFIG } from '../../src/policy/config.ts';
import type { Declared } from '../../src/policy/declared.ts';
import type { Choice, Condition, Policy, PrincipalElement, Statement, Value } from '../../src/policy/policy.ts';
import { type Analysis, analyseFile, parseFile } from '../../src/review/analyse.ts';
import { analyseStacks } from '../../src/review/analyse-stacks.ts';
import { analyseEvaluated, evaluateTerraform, parseTerraform } from '../../src/review/analyse-terraform.ts';
import { openProver } from '../../src/review/prove.ts';
import { surveyOf } from '../../src/review/survey.ts';
import { SourceFile, type Span } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import type { Node, OpaqueNode, Part } from '../../src/syntax/node.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

/** All that is read out of files, as lines for people: every policy with its values and their places, what is declared, gaps, findings. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);
const parsers = { yaml: parseYaml };

const CONFIG: Config = { ...DEFAULT_CONFIG, account: '111122223333', trustedAccounts: ['111122223333'] };

/** With `words` only what is said of them, with `fixes` what is proposed to be written. Terraform modules are read together, those in `callers/` only for what they pass, CloudFormation templates are read as stacks of one another, other files each by itself. */
export function readingOf(
  files: Readonly<Record<string, string>>,
  stacks = false,
  wanted: 'all' | 'words' | 'fixes' = 'all',
): string[] {
  const sources = Object.entries(files).map(([path, text]) => new SourceFile(path, text));
  return analyses(sources, stacks).flatMap((analysis) => OF[wanted](analysis));
}

function analyses(sources: readonly SourceFile[], stacks: boolean): Analysis[] {
  if (stacks) {
    const parsed = sources.map((file) => ({ file, ...parseFile(file, parsers) }));
    return analyseStacks(parsed, CONFIG, parsers);
  }
  const terraform = sources.filter(({ path }) => isTerraform(path));
  if (terraform.length === 0) return sources.map((file) => analyseFile(file, CONFIG, parsers));
  const parsed = terraform.map((file) => parseTerraform(file, hcl));
  const texts = new Map(sources.map((file) => [file.path, file]));
  const isCaller = (folder: string): boolean => folder.startsWith('callers/');
  const besides = { texts, paths: sources.map(({ path }) => path), isCaller };
  const both = { hcl, yaml: parseYaml };
  const { modules } = evaluateTerraform(parsed, both, besides);
  return analyseEvaluated(parsed, modules, besides, CONFIG, both).analyses;
}

function ofFile({ file, contents, documents, findings, gaps }: Analysis): string[] {
  const policies = documents?.policies ?? [];
  const declared = new Set(policies.flatMap(({ beside = [] }) => beside));
  return [
    `# ${file.path}`,
    ...(policies.length > 0 ? [] : [`nothing: ${contents.reason}`]),
    ...policies.flatMap(ofPolicy),
    ...[...declared].map(ofDeclared),
    ...gaps.map(({ span, reason, kind }) => `gap ${place(span)}: ${reason}${kind === undefined ? '' : ` (${kind})`}`),
    ...findings.map(({ severity, rule, span }) => `${severity} ${rule} ${place(span)} ${quoted(span)}`),
  ];
}

/** What fixes write: the place, what goes and what comes. */
function fixesOf(analysis: Analysis): string[] {
  const prover = openProver({ config: CONFIG, survey: surveyOf([analysis.file.text], CONFIG.account) });
  const lines = analysis.findings.flatMap((finding) => {
    const fix = prover.prove(analysis, [finding]);
    const head = `${finding.rule} ${place(finding.span)}`;
    if (fix === undefined) return [`${head}: ${finding.repair ? 'no proof' : 'no fix'}`];
    const edits = fix.edits.map(
      ({ span, text }) => `  ${place(span)} ${JSON.stringify(span.file.slice(span))} -> ${JSON.stringify(text)}`,
    );
    return [`${head}: ${fix.title}`, ...edits];
  });
  return [`# ${analysis.file.path}`, ...lines];
}

/** What is said of a file, word for word. */
function saidOf({ file, findings, gaps }: Analysis): string[] {
  const lines = findings.flatMap(({ severity, rule, span, message, advice, related, offending }) => [
    `${severity} ${rule} ${place(span)} (${offending})`,
    `  ${message}`,
    `  ${advice}`,
    ...related.map(({ note, span: other }) => `  ${note}: ${place(other)}`),
  ]);
  return [`# ${file.path}`, ...lines, ...gaps.map(({ span, reason }) => `gap ${place(span)}: ${reason}`)];
}

const OF = { all: ofFile, words: saidOf, fixes: fixesOf } as const;

function ofPolicy(policy: Policy): string[] {
  const { address, kind, resourceType = 'no resource', version, span, whole, via, construct, holders, own } = policy;
  const keys = policy.keys?.() ?? [];
  const about = [
    ...(whole ? ['whole'] : []),
    ...(holders?.length ? [`on ${holders.join(', ')}`] : []),
    ...(keys.length > 0 ? [`keys ${keys.map((key) => key.replace('!GetAtt ', '')).join(' ')}`] : []),
    ...(own ? [`own ${own.name}`] : []),
    ...(construct === undefined ? [] : [`construct ${construct}`]),
  ];
  return [
    `${address}: ${kind}, ${resourceType}, version ${version} at ${place(span)}${about.map((one) => `; ${one}`).join('')}`,
    ...(via ? [`  by way of ${via.map(place).join(', ')}`] : []),
    ...policy.statements.flatMap((statement) => ofStatement(statement).map((line) => `  ${line}`)),
    ...(policy.unread ?? []).map((one) => `  unread statement at ${place(one)}`),
  ];
}

function ofStatement(statement: Statement): string[] {
  const { index, sid, effect, conditions, conditionsUnknown, span } = statement;
  const elements = (['action', 'notAction', 'resource', 'notResource'] as const).flatMap((name) => {
    const found = statement[name];
    if (found === undefined) return [];
    return [
      `${name}${found.incomplete ? ' in part' : ''} ${place(found.key.span)}: ${found.values.map(ofValue).join(' ')}`,
    ];
  });
  const principals = (['principal', 'notPrincipal'] as const).flatMap((name) => {
    const found = statement[name];
    return found === undefined ? [] : [`${name}${found.incomplete ? ' in part' : ''}: ${ofPrincipals(found)}`];
  });
  return [
    `${index} ${sid ?? '-'} ${effect} at ${place(span)}${possibly(statement)}`,
    ...[...elements, ...principals, ...conditions.map(ofCondition)].map((line) => `  ${line}`),
    ...(conditionsUnknown ? ['  with conditions that could not be read'] : []),
  ];
}

function ofPrincipals({ principals }: PrincipalElement): string {
  return principals.map(({ type, value }) => `${type} ${ofValue(value)}`).join(' ');
}

function ofCondition({ operator, key, values, incomplete, keyNode, span }: Condition): string {
  const whole = incomplete ? ' in part' : '';
  return `if ${operator} ${key} ${place(keyNode.span)}-${span.end}${whole}: ${values.map(ofValue).join(' ')}`;
}

function ofValue(value: Value): string {
  return `${ofParts(value.parts)}@${place(value.span)}${possibly(value)}`;
}

function possibly({ optional, choice }: { optional: boolean; choice?: Choice }): string {
  if (!optional) return '';
  return choice ? `?(${choice.isOpposite ? 'not ' : ''}${choice.by})` : '?';
}

/** Two texts that follow one another, which should be one, have a bar between them. */
function ofParts(parts: readonly Part[]): string {
  return parts
    .map(
      (part, index) => `${typeof part === 'string' && typeof parts[index - 1] === 'string' ? '¦' : ''}${ofPart(part)}`,
    )
    .join('');
}

function ofPart(part: Part): string {
  return typeof part === 'string' ? part.replaceAll('\n', '\\n') : ofOpaque(part);
}

function ofOpaque({ expression, meaning, alternatives, open, why, target, decidedBy }: OpaqueNode): string {
  const oneOf = alternatives ? [`one of ${alternatives.map(brief).join(' | ')}`] : [];
  const more = [
    ...(meaning === 'unknown' ? [] : [meaning]),
    ...oneOf,
    ...(open ? ['open'] : []),
    ...(decidedBy === undefined ? [] : [`by ${decidedBy}`]),
    ...(target === undefined ? [] : [`is ${target}`]),
    ...(why === undefined ? [] : [why]),
  ];
  return `<${[expression, ...more].join('; ')}>`;
}

/** A value on one line. */
export function brief(node: Node): string {
  if (node.type === 'opaque') return ofOpaque(node);
  if (node.type === 'list') return `${node.isSet ? 'set' : ''}[${node.items.map(brief).join(', ')}]`;
  if (node.type === 'map')
    return `{${node.entries.map(({ key, value }) => `${brief(key)}: ${brief(value)}`).join(', ')}}`;
  const text = ofParts(node.parts);
  return node.kind === 'string' ? `'${text}'` : `${text} (${node.kind})`;
}

/** The properties that rules ask for. */
const PROPERTIES = [
  ...['EnableKeyRotation', 'KeySpec', 'KeyUsage', 'Origin', 'CustomKeyStoreId', 'Enabled', 'Operations', 'Constraints'],
  ...['BypassPolicyLockoutSafetyCheck', 'ServiceName', 'KeyPolicy', 'PolicyDocument'],
];

function ofDeclared(declared: Declared): string {
  const { kind, address, resourceType, span, policies, policyUnknown } = declared;
  const said = PROPERTIES.flatMap((name) => {
    const found = declared.property(name);
    return found ? [`${name} ${place(found.key.span)} = ${brief(found.value).slice(0, 60)}`] : [];
  });
  const has = policies.map((policy) => policy.address).join(', ') || 'no policy';
  return `declared ${kind} ${address}, ${resourceType} at ${place(span)} has ${has}${policyUnknown ? ' and one that is not known' : ''}${said.map((one) => `; ${one}`).join('')}`;
}

/** Line and column, the file where it is another one than the first, and the way that a value came. */
function place({ file, start, via }: Span): string {
  const { line, column } = file.position(start);
  return `${line}:${column}${via ? `<${via.map(place).join('<')}` : ''}`;
}

function quoted(span: Span): string {
  const text = span.file.slice(span).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
