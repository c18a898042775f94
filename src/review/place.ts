import type { Placement, Range } from './review.ts';

/** The head side of one hunk: 1-based first line and number of lines, context included. */
export interface Hunk {
  start: number;
  lines: number;
}

/**
 * Reads the hunks of a unified diff or of the `patch` of a pull request's file (which has no header).
 * A count that is left out is 1 (`@@ -1 +1 @@`). Lines that are no hunk header are passed over.
 */
export function parseHunks(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const line of patch.split('\n')) {
    const match = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (match) hunks.push({ start: Number(match[1]), lines: match[2] === undefined ? 1 : Number(match[2]) });
  }
  return hunks;
}

/** Whether the lines `[first, last]` lie inside one hunk. */
export function insideOneHunk(hunks: readonly Hunk[], first: number, last: number): boolean {
  return hunks.some((hunk) => first >= hunk.start && last < hunk.start + hunk.lines);
}

/**
 * Where the comment for these places (worst first) can stand: on the first one whose lines lie inside a hunk, else on
 * the file, else in the summary. `hunks` is undefined where the file's diff is not known.
 */
export function place(ranges: readonly Range[], isChanged: boolean, hunks: readonly Hunk[] | undefined): Placement {
  if (!isChanged) return { at: 'summary', why: 'the file is not part of the change' };
  if (hunks === undefined) return { at: 'file', why: 'the diff of this file is not known' };
  for (const { start, end } of ranges) {
    // A span that ends before the first column of a line does not touch that line.
    const last = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
    if (!insideOneHunk(hunks, start.line, last)) continue;
    return start.line === last ? { at: 'inline', line: last } : { at: 'inline', startLine: start.line, line: last };
  }
  return { at: 'file', why: 'the change does not touch these lines' };
}
