import type { Documents } from '../access/attachments.ts';
import type { Config } from '../policy/config.ts';
import type { Declared } from '../policy/declared.ts';
import type { Extraction } from '../policy/extract/extraction.ts';
import { extractPolicies } from '../policy/extract/index.ts';
import { policyGaps } from '../policy/gaps.ts';
import type { Gap, Policy } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import { RULES } from '../rules/index.ts';
import type { Context, Draft, Finding, ReadFile, Rule } from '../rules/rule.ts';
import { matchPaths } from '../source/path-glob.ts';
import { remember } from '../source/remember.ts';
import { SourceFile, type Span, type Text } from '../source/source-file.ts';
import { unique } from '../source/unique.ts';
import { parseJson } from '../syntax/json.ts';
import type { Parsed, Problem } from '../syntax/node.ts';
import { mayInstruct } from '../syntax/scan.ts';
import type { FileParsers } from '../syntax/written-file.ts';
import type { FileContents } from './review.ts';
import { readSuppressionComments, type SuppressionComment } from './suppression-comment.ts';

/** What one file gave. */
export interface Analysis {
  file: SourceFile;
  findings: Finding[];
  gaps: Gap[];
  contents: FileContents;
  /** What the file was read as: `JSON`, `YAML`, `HCL`; empty where it was not parsed. */
  language: string;
  /** How it is read again with another text, for proofs of fixes; absent where nothing can be mended. */
  again?: Again;
  /** The comments in it that suppress findings, or try to. */
  comments?: SuppressionComment[];
  /** The statements, policies and resources that were read out of it, in whatever file they stand. */
  places?: Span[];
  /** The paths of files that were read with it because they use one another; the base is read the same way. */
  together?: readonly string[];
  /** What the access of both sides is compared by; kept only where there are two. */
  documents?: Documents;
  /** A rule broke: our bug. The run fails, the other findings stand. */
  broken: boolean;
}

/** Reads a file once more, together with what it is read with. */
export interface Again {
  parsers: FileParsers;
  analyse(file: SourceFile): Analysis[];
}

/** Parsers that are loaded only when a file needs them. */
export interface Parsers {
  yaml?: (text: Text) => Parsed;
}

/** Whether a file is read as YAML. What begins like JSON is read as JSON, which is much faster, where it is that. */
export function needsYaml(path: string, text: string): boolean {
  if (path.endsWith('.json')) return false;
  return !beginsLikeJson(text) || parseJson(new SourceFile(path, text)).problems.length > 0;
}

/** A directive of a template, `{{ if }}`, is no JSON. */
function beginsLikeJson(text: string): boolean {
  return /^\s*(?:\{(?!\{)|\[)/.test(text);
}

/** Reads a file, finds its policies and asks every rule. Never throws on what stands in the file. */
export function analyseFile(file: SourceFile, config: Config, parsers: Parsers): Analysis {
  try {
    const read = parseFile(file, parsers);
    const analysis = analyseRead(file, { ...read, ...extractPolicies(file, read.documents) }, config);
    analysis.again = { parsers, analyse: (edited) => [analyseFile(edited, config, parsers)] };
    return analysis;
  } catch (error) {
    return brokenAnalysis(file, error);
  }
}

/** What is left of a file that this program broke at: the run fails and says so, and other files are reviewed all the same. */
export function brokenAnalysis(file: SourceFile, error: unknown): Analysis {
  const reason = `reading this file broke, which is a bug of this program: ${error instanceof Error ? error.message : error}`;
  return {
    file,
    language: 'text',
    findings: [],
    gaps: [{ span: file.span(0, 0), reason }],
    contents: { path: file.path, policies: [], reason: 'it could not be read' },
    broken: true,
  };
}

/** A file after parsing and extraction. */
interface Read extends Extraction {
  problems: Problem[];
  language: string;
  /** As {@link Parsed.comments}. */
  comments?: Span[] | undefined;
}

/** Asks every rule about what was read. */
export function analyseRead(file: SourceFile, read: Read, config: Config): Analysis {
  const { policies, gaps } = read;
  // Where a part of the file was lost, what is not there may have been in it.
  const isWhole = read.problems.length === 0;
  const declared = isWhole ? (read.declared ?? []) : [];
  for (const policy of policies) {
    applyKind(policy, file, config);
    if (!isWhole) policy.whole = false;
  }
  const { language, isMade = false } = read;
  const analysis: Analysis = {
    file,
    findings: [],
    gaps: [...gaps],
    contents: contents(file, policies, read.passed),
    language,
    documents: { path: file.path, policies, gaps, isWhole },
    broken: false,
  };
  if (read.comments) analysis.comments = readSuppressionComments(file, read.comments);
  const places = placesOf(policies, read.declared ?? []);
  if (places.length > 0) analysis.places = places;
  const readFile: ReadFile = { file, language, problems: read.problems, policies };
  const asking: Asking = { analysis, readFile, context: { config } };
  for (const rule of RULES) {
    if (config.rules[rule.id] === 'off') continue;
    const before = analysis.findings.length;
    if (rule.checkFile) ask(rule, {}, before, asking);
    if (rule.check) for (const policy of policies) ask(rule, { policy }, before, asking);
    if (rule.checkDeclared) for (const one of declared) ask(rule, { declared: one }, before, asking);
  }
  if (isMade) for (const finding of analysis.findings) finding.repair = undefined;
  for (const policy of policies) for (const gap of policyGaps(policy)) analysis.gaps.push(gap);
  // Instances of a block, and the outcomes of a template, say the same thing again at the same place.
  analysis.findings = unique(analysis.findings, ({ rule, span, statement, message }) => [
    ...[rule, span.file.path, span.start, span.end, message],
    ...[statement?.span.file.path, statement?.span.start],
  ]);
  analysis.gaps = unique(analysis.gaps, ({ span, reason }) => [span.file.path, span.start, span.end, reason]);
  const isAccused = analysis.findings.some((finding) => finding.rule === 'unreadable-file');
  for (const { span, message, bound } of read.problems) {
    if (bound) analysis.gaps.push({ span, reason: `not read from here on: ${message}` });
    else if (!isAccused) analysis.gaps.push({ span, reason: `this is not valid ${read.language}: ${message}` });
  }
  const more = analysis.gaps.splice(MAX_GAPS).length;
  if (more > 0) {
    const reason = `${more.toLocaleString('en')} more places of this file could not be read or decided`;
    analysis.gaps.push({ span: file.span(0, 0), reason });
  }
  return analysis;
}

/** What a comment may stand above, in files that have comments to this tool. */
function placesOf(policies: readonly Policy[], declared: readonly Declared[]): Span[] {
  const places: Span[] = [];
  for (const { span, statements } of policies) {
    if (isInstructing(span.file)) places.push({ ...span, end: span.start });
    for (const statement of statements) if (isInstructing(statement.span.file)) places.push(statement.span);
  }
  for (const { span } of declared) if (isInstructing(span.file)) places.push(span);
  return places;
}

/** Many places are in one file, and the scan of its text is made once. */
const isInstructing = remember((file: SourceFile) => mayInstruct(file.text));

/** A file after parsing. */
export interface ParsedFile extends Parsed {
  file: SourceFile;
  /** For messages. */
  language: string;
}

/** Reads a file as what it is. Parsers that are not there are not asked. */
export function parseFile(file: SourceFile, parsers: Parsers): Omit<ParsedFile, 'file'> {
  const isJson = file.path.endsWith('.json') || beginsLikeJson(file.text);
  if (!isJson && parsers.yaml) return { ...parsers.yaml(file), language: 'YAML' };
  const json = parseJson(file);
  // A YAML flow map begins like JSON; what is no JSON may still be YAML.
  if (json.problems.length > 0 && !file.path.endsWith('.json') && parsers.yaml) {
    return { ...parsers.yaml(file), language: 'YAML' };
  }
  return { ...json, language: 'JSON' };
}

/** The configuration decides the kind of documents that no resource tells the kind of. */
function applyKind(policy: Policy, file: SourceFile, config: Config): void {
  if (policy.resourceType !== undefined && policy.kind !== 'unknown') return;
  const entry = config.policyKinds.find(({ paths }) => matchPaths(paths, file.path));
  if (entry) policy.kind = entry.kind;
}

function contents(file: SourceFile, policies: readonly Policy[], passed?: string): FileContents {
  const all = unique(policies, ({ kind, address, span }) => [kind, address, span.file.path, span.start]);
  const list = all.map(({ kind, address, statements }) => ({ kind, address, statements: statements.length }));
  if (list.length > 0) return { path: file.path, policies: list };
  return { path: file.path, policies: list, reason: passed ?? 'no policy document in it' };
}

/** What a rule looks at: a policy, a resource, or (neither) the file. */
interface Subject {
  policy?: Policy;
  declared?: Declared;
}

/** How many findings of one rule in one file are told: a rule that floods the report must not hide the others. */
const MAX_FINDINGS = 5000;
/** How many gaps of one file are told. */
const MAX_GAPS = 5000;

/** What all rules are asked with. */
interface Asking {
  analysis: Analysis;
  readFile: ReadFile;
  context: Context;
}

/** Adds what a rule finds on its subject. `before` is the number of findings that other rules have made. */
function ask(rule: Rule, subject: Subject, before: number, asking: Asking): void {
  const { analysis, context } = asking;
  try {
    for (const draft of draftsOf(rule, subject, asking)) {
      if (analysis.findings.length - before >= MAX_FINDINGS) {
        const reason = `${rule.id} has more than ${MAX_FINDINGS.toLocaleString('en')} findings in this file; those from here on are not told`;
        const place = placeOf(subject, analysis);
        analysis.gaps.push({ span: { ...place, end: place.start }, reason });
        return;
      }
      analysis.findings.push(finish(rule, subject, draft, context.config));
    }
  } catch (error) {
    analysis.broken = true;
    const reason = `the rule ${rule.id} broke here, which is a bug of this program: ${error instanceof Error ? error.message : error}`;
    analysis.gaps.push({ span: placeOf(subject, analysis), reason });
  }
}

function draftsOf(rule: Rule, { policy, declared }: Subject, { readFile, context }: Asking): Iterable<Draft> {
  if (policy) return rule.check?.(policy, context) ?? [];
  if (declared) return rule.checkDeclared?.(declared, context) ?? [];
  return rule.checkFile?.(readFile) ?? [];
}

function placeOf({ policy, declared }: Subject, { file }: Analysis): Span {
  return policy?.span ?? declared?.span ?? file.span(0, 0);
}

function finish(rule: Rule, { policy, declared }: Subject, draft: Draft, config: Config): Finding {
  const configured = config.rules[rule.id];
  const own = draft.severity ?? rule.severity;
  return {
    rule: rule.id,
    severity: configured && configured !== 'off' ? configured : own,
    message: draft.message + constructOf(policy),
    advice: draft.advice,
    span: draft.span,
    offending: `${own} ${draft.offending}`,
    policy: draft.policy ?? policy,
    declared,
    statement: draft.statement,
    related: [...(draft.related ?? []), ...useOf(draft, policy)],
    repair: draft.repair,
  };
}

/** The author of a CDK app knows the construct, not the template that was made of it. */
function constructOf(policy: Policy | undefined): string {
  return policy?.construct === undefined ? '' : ` The CDK construct is ${code(policy.construct)}.`;
}

/** A value may stand far from the statement that uses it: a parameter's default, a local, a module's argument. Then the way there is shown. */
function useOf({ span, statement }: Draft, policy: Policy | undefined): Finding['related'] {
  const via = span.via ?? policy?.via;
  if (via) return via.map((place) => ({ span: place, note: `used here: ${code(place.file.slice(place))}` }));
  if (statement === undefined) return [];
  const { file, start, end } = statement.span;
  if (span.file === file && span.start >= start && span.end <= end) return [];
  return [{ span: statement.span, note: 'the statement that uses it' }];
}
