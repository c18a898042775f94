import type { Review, ReviewFinding } from '../review/review.ts';
import { plainText, visible } from './escape.ts';
import { countsOf, leftOut, readSentence, scoped } from './words.ts';

export interface TerminalOptions {
  color: boolean;
}

const COLORS = { error: '31', warning: '33', notice: '36', dim: '2', bold: '1' } as const;
type Paint = (color: keyof typeof COLORS, text: string) => string;

/** Lines longer than this are shown around the place only. */
const MAX_LINE = 160;
const MAX_GAPS = 20;

/** The review for a terminal: each finding with its source line underlined, then what could not be read, then the totals. */
export function renderText(review: Review, { color }: TerminalOptions): string {
  const paint: Paint = (name, text) => (color ? `\u001b[${COLORS[name]}m${text}\u001b[0m` : text);
  const blocks = scoped(review).map((finding) => renderFinding(finding, paint));
  const tail = [...gapLines(review, paint), ...leftOut(review), totals(review, paint)].join('\n');
  return `${[...blocks, tail].join('\n\n')}\n`;
}

function renderFinding(finding: ReviewFinding, paint: Paint): string {
  const { path, start, severity, rule } = finding;
  const head = `${paint('bold', `${visible(path)}:${start.line}:${start.column}`)} ${paint(severity, severity)} ${paint('dim', rule)}`;
  const gutter = ' '.repeat(String(start.line).length);
  const lines = [
    head,
    `  ${visible(plainText(finding.message))}`,
    ...excerpt(finding, gutter, paint),
    `  ${gutter} ${paint('dim', '=')} ${visible(plainText(finding.advice))}`,
    ...finding.related.map(
      (place) =>
        `  ${gutter} ${paint('dim', '=')} ${visible(`${place.path}:${place.start.line}`)}: ${visible(plainText(place.note))}`,
    ),
  ];
  return lines.join('\n');
}

/** The first line of the span with its place underlined. A tab counts as one blank, on both lines. */
function excerpt({ start, end, excerpt: source, severity }: ReviewFinding, gutter: string, paint: Paint): string[] {
  const line = source[0] ?? '';
  const last = end.line > start.line ? line.length + 1 : end.column;
  const from = line.length > MAX_LINE ? Math.max(0, start.column - 1 - 40) : 0;
  const shown = line.slice(from, from + MAX_LINE).replaceAll('\t', ' ');
  const before = visible(shown.slice(0, start.column - 1 - from));
  const marked = visible(shown.slice(start.column - 1 - from, last - 1 - from));
  const after = visible(shown.slice(last - 1 - from));
  const bar = paint('dim', '|');
  return [
    `  ${gutter} ${bar}`,
    `  ${paint('dim', String(start.line))} ${bar} ${from > 0 ? '…' : ''}${before}${marked}${after}`,
    `  ${gutter} ${bar} ${' '.repeat(width(before) + (from > 0 ? 1 : 0))}${paint(severity, '^'.repeat(Math.max(1, width(marked))))}`,
  ];
}

/** How many columns a terminal gives a text: two for East Asian wide characters and emoji, none for combining marks. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    columns +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

function gapLines(review: Review, paint: Paint): string[] {
  const gaps = [
    ...review.files.skipped
      .filter(({ reason }) => reason !== 'no policy can be in it')
      .map(({ path, reason }) => `  ${path === '' ? '' : `${visible(path)}: `}${visible(reason)}`),
    ...review.gaps.map(
      ({ path, start, reason }) => `  ${visible(path)}:${start.line}:${start.column} ${visible(plainText(reason))}`,
    ),
  ];
  if (gaps.length === 0) return [];
  const rest =
    gaps.length > MAX_GAPS ? [`  ... and ${gaps.length - MAX_GAPS} more (--format json lists them all)`] : [];
  return [paint('bold', `Could not be read or decided: ${gaps.length}`), ...gaps.slice(0, MAX_GAPS), ...rest, ''];
}

function totals(review: Review, paint: Paint): string {
  const { errors, warnings, notices } = review.summary;
  const worst = errors > 0 ? 'error' : warnings > 0 ? 'warning' : notices > 0 ? 'notice' : 'bold';
  const found = errors + warnings + notices > 0 ? `${countsOf(review.summary)}.` : 'No KMS policy mistake found.';
  return `${paint(worst, found)} ${readSentence(review)}`;
}
