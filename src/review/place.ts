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
