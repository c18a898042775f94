import type { Review, ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';

/** `1 error`, `2 errors`. */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `2 errors, 1 warning and 3 notices`; the kinds that there are none of left out. */
export function countsOf({ errors, warnings, notices }: Review['summary']): string {
  const pieces = [
    [errors, 'error'],
    [warnings, 'warning'],
    [notices, 'notice'],
  ] as const;
  const said = pieces.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun));
  const last = said.pop() ?? 'nothing';
  return said.length === 0 ? last : `${said.join(', ')} and ${last}`;
}

/** The findings that count, in the review's order. */
export function scoped(review: Review): ReviewFinding[] {
  return review.findings.filter((finding) => finding.inScope);
}

/** One sentence that says how the review ended. */
export function headline(review: Review): string {
  const found = scoped(review);
  const open = review.summary.incomplete ? ' Not everything could be read; see below.' : '';
  if (found.length > 0) {
    const places = new Set(found.map((finding) => finding.path)).size;
    return `${countsOf(review.summary)} in the KMS access of ${count(places, 'file')}.${open}`;
  }
  const { candidates } = review.files;
  if (candidates === 0) return `No file that could hold a KMS policy.${open}`;
  return `No KMS policy mistake in ${count(candidates, 'file')}.${open}`;
}

/** `path:line`, as a code span. */
export function placeOf(finding: { path: string; start: { line: number } }): string {
  return code(`${finding.path}:${finding.start.line}`);
}

/** Counts of what was left out of the findings; empty where there is nothing. */
export function leftOut(review: Review): string[] {
  const { carried, suppressed } = review.summary;
  const lines: string[] = [];
  const hidden = review.findings.filter((finding) => !finding.inScope && !finding.suppressed).length;
  if (carried > 0 && hidden > 0)
    lines.push(`${count(carried, 'finding')} that the base already has ${carried === 1 ? 'is' : 'are'} not listed.`);
  if (suppressed > 0) lines.push(`${count(suppressed, 'finding')} suppressed by the configuration.`);
  return lines;
}

/** What of the candidate files was read, in one sentence. */
export function readSentence({ files }: Review): string {
  const policies = files.contents.reduce((sum, one) => sum + one.policies.length, 0);
  return `${count(files.candidates, 'candidate file')}, ${files.read} parsed, ${count(policies, 'policy').replace('policys', 'policies')} found.`;
}
