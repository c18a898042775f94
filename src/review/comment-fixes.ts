import type { SourceFile } from '../source/source-file.ts';
import type { Fix, Prover } from './prove.ts';
import type { CommentFix, Made, ReviewFix } from './review.ts';

/** A suggestion of more lines is not read by anybody before the button is pressed. */
const MAX_SUGGESTED_LINES = 60;

/** Only what counts is worth the proof, the worst first. */
export function proveFixes(made: readonly Made[], prover: Prover | undefined): void {
  for (const one of made) {
    if (!one.finding.inScope || one.origin.repair === undefined) continue;
    one.fix = prover?.prove(one.analysis, [one.origin]);
    one.finding.fix = one.fix ? describe(one.fix) : null;
  }
}

/** What a comment's fix mends, and the lines that it replaces. */
interface Shown {
  fix: Fix;
  mended: readonly Made[];
  lines: CommentFix['lines'];
}

/**
 * The fix of each comment, given the findings of each. Of two buttons for one line the second would undo the first, so
 * that the first one mends both where that can be proven, and the other comment has none.
 */
export function commentFixes(comments: readonly Made[][], prover: Prover | undefined): (CommentFix | null)[] {
  const shown = comments.map((made) => {
    const found = proveTogether(made, prover);
    return found && { ...found, lines: linesOf(found) };
  });
  shown.forEach((one, index) => {
    const other = shown.slice(0, index).find((before) => before && one && overlap(before, one));
    if (one === undefined || other === undefined) return;
    one.lines = null;
    const mended = [...other.mended, ...one.mended];
    const fix = proveAll(mended, prover);
    const lines = fix ? linesOf({ fix, mended }) : null;
    const isFree = shown.every((before) => !before || before === other || !overlap(before, { ...other, lines }));
    if (fix && lines && isFree) Object.assign(other, { fix, mended, lines });
  });
  return shown.map((one) => (one ? { ...describe(one.fix), lines: one.lines } : null));
}

/** Whether two fixes replace a line of one file. */
function overlap(one: Shown, other: Shown): boolean {
  if (!one.lines || !other.lines || fileOf(one) !== fileOf(other)) return false;
  return one.lines.first <= other.lines.last && other.lines.first <= one.lines.last;
}

function fileOf({ mended }: Pick<Shown, 'mended'>): SourceFile | undefined {
  return mended[0]?.analysis.file;
}

function linesOf({ fix, mended }: Omit<Shown, 'lines'>): CommentFix['lines'] {
  const file = fileOf({ mended });
  return file ? replacedLines(file, fix) : null;
}

/** The fix of all findings of a comment that have one, or of as many of them, worst first, as can be proven together. */
function proveTogether(made: readonly Made[], prover: Prover | undefined): Omit<Shown, 'lines'> | undefined {
  const mended = made.filter((one) => one.fix !== undefined);
  const [first, ...more] = mended;
  if (first?.fix === undefined) return undefined;
  const whole = more.length === 0 ? first.fix : proveAll(mended, prover);
  if (whole) return { fix: whole, mended };
  let chosen = { fix: first.fix, mended: [first] };
  for (const one of more) {
    const some = [...chosen.mended, one];
    const fix = proveAll(some, prover);
    if (fix) chosen = { fix, mended: some };
  }
  return chosen;
}

/** One fix of some findings of one file. */
export function proveAll(some: readonly Made[], prover: Prover | undefined): Fix | undefined {
  const [first] = some;
  const origins = some.map(({ origin }) => origin);
  return first && prover?.prove(first.analysis, origins);
}

/** A proven fix in lines and columns. */
function describe({ title, edits }: Fix): ReviewFix {
  const placed = edits.map(({ span: { file, start, end }, text }) => ({
    start: file.position(start),
    end: file.position(end),
    text,
  }));
  return { title, edits: placed, proven: true };
}

/** The lines that a fix replaces; null where the file's line ends are mixed, or the lines too many. */
function replacedLines(file: SourceFile, { edits }: Fix): CommentFix['lines'] {
  if (/\r(?!\n)/.test(file.text) || (/\r\n/.test(file.text) && /(?<!\r)\n/.test(file.text))) return null;
  const from = file.position(Math.min(...edits.map(({ span }) => span.start))).line;
  const to = file.position(Math.max(...edits.map(({ span }) => span.end))).line;
  const [start, end] = [file.lineStart(from), file.lineStart(to) + file.line(to).length];
  let edited = '';
  let at = start;
  for (const { span, text } of edits) {
    edited += file.text.slice(at, span.start) + text;
    at = span.end;
  }
  const after = (edited + file.text.slice(at, end)).split(/\r?\n/);
  const before = Array.from({ length: to - from + 1 }, (_, index) => file.line(from + index));
  // What is taken out begins at the end of the line before it, which stays as it is.
  const skip = before.length > 1 && before[0] === after[0] ? 1 : 0;
  const lines = { first: from + skip, last: to, after: after.slice(skip) };
  return Math.max(lines.last - lines.first + 1, lines.after.length) > MAX_SUGGESTED_LINES ? null : lines;
}
