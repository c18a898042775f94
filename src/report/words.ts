import { NOTHING_TO_READ, type Range, type Review, type ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `2 errors, 1 warning and 3 notices`; the kinds that there are none of left out. */
export function countsOf({
  errors,
  warnings,
  notices,
}: Pick<Review['summary'], 'errors' | 'warnings' | 'notices'>): string {
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

/** One sentence that says how the review ended, and another one where it is not whole. */
export function headline(review: Review): string {
  return `${verdict(review)}${review.summary.incomplete ? ' Not everything could be read; see below.' : ''}`;
}

/** One sentence that says how the review ended. */
export function verdict(review: Review): string {
  const found = scoped(review);
  if (found.length > 0) {
    const places = new Set(found.map((finding) => finding.path)).size;
    return `${countsOf(review.summary)} in the KMS access of ${count(places, 'file')}.`;
  }
  const { candidates } = review.files;
  return candidates === 0
    ? 'No file that could hold a KMS policy.'
    : `No KMS policy mistake in ${count(candidates, 'file')}.`;
}

/** The longest path that is shown whole, in characters; of a longer one the end says more than the beginning. */
const MAX_PATH = 100;

/** The address of a line of the head (1-based) on the web, safe inside a Markdown link; undefined where there is none. */
export type Link = (path: string, line: number) => string | undefined;

/** `path:line` as a code span, with a link where there is one. */
export function placeOf(place: { path: string; start: { line: number } }, link?: Link): string {
  const characters = [...place.path];
  const path = characters.length > MAX_PATH ? `…${characters.slice(1 - MAX_PATH).join('')}` : place.path;
  const shown = code(`${path}:${place.start.line}`);
  const url = link?.(place.path, place.start.line);
  return url === undefined ? shown : `[${shown}](${url})`;
}

/** The last line that a range touches: one that ends before the first column of a line does not touch that line. */
export function lastLine({ start, end }: Range): number {
  return end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
}

/** The columns of a range, both included, where it is on one line; GitHub takes them of such ranges only. */
export function columnsOf(range: Range): { first: number; last: number } | undefined {
  const { start, end } = range;
  if (lastLine(range) !== start.line || end.line !== start.line) return undefined;
  return { first: start.column, last: Math.max(start.column, end.column - 1) };
}

/** A note with a full stop at its end. */
export function sentence(note: string): string {
  return /[.!?)]$/.test(note) ? note : `${note}.`;
}

/** What was lost: files that may hold a policy and were not read. Files that certainly hold none are not among them. */
export function lostFiles(review: Review): Review['files']['skipped'] {
  return review.files.skipped.filter(({ reason }) => reason !== NOTHING_TO_READ);
}

/** What of the candidate files was read, in one sentence. */
export function readSentence({ files }: Review): string {
  const policies = files.contents.reduce((sum, one) => sum + one.policies.length, 0);
  return `${count(files.candidates, 'candidate file')}, ${files.read} parsed, ${count(policies, 'policy', 'policies')} found.`;
}
