import type { ReviewFinding, ReviewFix } from '../review/review.ts';
import { escapeInvisible } from '../rules/code.ts';
import type { Position } from '../source/source-file.ts';

/** An edit as offsets into the lines that the comment stands on. */
interface LineEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * The suggestion block for the lines `first` to `last` (1-based, both included) of a comment with these findings,
 * worst first: the lines as they are after every proven fix whose edits lie inside them. Undefined where no fix does,
 * where the source lines are not known, or where the block would hide something. GitHub replaces exactly the lines
 * of the comment, takes the block without its last line break, and an empty block deletes the lines (GitHub's
 * documentation of suggested changes; how reviewdog does it).
 */
export function renderSuggestion(findings: readonly ReviewFinding[], first: number, last: number): string | undefined {
  const lines = linesOf(findings, first, last);
  if (lines === undefined) return undefined;
  const before = `${lines.join('\n')}\n`;
  const after = apply(before, combine(findings, first, lines));
  if (after === before) return undefined;
  // Without a line break at its end the text would run into the line after it.
  if (after !== '' && !after.endsWith('\n')) return undefined;
  const visible = after.replace(/[\n\t]/g, '');
  if (escapeInvisible(visible) !== visible) return undefined;
  const runs = after.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}suggestion\n${after}${fence}`;
}

/** The source lines, as far as the excerpts of the findings hold them. */
function linesOf(findings: readonly ReviewFinding[], first: number, last: number): string[] | undefined {
  const known = new Map(
    findings.flatMap(({ start, excerpt }) => excerpt.map((line, index) => [start.line + index, line] as const)),
  );
  const lines = Array.from({ length: last - first + 1 }, (_, index) => known.get(first + index));
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

/** The edits of the proven fixes that lie in these lines; a fix counts whole or not at all, the worst finding's first. */
function combine(findings: readonly ReviewFinding[], first: number, lines: readonly string[]): LineEdit[] {
  const chosen: LineEdit[] = [];
  for (const { fix } of findings) {
    if (!fix?.proven) continue;
    const edits = locate(fix, first, lines);
    const fresh = edits?.filter((edit) => !chosen.some((other) => isSame(edit, other))) ?? [];
    if (!fresh.some((edit) => chosen.some((other) => overlaps(edit, other)))) chosen.push(...fresh);
  }
  return chosen.sort((a, b) => a.start - b.start);
}

function locate(fix: ReviewFix, first: number, lines: readonly string[]): LineEdit[] | undefined {
  const edits: LineEdit[] = [];
  for (const edit of fix.edits) {
    const [start, end] = [offset(edit.start, first, lines), offset(edit.end, first, lines)];
    const text = edit.text.replaceAll('\r\n', '\n');
    if (start === undefined || end === undefined || end < start) return undefined;
    edits.push({ start, end, text });
  }
  return edits;
}

/** The offset in the joined lines; the start of the line after the last is their end. */
function offset({ line, column }: Position, first: number, lines: readonly string[]): number | undefined {
  const index = line - first;
  const before = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
  if (index === lines.length && column === 1) return before;
  const text = lines[index];
  return text === undefined || column - 1 > text.length ? undefined : before + column - 1;
}

function isSame(a: LineEdit, b: LineEdit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

/** Two insertions at one place overlap as well: which comes first would be a guess. */
function overlaps(a: LineEdit, b: LineEdit): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}

function apply(text: string, edits: readonly LineEdit[]): string {
  let from = 0;
  let result = '';
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}
