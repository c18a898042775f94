import { RULES } from '../rules/index.ts';
import type { Finding } from '../rules/rule.ts';
import { isDay } from '../source/day.ts';
import { nearest } from '../source/nearest.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import type { Node } from '../syntax/node.ts';
import { MARKER } from '../syntax/scan.ts';

/** A comment that tells this tool to leave the findings of one rule at one place alone. */
export interface SuppressionComment {
  file: SourceFile;
  /** Where the comment begins, 1-based. */
  line: number;
  /** What follows the marker, white space made single: its identity over time. */
  text: string;
  rule: string;
  reason: string;
  /** `YYYY-MM-DD`: the last day on which it holds. */
  until?: string;
  /** What is wrong with it, in plain words with code spans; then it suppresses nothing. */
  problem?: string;
  /** The 1-based line that it is about; undefined where nothing follows it. */
  target: number | undefined;
  /** The line after it, where the target only opens what begins there: `- ` or `statement {`. */
  opened: number | undefined;
}

/** The comments among these that speak to this tool. `comments` are all of a file, in its order. */
export function readSuppressionComments(file: SourceFile, comments: readonly Span[]): SuppressionComment[] {
  const told = comments.filter((span) => bare(file.slice(span)).startsWith(MARKER));
  if (told.length === 0) return [];
  const passed = commentLines(file, comments);
  return told.map((span) => {
    const text = bare(file.slice(span)).slice(MARKER.length).trim();
    const target = targetOf(file, span, passed);
    const opens = target !== undefined && /\{$|^-(?:\s+[&!]\S*)*$/.test(codeIn(file, target, comments));
    return {
      file,
      line: file.position(span.start).line,
      text,
      ...readInstruction(text),
      target,
      opened: opens ? nextLine(file, target + 1, passed) : undefined,
    };
  });
}

/** A comment without its signs, on one line. */
function bare(comment: string): string {
  return comment
    .replace(/^(?:#+|\/\/+|\/\*+)/, '')
    .replace(/^(.*)\*\/$/s, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

function readInstruction(text: string): Pick<SuppressionComment, 'rule' | 'reason' | 'until' | 'problem'> {
  const [word = '', rule = '', ...rest] = text.split(' ');
  const [first = ''] = rest;
  const until = first.startsWith('until=') ? first.slice('until='.length) : undefined;
  const reason = (until === undefined ? rest : rest.slice(1)).join(' ');
  const read = { rule, reason, ...(until !== undefined && { until }) };
  const problem = problemOf(word, rule, reason, until);
  return problem === undefined ? read : { ...read, problem };
}

function problemOf(word: string, rule: string, reason: string, until: string | undefined): string | undefined {
  const how = `write \`${MARKER} ignore RULE REASON\``;
  if (word !== 'ignore') return `it does not say \`ignore\`; ${how}`;
  if (rule === '') return `the rule is missing; ${how}`;
  const ids = RULES.map(({ id }) => id);
  if (!ids.includes(rule)) {
    const near = nearest(rule, ids);
    return `there is no rule of that name${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
  }
  if (until !== undefined && !isDay(until)) return 'what follows `until=` is no date; write `until=YYYY-MM-DD`';
  return reason === '' ? `the reason is missing; ${how}` : undefined;
}

/** The lines on which there is nothing but comments. */
function commentLines(file: SourceFile, comments: readonly Span[]): Set<number> {
  const lines = new Set<number>();
  for (const span of comments) {
    const [first, last] = [file.position(span.start).line, file.position(span.end).line];
    const before = file.text.slice(file.lineStart(first), span.start).trim();
    if (before !== '' || restOf(file, span.end) !== '') continue;
    for (let line = first; line <= last; line++) lines.add(line);
  }
  return lines;
}

/** What stands after an offset on its line. */
function restOf(file: SourceFile, offset: number): string {
  const { line, column } = file.position(offset);
  return file
    .line(line)
    .slice(column - 1)
    .trim();
}

/** A comment beside something is about its line, one that is alone about the next line with anything else on it. */
function targetOf(file: SourceFile, span: Span, passed: ReadonlySet<number>): number | undefined {
  const { line } = file.position(span.start);
  if (file.text.slice(file.lineStart(line), span.start).trim() !== '') return line;
  const last = file.position(span.end).line;
  return restOf(file, span.end) === '' ? nextLine(file, last + 1, passed) : last;
}

function nextLine(file: SourceFile, from: number, passed: ReadonlySet<number>): number | undefined {
  for (let line = from; line <= file.lineCount; line++)
    if (!passed.has(line) && file.line(line).trim() !== '') return line;
  return undefined;
}

/** A line without the comment at its end. */
function codeIn(file: SourceFile, line: number, comments: readonly Span[]): string {
  const start = file.lineStart(line);
  const text = file.line(line);
  const beside = comments.find((span) => span.start > start && span.start < start + text.length);
  return text.slice(0, beside ? beside.start - start : undefined).trim();
}

/**
 * Whether a comment is about a finding: it stands above (or beside) the statement, the element at fault or one around
 * it, or, where the finding is about no statement, the policy or the resource. Expiry is not looked at.
 */
export function isAbout(comment: SuppressionComment, finding: Finding): boolean {
  if (comment.problem !== undefined || comment.rule !== finding.rule) return false;
  const { statement, policy, declared, span } = finding;
  const begins = (place: Span | undefined, line: number | undefined): boolean =>
    place !== undefined &&
    place.file.path === comment.file.path &&
    line !== undefined &&
    place.file.position(place.start).line === line;
  const around = statement ? keysAround(statement.node, span) : [];
  if ([span, ...around].some((place) => begins(place, comment.target))) return true;
  const whole = statement ? [statement.span] : [policy?.span, declared?.span];
  return whole.some((place) => begins(place, comment.target) || begins(place, comment.opened));
}

/** The keys of the elements that a place in a statement is part of, from the outside in. */
function keysAround(node: Node, place: Span): Span[] {
  if (node.type === 'list') return node.items.flatMap((item) => keysAround(item, place));
  if (node.type !== 'map') return [];
  return node.entries.flatMap(({ key, value }) => {
    const { file, start } = key.span;
    const isInside = place.file === file && place.start >= start && place.end <= value.span.end;
    return isInside ? [key.span, ...keysAround(value, place)] : [];
  });
}
