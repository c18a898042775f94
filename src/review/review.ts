import type { AccessDiff } from '../access/diff.ts';
import type { Config } from '../policy/config.ts';
import type { Gap, PolicyKind } from '../policy/policy.ts';
import { type Finding, SEVERITIES, type Severity } from '../rules/rule.ts';
import type { Position, Span } from '../source/source-file.ts';
import type { Analysis } from './analyse.ts';
import { proveFixes } from './comment-fixes.ts';
import { makeComments } from './comments.ts';
import { type Digest, fingerprints } from './fingerprint.ts';
import { type IdleSuppression, idleSuppressions } from './idle.ts';
import type { Hunk } from './place.ts';
import type { Fix, Prover } from './prove.ts';
import { type Narrows, openSuppressions, type Suppressed, type Verdict } from './suppress.ts';

/**
 * The result of a run: plain data, made by pure functions, and the only thing that reports and
 * publishing read. `JSON.stringify(review)` is a golden file.
 */
export interface Review {
  /** Every finding in scope first (worst first, then path and place), then the carried and suppressed ones. */
  findings: ReviewFinding[];
  /** One a statement: what an inline review would say, in the order in which comments are spent. */
  comments: ReviewComment[];
  gaps: ReviewGap[];
  /** Comments and entries of the configuration that suppress nothing. */
  idleSuppressions: IdleSuppression[];
  files: {
    /** How many files could hold a policy by their name. */
    candidates: number;
    /** How many of them were read. */
    read: number;
    skipped: { path: string; reason: string }[];
    /** What was read out of each file that was parsed; `reason` where no policy was found. */
    contents: FileContents[];
  };
  summary: {
    errors: number;
    warnings: number;
    notices: number;
    carried: number;
    suppressed: number;
    /** Something could not be read or was not reviewed. */
    incomplete: boolean;
  };
  /** The KMS access of both sides compared; null where there is nothing to compare with. */
  access: AccessDiff | null;
  conclusion: 'success' | 'failure' | 'neutral';
}

export interface FileContents {
  path: string;
  policies: { kind: PolicyKind; address: string; statements: number }[];
  reason?: string;
}

/** A place in a file: 1-based lines, 1-based columns in UTF-16 code units, `end` exclusive in columns. */
export interface Range {
  start: Position;
  end: Position;
}

export interface ReviewFinding extends Range {
  rule: string;
  severity: Severity;
  message: string;
  path: string;
  policy: { kind: PolicyKind; address: string } | null;
  statement: { index: number; sid: string | null } | null;
  related: (Range & { path: string; note: string })[];
  fix: ReviewFix | null;
  advice: string;
  /** The address of the rule's documentation page. */
  help: string;
  fingerprint: string;
  /** `new`: head has it and base has not, or base had it suppressed. Without a base every finding is new. */
  status: 'new' | 'carried';
  suppressed: Suppressed | null;
  /** It counts: it is neither suppressed nor outside the scope. Every output shows exactly these. */
  inScope: boolean;
  /** The source line(s) of the span, for excerpts; no line break at the end. */
  excerpt: string[];
}

export interface ReviewFix {
  title: string;
  edits: (Range & { text: string })[];
  proven: boolean;
}

/** A fix, and the whole lines that it replaces; null where lines do not tell it. */
export interface CommentFix extends ReviewFix {
  lines: { first: number; last: number; after: string[] } | null;
}

interface ReviewGap extends Range {
  path: string;
  reason: string;
}

/** The findings of one statement, said once. */
export interface ReviewComment {
  /** Identity over time: path, policy, statement; no line numbers. Goes into the hidden marker. */
  key: string;
  path: string;
  /** Indices into `Review.findings`, worst first. */
  findings: number[];
  placement: Placement;
  /** What mends as many of them as can be mended together. */
  fix: CommentFix | null;
}

/**
 * Where a comment can stand. `inline`: lines of the head file, inside one hunk; `startLine` only where
 * it is before `line`. `file`: the file is in the pull request, the place is in no hunk. `summary`:
 * neither, or over the limit.
 */
export type Placement =
  | { at: 'inline'; startLine?: number; line: number }
  | { at: 'file'; why: string }
  | { at: 'summary'; why: string };

/** What a review is made of. Everything has been read; nothing here touches the outside. */
export interface ReviewInput {
  head: readonly Analysis[];
  /** The base's analyses, under the paths of the head; undefined where there is nothing to compare with. */
  base: readonly Analysis[] | undefined;
  config: Config;
  /** The hunks of changed files by path; undefined for a file whose diff is not known. */
  diff: ReadonlyMap<string, readonly Hunk[] | undefined>;
  scope: 'new' | 'changed' | 'all';
  failOn: Severity | 'never';
  failOnIncomplete: boolean;
  maxComments: number;
  /** `YYYY-MM-DD`, for suppressions that expire. */
  today: string;
  digest: Digest;
  /** Compares what statements grant; loaded where a suppression may be bound to it. */
  narrows?: Narrows | undefined;
  candidates: number;
  skipped: readonly { path: string; reason: string }[];
  /** Reasons why files may be missing altogether. */
  incomplete: readonly string[];
  access: AccessDiff | null;
  /** Absent where no finding has a repair. */
  prover?: Prover | undefined;
}

/** A finding as it is described, and what it was made of. */
export interface Made {
  finding: ReviewFinding;
  origin: Finding;
  analysis: Analysis;
  fix?: Fix | undefined;
}

/** Where the documentation of the rules is. */
const HELP = 'https://github.com/kms-policy-review/kms-policy-review/blob/main/docs/rules';

/** The address of a rule's page. */
export function helpOf(rule: string): string {
  return `${HELP}/${rule}.md`;
}

/** Base and head and the diff make a review: which findings are new, where each is said, and whether to fail. */
export function makeReview(input: ReviewInput): Review {
  return describeReview(input).review;
}

/** A review with what it was made of, for those who apply its fixes. */
export function describeReview(input: ReviewInput): { review: Review; made: readonly Made[] } {
  const prints = new Map(
    [...input.head, ...(input.base ?? [])].flatMap((analysis) => printsOf(analysis, input.digest)),
  );
  const known = input.base && new Set(input.base.flatMap(({ findings }) => findings.map((one) => prints.get(one))));
  const verdictOf = openSuppressions({ ...input, prints });
  const describe = (origin: Finding, analysis: Analysis): Made => {
    const fingerprint = prints.get(origin) ?? '';
    const isKnown = known?.has(fingerprint) === true;
    return { finding: describeFinding(origin, verdictOf(origin), fingerprint, isKnown, input), origin, analysis };
  };
  const all = input.head
    .flatMap((analysis) => sorted(analysis.findings).map((finding) => describe(finding, analysis)))
    .sort(
      ({ finding: a }, { finding: b }) =>
        Number(b.inScope) - Number(a.inScope) ||
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        compareText(a.path, b.path) ||
        a.start.line - b.start.line ||
        a.start.column - b.start.column ||
        compareText(a.rule, b.rule),
    );
  const made = all.slice(0, MAX_FINDINGS);
  const untold =
    all.length > MAX_FINDINGS ? [`${(all.length - MAX_FINDINGS).toLocaleString('en')} more findings are not told`] : [];
  proveFixes(made, input.prover);
  const findings = made.map(({ finding }) => finding);
  const comments = makeComments(made, input);
  const gaps = [...input.head.map((analysis) => analysis.gaps), input.prover?.broken ?? []].flatMap(describeGaps);
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.inScope && finding.severity === severity).length;
  const reasons = [...input.incomplete, ...untold];
  const skipped = input.skipped.toSorted((a, b) => compareText(a.path, b.path));
  const incomplete = gaps.length > 0 || input.skipped.some(isLoss) || reasons.length > 0;
  const summary = {
    errors: count('error'),
    warnings: count('warning'),
    notices: count('notice'),
    carried: findings.filter((finding) => finding.status === 'carried' && !finding.suppressed).length,
    suppressed: findings.filter((finding) => finding.suppressed).length,
    incomplete,
  };
  const review: Review = {
    findings,
    comments,
    gaps,
    idleSuppressions: idleSuppressions(
      { ...input, prints },
      lookedAt(input),
      (path) => input.scope === 'all' || input.diff.has(path),
    ),
    files: {
      candidates: input.candidates,
      read: input.head.length,
      skipped: [...skipped, ...reasons.map((reason) => ({ path: '', reason }))],
      contents: input.head.map((analysis) => analysis.contents),
    },
    summary,
    access: input.access,
    conclusion: conclude(findings, input, incomplete),
  };
  return { review, made };
}

/** How many findings a report has, the worst ones; a text of many more is longer than Node can hold. */
const MAX_FINDINGS = 100_000;

/** The paths of the files that were read, or that certainly hold no policy. */
function lookedAt({ head, skipped }: ReviewInput): string[] {
  const without = skipped.filter((one) => !isLoss(one)).map(({ path }) => path);
  return [...head.map(({ file }) => file.path), ...without];
}

/** A file that certainly holds no policy was not lost; every other skipped file was. */
function isLoss({ reason }: { reason: string }): boolean {
  return reason !== NOTHING_TO_READ;
}

/** The reason for files that the text scan passes over. */
export const NOTHING_TO_READ = 'no policy can be in it';

function conclude(findings: readonly ReviewFinding[], input: ReviewInput, incomplete: boolean): Review['conclusion'] {
  if (input.head.some((analysis) => analysis.broken)) return 'failure';
  const failing = input.failOn === 'never' ? -1 : SEVERITIES.indexOf(input.failOn);
  const scoped = findings.filter((finding) => finding.inScope);
  if (scoped.some((finding) => SEVERITIES.indexOf(finding.severity) <= failing)) return 'failure';
  if (incomplete && input.failOnIncomplete) return 'failure';
  return scoped.length > 0 ? 'neutral' : 'success';
}

/** In the order of the file, so that numbering equal findings is the same on both sides. */
function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.span.start - b.span.start || compareText(a.rule, b.rule));
}

function printsOf({ findings }: Analysis, digest: Digest): [Finding, string][] {
  const inOrder = sorted(findings);
  const prints = fingerprints(inOrder, digest);
  return inOrder.map((finding, index) => [finding, prints[index] as string]);
}

function describeFinding(
  finding: Finding,
  { suppressed, lapsed }: Verdict,
  fingerprint: string,
  isKnown: boolean,
  input: ReviewInput,
): ReviewFinding {
  const status = isKnown && lapsed === undefined ? 'carried' : 'new';
  const { path } = finding.span.file;
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: lapsed === undefined ? finding.message : `${finding.message} ${lapsed}`,
    path,
    ...range(finding.span),
    policy: finding.policy ? { kind: finding.policy.kind, address: finding.policy.address } : null,
    statement: finding.statement ? { index: finding.statement.index, sid: finding.statement.sid ?? null } : null,
    related: finding.related.map(({ span, note }) => ({ path: span.file.path, ...range(span), note })),
    fix: null,
    advice: finding.advice,
    help: helpOf(finding.rule),
    fingerprint,
    status,
    suppressed,
    inScope: !suppressed && isInScope(path, status, input),
    excerpt: excerpt(finding.span),
  };
}

/**
 * Files of a module that did not change are read for their names; what they have by themselves is not of the change.
 * What is new in them is: a change elsewhere made it.
 */
function isInScope(path: string, status: ReviewFinding['status'], { scope, diff, base }: ReviewInput): boolean {
  if (scope === 'all') return true;
  const isNew = status === 'new';
  return scope === 'new' ? isNew : diff.has(path) || (isNew && base !== undefined);
}

/** The lines of a span, at most three. */
function excerpt({ file, start, end }: Span): string[] {
  const first = file.position(start).line;
  const last = Math.min(file.position(end).line, first + 2);
  return Array.from({ length: last - first + 1 }, (_, index) => file.line(first + index));
}

/** A parser may point between the two characters of a line break, where there is no column. */
function range({ file, start, end }: Span): Range {
  const visible = (at: number): number => (at > 0 && file.text.startsWith('\r\n', at - 1) ? at - 1 : at);
  return { start: file.position(visible(start)), end: file.position(visible(end)) };
}

function describeGaps(gaps: readonly Gap[]): ReviewGap[] {
  return gaps
    .toSorted((a, b) => a.span.start - b.span.start)
    .map(({ span, reason }) => ({ path: span.file.path, ...range(span), reason: shortened(reason) }));
}

/** The longest reason that is told; it may quote an expression as long as the file. */
const MAX_REASON = 400;

function shortened(reason: string): string {
  if (reason.length <= MAX_REASON) return reason;
  const shown = reason.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, '');
  // A code span that is cut is closed.
  return `${shown}…${shown.split('`').length % 2 === 0 ? '`' : ''}`;
}

/** By UTF-16 code units: the same in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
