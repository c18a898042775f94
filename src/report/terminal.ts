import type { FixedFile } from '../review/fixed-file.ts';
import type { Review, ReviewFinding } from '../review/review.ts';
import { plainText } from './escape.ts';
import { leftOut, newlySuppressed } from './left-out.ts';
import { accessLines } from './terminal-access.ts';
import { columnsIn, terminalPiece, terminalText, wrap } from './terminal-text.ts';
import { countsOf, lostFiles, readSentence, scoped } from './words.ts';

/** How the terminal takes it. */
export interface TerminalOptions {
  color: boolean;
  /** Columns at which messages are broken into lines; source lines and paths never are. Without it nothing is. */
  width?: number;
}

const COLORS = { error: '31', warning: '33', notice: '36', dim: '2', bold: '1' } as const;
export type Paint = (color: keyof typeof COLORS, text: string) => string;

interface Page {
  paint: Paint;
  width: number;
}

/** Lines longer than this are shown around the place only. */
const MAX_LINE = 160;
/** What is shown before the place in such a line. */
const LEAD = 40;
const MAX_GAPS = 20;
/** Narrower than this, breaking lines makes nothing readable. */
const MIN_WIDTH = 40;

/** The review for a terminal: each finding with its source line underlined, then what could not be read, then the totals. */
export function renderText(review: Review, options: TerminalOptions): string {
  const page = openPage(options);
  const { paint } = page;
  const explained = new Set<string>();
  const blocks = scoped(review).map((finding) => {
    const isFirst = !explained.has(finding.rule);
    explained.add(finding.rule);
    return renderFinding(finding, isFirst, page);
  });
  const tail = [
    ...accessLines(review.access, paint, page.width),
    ...suppressedLines(review, paint),
    ...gapLines(review, paint),
    ...leftOut(review).map((line) => terminalText(plainText(line))),
    totals(review, paint),
  ].join('\n');
  return `${[...blocks, tail].join('\n\n')}\n`;
}

function openPage({ color, width }: TerminalOptions): Page {
  const paint: Paint = (name, text) => (color ? `\u001b[${COLORS[name]}m${text}\u001b[0m` : text);
  return { paint, width: width === undefined ? Number.POSITIVE_INFINITY : Math.max(MIN_WIDTH, width) };
}

/** The access of two versions for a terminal, and what of it could not be read; findings are not shown. */
export function renderAccessText(review: Review, options: TerminalOptions): string {
  const { paint, width } = openPage(options);
  const lines = accessLines(review.access, paint, width);
  return `${[...(lines.length > 0 ? lines : ['No KMS policy differs.', '']), ...gapLines(review, paint), readSentence(review)].join('\n')}\n`;
}

/** What `--fix` wrote: one line a finding, in the order in which it was done. */
export function renderFixed({ files }: { files: readonly FixedFile[] }): string {
  const lines = files.flatMap(({ path, fixes }) =>
    fixes.map(({ line, rule, title }) => `  ${terminalText(`${path}:${line} ${rule}: ${plainText(title)}`)}`),
  );
  if (lines.length === 0) return 'Nothing to fix.\n\n';
  return `Fixed: ${lines.length}\n${lines.join('\n')}\n\n`;
}

/** One finding; the address of its rule's page stands with the first finding of that rule only. */
function renderFinding(finding: ReviewFinding, withHelp: boolean, { paint, width }: Page): string {
  const { path, start, severity, rule } = finding;
  const gutter = ' '.repeat(String(start.line).length);
  const notes = [
    plainText(finding.advice),
    ...(finding.fix ? [`fix: ${plainText(finding.fix.title)} (--fix writes it)`] : []),
    ...finding.related.map((place) => `${place.path}:${place.start.line}: ${plainText(place.note)}`),
    ...(withHelp ? [finding.help] : []),
  ];
  return [
    `${paint('bold', `${terminalText(path)}:${start.line}:${start.column}`)} ${paint(severity, severity)} ${paint('dim', rule)}`,
    ...wrap(terminalText(plainText(finding.message)), width - 2).map((line) => `  ${line}`),
    ...excerpt(finding, gutter, paint),
    ...notes.flatMap((note) =>
      wrap(terminalText(note), width - gutter.length - 5).map(
        (line, index) => `  ${gutter} ${index === 0 ? paint('dim', '=') : ' '} ${line}`,
      ),
    ),
  ].join('\n');
}

/** The first line of the span with its place underlined; merged reports have none. A tab counts as one blank, on both lines. */
function excerpt({ start, end, excerpt: source, severity }: ReviewFinding, gutter: string, paint: Paint): string[] {
  if (source[0] === undefined) return [];
  const line = source[0].replaceAll('\t', ' ');
  const [from, to] = windowOf(line, start.column - 1);
  const first = start.column - 1;
  const last = Math.max(first, Math.min(to, end.line > start.line ? line.length : end.column - 1));
  const before = terminalPiece(line, from, first);
  const marked = terminalPiece(line, first, last);
  const after = terminalPiece(line, last, to);
  const lead = from > 0 ? '…' : '';
  const bar = paint('dim', '|');
  const more = end.line > start.line && end.column > 1 ? paint('dim', ` to line ${end.line}`) : '';
  return [
    `  ${gutter} ${bar}`,
    `  ${paint('dim', String(start.line))} ${bar} ${lead}${before}${marked}${after}${to < line.length ? '…' : ''}`,
    `  ${gutter} ${bar} ${' '.repeat(columnsIn(lead + before))}${paint(severity, '^'.repeat(Math.max(1, columnsIn(marked))))}${more}`,
  ];
}

/** The part of a line that is shown, `[from, to)`; it never begins or ends inside a surrogate pair. */
function windowOf(line: string, place: number): [number, number] {
  if (line.length <= MAX_LINE) return [0, line.length];
  const from = Math.max(0, Math.min(place - LEAD, line.length - MAX_LINE));
  const isTail = (at: number): boolean => /[\udc00-\udfff]/.test(line[at] ?? '');
  const to = from + MAX_LINE;
  return [isTail(from) ? from + 1 : from, isTail(to) ? to - 1 : to];
}

function gapLines(review: Review, paint: Paint): string[] {
  const gaps = [
    ...lostFiles(review).map(({ path, reason }) => `  ${terminalText(path === '' ? reason : `${path}: ${reason}`)}`),
    ...review.gaps.map(
      ({ path, start, reason }) => `  ${terminalText(`${path}:${start.line}:${start.column} ${plainText(reason)}`)}`,
    ),
  ];
  if (gaps.length === 0) return [];
  const rest =
    gaps.length > MAX_GAPS ? [`  ... and ${gaps.length - MAX_GAPS} more (--format json lists them all)`] : [];
  return [paint('bold', `Could not be read or decided: ${gaps.length}`), ...gaps.slice(0, MAX_GAPS), ...rest, ''];
}

function suppressedLines(review: Review, paint: Paint): string[] {
  const { shown, more } = newlySuppressed(review);
  if (shown.length === 0) return [];
  const lines = shown.map(({ rule, place, reason }) => `  ${terminalText(`${plainText(place)} ${rule}: ${reason}`)}`);
  const rest = more > 0 ? [`  ... and ${more} more`] : [];
  return [paint('bold', `Suppressed in this change: ${shown.length + more}`), ...lines, ...rest, ''];
}

function totals(review: Review, paint: Paint): string {
  const { errors, warnings, notices } = review.summary;
  const worst = errors > 0 ? 'error' : warnings > 0 ? 'warning' : notices > 0 ? 'notice' : 'bold';
  const fixable = scoped(review).filter(({ fix }) => fix !== null).length;
  const found = errors + warnings + notices > 0 ? `${countsOf(review.summary)}.` : 'No KMS policy mistake found.';
  const fix = fixable > 0 ? ` ${fixable} can be fixed with --fix.` : '';
  return `${paint(worst, found)}${fix} ${readSentence(review)}`;
}
