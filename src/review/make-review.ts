import type { Gap } from '../policy/policy.ts';
import type { Finding } from '../rules/rule.ts';
import type { Span } from '../source/source-file.ts';
import { unique } from '../source/unique.ts';
import type { Analysis } from './analyse.ts';
import { proveFixes } from './comment-fixes.ts';
import { makeComments } from './comments.ts';
import { type Digest, fingerprints } from './fingerprint.ts';
import { idleSuppressions } from './idle.ts';
import {
  helpOf,
  isLoss,
  type Made,
  type Range,
  type Review,
  type ReviewFinding,
  type ReviewGap,
  type ReviewInput,
} from './review.ts';
import { openSuppressions, type Verdict } from './suppress.ts';
import {
  compareFindings,
  compareText,
  conclude,
  inOrder,
  joinContents,
  saidOnce,
  summaryOf,
  tell,
  untoldReason,
} from './totals.ts';

/**
 * Base and head and the diff make a review: which findings are new, where each is said, and whether to fail. What it was
 * made of is there for those who apply its fixes.
 */
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
  const all = saidOnce(
    input.head.flatMap((analysis) => sorted(analysis.findings).map((finding) => describe(finding, analysis))),
    ({ finding }) => finding,
  ).sort(({ finding: a }, { finding: b }) => compareFindings(a, b));
  const { told: made, untold } = tell(all);
  proveFixes(made, input.prover);
  const findings = made.map(({ finding }) => finding);
  const comments = makeComments(made, input);
  const gaps = unique(
    [...input.head.map((analysis) => analysis.gaps), input.prover?.broken ?? []].flatMap(describeGaps),
  );
  const reasons = [...input.incomplete, ...(untold > 0 ? [untoldReason(untold)] : [])];
  const skipped = inOrder([...input.skipped, ...reasons.map((reason) => ({ path: '', reason }))]);
  const incomplete = gaps.length > 0 || skipped.some(isLoss);
  const contents = joinContents(input.head.map((analysis) => analysis.contents));
  const review: Review = {
    findings,
    comments,
    gaps,
    idleSuppressions: idleSuppressions(
      { ...input, prints },
      input.isPart ? [] : lookedAt(input),
      (path) => input.scope === 'all' || input.diff.has(path),
    ),
    files: {
      candidates: input.candidates,
      read: contents.length,
      skipped,
      contents,
    },
    summary: summaryOf(findings, incomplete),
    access: input.access,
    conclusion: conclude(findings, { ...input, broken: input.head.some(({ broken }) => broken), incomplete }),
  };
  return { review, made };
}

/** The paths of the files that were read, or that certainly hold no policy. */
function lookedAt({ head, skipped }: ReviewInput): string[] {
  const without = skipped.filter((one) => !isLoss(one)).map(({ path }) => path);
  return [...head.map(({ file }) => file.path), ...without];
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
