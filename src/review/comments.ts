import type { SourceFile } from '../source/source-file.ts';
import { place } from './place.ts';
import type { Fix, Prover } from './prove.ts';
import type { CommentFix, Made, Placement, ReviewComment, ReviewFix, ReviewInput } from './review.ts';

/** A suggestion of more lines is not read by anybody before the button is pressed. */
const MAX_SUGGESTED_LINES = 60;

/** Comments on files: no review can hold them, so that each is a request and a notification of its own. Ours. */
const MAX_ON_FILE = 10;

/** Only what counts is worth the proof, the worst first. */
export function proveFixes(made: readonly Made[], prover: Prover | undefined): void {
  for (const one of made) {
    if (!one.finding.inScope || one.origin.repair === undefined) continue;
    one.fix = prover?.prove(one.analysis, [one.origin]);
    one.finding.fix = describeFix(one.fix);
  }
}

/** One comment a statement, in the order of their worst findings; those over the limit go to the summary. */
export function makeComments(all: readonly Made[], input: ReviewInput): ReviewComment[] {
  const groups = new Map<string, { made: Made[]; findings: number[] }>();
  all.forEach((made, index) => {
    const { path, policy, statement, rule, inScope } = made.finding;
    if (!inScope) return;
    const key = JSON.stringify(
      statement ? [path, policy?.address, statement.index] : [path, policy?.address, rule, index],
    );
    const group = groups.get(key) ?? { made: [], findings: [] };
    groups.set(key, group);
    group.made.push(made);
    group.findings.push(index);
  });
  let inline = 0;
  let onFile = 0;
  return [...groups.values()].map(({ made, findings }): ReviewComment => {
    const { path, policy, statement, fingerprint } = (made[0] as Made).finding;
    const identity = statement?.sid ? [path, policy?.address, statement.sid] : [fingerprint];
    const fix = describeCommentFix(proveTogether(made, input), made);
    const ranges = made.map(({ finding }) => finding);
    let placement = placeComment(ranges, fix, path, input);
    if (placement.at !== 'summary' && inline++ >= input.maxComments)
      placement = { at: 'summary', why: `more than ${input.maxComments} comments` };
    else if (placement.at === 'file' && onFile++ >= MAX_ON_FILE)
      placement = { at: 'summary', why: `more than ${MAX_ON_FILE} comments on files` };
    return { key: input.digest(JSON.stringify(identity)), path, findings, placement, fix };
  });
}

/** On the lines that the fix replaces, where they can be shown; else where the findings are. */
function placeComment(
  ranges: Parameters<typeof place>[0],
  fix: CommentFix | null,
  path: string,
  { diff }: ReviewInput,
): Placement {
  const hunks = diff.get(path);
  if (fix?.lines) {
    const { first, last } = fix.lines;
    const lines = { start: { line: first, column: 1 }, end: { line: last, column: 2 } };
    const placement = place([lines], diff.has(path), hunks);
    if (placement.at === 'inline') return placement;
  }
  return place(ranges, diff.has(path), hunks);
}

/** The fix of all findings of a statement that have one, or of as many of them, worst first, as can be proven together. */
function proveTogether(made: readonly Made[], { prover }: ReviewInput): Fix | undefined {
  const mended = made.filter((one) => one.fix !== undefined);
  const [first] = mended;
  if (first === undefined || prover === undefined || mended.length === 1) return first?.fix;
  const prove = (some: readonly Made[]): Fix | undefined =>
    prover.prove(
      first.analysis,
      some.map(({ origin }) => origin),
    );
  const whole = prove(mended);
  if (whole) return whole;
  let chosen = [first];
  let { fix } = first;
  for (const one of mended.slice(1)) {
    const more = prove([...chosen, one]);
    if (more === undefined) continue;
    chosen = [...chosen, one];
    fix = more;
  }
  return fix;
}

/** A proven fix in lines and columns. */
function describeFix(fix: Fix | undefined): ReviewFix | null {
  if (fix === undefined) return null;
  const edits = fix.edits.map(({ span: { file, start, end }, text }) => ({
    start: file.position(start),
    end: file.position(end),
    text,
  }));
  return { title: fix.title, edits, proven: true };
}

function describeCommentFix(fix: Fix | undefined, [first]: readonly Made[]): CommentFix | null {
  const described = describeFix(fix);
  return fix && described && first ? { ...described, lines: replacedLines(first.analysis.file, fix) } : null;
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
