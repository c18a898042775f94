/** 1-based first and last line; `first > last` where the hunk has no line of that side. */
export interface LineRange {
  first: number;
  last: number;
}

export interface HunkRanges {
  LEFT: LineRange;
  RIGHT: LineRange;
}

export type Side = keyof HunkRanges;

/**
 * The lines that each hunk of a patch shows on both sides, context included. It is written apart from the Action's own
 * reader of patches, so that a mistake there is not repeated here.
 */
export function readHunks(patch: string): HunkRanges[] {
  return patch.split('\n').flatMap((line) => {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    return header ? [{ LEFT: range(header[1], header[2]), RIGHT: range(header[3], header[4]) }] : [];
  });
}

function range(start = '0', count = '1'): LineRange {
  return { first: Number(start), last: Number(start) + Number(count) - 1 };
}

/** Whether a 1-based line lies in a range. */
export function isInside({ first, last }: LineRange, line: number): boolean {
  return line >= first && line <= last;
}

/** Where a line stands after the hunks of a `-U0` diff; null where it was changed or removed. */
export function mapLine(hunks: readonly HunkRanges[], line: number): number | null {
  let shift = 0;
  for (const { LEFT, RIGHT } of hunks) {
    const removed = LEFT.last - LEFT.first + 1;
    // A hunk that only adds stands after its line.
    if (removed === 0 ? line <= LEFT.first : line < LEFT.first) break;
    if (isInside(LEFT, line)) return null;
    shift += RIGHT.last - RIGHT.first + 1 - removed;
  }
  return line + shift;
}
