import { SEVERITIES, type Severity } from '../rules/rule.ts';
import { unique } from '../source/unique.ts';
import type { FileContents, Review, ReviewFinding } from './review.ts';

/** How many findings a report has, the worst ones; a text of many more is longer than Node can hold. */
const MAX_FINDINGS = 100_000;

/** By UTF-16 code units: the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of a report: what counts first, the worst first, then path and place. */
export function compareFindings(a: ReviewFinding, b: ReviewFinding): number {
  return (
    Number(b.inScope) - Number(a.inScope) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(a.path, b.path) ||
    a.start.line - b.start.line ||
    a.start.column - b.start.column ||
    compareText(a.rule, b.rule)
  );
}

/** The findings that are told of some in their order, and how many are not. */
export function tell<T>(all: readonly T[]): { told: T[]; untold: number } {
  return { told: all.slice(0, MAX_FINDINGS), untold: Math.max(0, all.length - MAX_FINDINGS) };
}

/** The reason that says how many findings are not told. */
export function untoldReason(count: number): string {
  return `${count.toLocaleString('en')} more findings are not told`;
}

/** How many findings a reason says are not told; 0 for every other reason. */
export function untoldIn(reason: string): number {
  const [, count] = /^([\d,]+) more findings are not told$/.exec(reason) ?? [];
  return Number((count ?? '0').replaceAll(',', ''));
}

/** The numbers of a report. */
export function summaryOf(findings: readonly ReviewFinding[], incomplete: boolean): Review['summary'] {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.inScope && finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    notices: count('notice'),
    carried: findings.filter((finding) => finding.status === 'carried' && !finding.suppressed).length,
    suppressed: findings.filter((finding) => finding.suppressed).length,
    incomplete,
  };
}

/** Whether a review fails: by its worst finding in scope, by what could not be read where that is asked for, by a bug of ours. */
export function conclude(
  findings: readonly ReviewFinding[],
  { broken, incomplete, failOn, failOnIncomplete }: Gate,
): Review['conclusion'] {
  if (broken) return 'failure';
  const failing = failOn === 'never' ? -1 : SEVERITIES.indexOf(failOn);
  const scoped = findings.filter((finding) => finding.inScope);
  if (scoped.some((finding) => SEVERITIES.indexOf(finding.severity) <= failing)) return 'failure';
  if (incomplete && failOnIncomplete) return 'failure';
  return scoped.length > 0 ? 'neutral' : 'success';
}

/** What decides beside the findings. */
interface Gate {
  /** A rule or a file broke this program. */
  broken: boolean;
  incomplete: boolean;
  failOn: Severity | 'never';
  failOnIncomplete: boolean;
}

/** What was skipped, by path; reasons that name no file come last. */
export function inOrder<T extends { path: string }>(skipped: readonly T[]): T[] {
  return skipped.toSorted((a, b) => Number(a.path === '') - Number(b.path === '') || compareText(a.path, b.path));
}

/** What was read out of files, one entry a path: a file outside of what is reviewed may have been read for several others. */
export function joinContents(all: readonly FileContents[]): FileContents[] {
  const byPath = Map.groupBy(
    all.toSorted((a, b) => compareText(a.path, b.path)),
    ({ path }) => path,
  );
  return [...byPath.values()].map(([first, ...others]) => {
    const one = first as FileContents;
    if (others.length === 0) return one;
    const policies = unique([one, ...others].flatMap((contents) => contents.policies));
    return policies.length > 0 ? { path: one.path, policies } : one;
  });
}

/** Findings said once each: a file outside of what is reviewed may have been read for several others. */
export function saidOnce<T>(all: readonly T[], findingOf: (one: T) => ReviewFinding): T[] {
  return unique(all, (one) => {
    const { fingerprint, path, start, end, message, policy, statement } = findingOf(one);
    return [fingerprint, path, start, end, message, policy, statement];
  });
}
