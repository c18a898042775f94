import type { Review, ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';
import { accessSection } from './access.ts';
import { type Acknowledgement, acknowledgedList } from './acknowledged.ts';
import { cut, escapeMarkdown, inertSentence, tableCell } from './escape.ts';
import { leftOut, newlySuppressed } from './left-out.ts';
import { countsOf, headline, type Link, lostFiles, placeOf, readSentence, scoped } from './words.ts';

/**
 * GitHub takes 1 MiB of job summary a step, counted in bytes; a code unit is at most three of them. The table and the
 * gaps keep to shares of it, so that what follows them is never what is cut.
 */
const MAX_SUMMARY = 300_000;
const MAX_TABLE = 200_000;
const MAX_ACCESS = 30_000;
const MAX_GAPS = 50_000;

/**
 * The job summary: one sentence, the findings as a table, then what could not be done or read. `link` leads to the
 * places. GitHub Markdown.
 */
export function renderSummary(
  review: Review,
  problems: readonly string[],
  acknowledged: readonly Acknowledgement[] = [],
  link?: Link,
): string {
  const text = [
    '## KMS policy review',
    headline(review),
    ...problems.map((problem) => `> [!WARNING]\n> ${inertSentence(problem)}`),
    ...findingsTable(review, MAX_TABLE, link),
    ...accessSection(review, MAX_ACCESS),
    ...suppressedList(review),
    ...acknowledgedList(review, acknowledged, link),
    ...gapsList(review, MAX_GAPS),
    footer(review),
  ].join('\n\n');
  return `${cut(text, MAX_SUMMARY, 'The summary is cut here: it would be longer than GitHub takes.')}\n`;
}

/** The table of the findings in scope in at most `room` characters, with a visible remainder; empty without findings. */
export function findingsTable(review: Review, room: number, link?: Link): string[] {
  const found = scoped(review);
  if (found.length === 0) return [];
  const rows = fitting(
    found.map((finding) => tableRow(finding, link)),
    room,
  );
  const rest = found.length - rows.length;
  return [
    ['| Severity | Rule | Place | What is wrong, and what to write |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...(rest > 0 ? [`... and ${rest} more; ${countsOf(review.summary)} in all.`] : []),
  ];
}

function tableRow(finding: ReviewFinding, link: Link | undefined): string {
  const rule = `[${finding.rule}](${finding.help})`;
  const cells = [finding.severity, rule, placeOf(finding, link), `${finding.message} ${finding.advice}`];
  return `| ${cells.map(tableCell).join(' | ')} |`;
}

/** What could not be read, folded away, in at most `room` characters with a visible remainder; empty without gaps. */
export function gapsList(review: Review, room: number): string[] {
  const gaps = review.gaps.map((gap) => `- ${placeOf(gap)}: ${inertSentence(gap.reason)}`);
  const lost = lostFiles(review).map(
    ({ path, reason }) => `- ${path === '' ? '' : `${code(path)}: `}${escapeMarkdown(reason)}`,
  );
  const all = [...lost, ...gaps];
  if (all.length === 0) return [];
  const shown = fitting(all, room);
  const rest = all.length > shown.length ? [`- ... and ${all.length - shown.length} more`] : [];
  const list = [...shown, ...rest].join('\n');
  return [`<details><summary>Could not be read or decided: ${all.length}</summary>\n\n${list}\n\n</details>`];
}

/** What comments of the change itself suppress, for whoever reviews it; empty where they suppress nothing. */
export function suppressedList(review: Review): string[] {
  const { shown, more } = newlySuppressed(review);
  if (shown.length === 0) return [];
  const lines = shown.map(({ rule, place, reason }) => `- ${code(rule)} at ${place}: ${escapeMarkdown(reason)}`);
  const rest = more > 0 ? [`- ... and ${more} more`] : [];
  return [`**Suppressed in this pull request: ${shown.length + more}**\n\n${[...lines, ...rest].join('\n')}`];
}

/** The first lines that together keep to `room` characters. */
function fitting(lines: readonly string[], room: number): string[] {
  let left = room;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? [...lines] : lines.slice(0, end);
}

/** Counts of what is not listed, and what was read. */
export function footer(review: Review): string {
  return [...leftOut(review), readSentence(review)].join(' ');
}
