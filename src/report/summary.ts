import type { Review } from '../review/review.ts';
import { code } from '../rules/code.ts';
import { cut, escapeMarkdown, tableCell } from './escape.ts';
import { countsOf, headline, leftOut, placeOf, readSentence, scoped } from './words.ts';

/** GitHub takes 1 MiB of job summary a step, counted in bytes; a code unit is at most three of them. */
const MAX_SUMMARY = 300_000;
const MAX_ROWS = 500;
const MAX_GAPS = 100;

/** The job summary: one sentence, the findings as a table, then what could not be done or read. GitHub Markdown. */
export function renderSummary(review: Review, problems: readonly string[]): string {
  const text = [
    '## KMS policy review',
    headline(review),
    ...problems.map((problem) => `> [!WARNING]\n> ${problem.replace(/\s+/g, ' ')}`),
    ...findingsTable(review),
    ...gapsList(review),
    footer(review),
  ].join('\n\n');
  return `${cut(text, MAX_SUMMARY, 'The summary is cut here: it would be longer than GitHub takes.')}\n`;
}

/** The table of the findings in scope, with a visible remainder; empty where there are none. */
export function findingsTable(review: Review, rows = MAX_ROWS): string[] {
  const found = scoped(review);
  if (found.length === 0) return [];
  const lines = found.slice(0, rows).map((finding) => {
    const cells = [
      finding.severity,
      `[${finding.rule}](${finding.help})`,
      placeOf(finding),
      finding.message,
      finding.advice,
    ];
    return `| ${cells.map(tableCell).join(' | ')} |`;
  });
  const rest = found.length - lines.length;
  return [
    ['| Severity | Rule | Place | What is wrong | What to write |', '| --- | --- | --- | --- | --- |', ...lines].join(
      '\n',
    ),
    ...(rest > 0 ? [`... and ${rest} more; ${countsOf(review.summary)} in all.`] : []),
  ];
}

/** What could not be read, folded away where it is long. */
export function gapsList(review: Review): string[] {
  const gaps = review.gaps.map((gap) => `- ${placeOf(gap)}: ${gap.reason}`);
  const lost = review.files.skipped
    .filter(({ reason }) => reason !== 'no policy can be in it')
    .map(({ path, reason }) => `- ${path === '' ? '' : `${code(path)}: `}${escapeMarkdown(reason)}`);
  const all = [...lost, ...gaps];
  if (all.length === 0) return [];
  const shown = all.slice(0, MAX_GAPS).join('\n');
  const rest = all.length > MAX_GAPS ? `\n- ... and ${all.length - MAX_GAPS} more` : '';
  return [`<details><summary>Could not be read or decided: ${all.length}</summary>\n\n${shown}${rest}\n\n</details>`];
}

export function footer(review: Review): string {
  return [...leftOut(review), readSentence(review)].join(' ');
}
