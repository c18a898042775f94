import type { Review, ReviewFinding } from '../review/review.ts';
import { SEVERITIES } from '../rules/rule.ts';
import { cut, plainText } from './escape.ts';
import { columnsOf, lastLine, scoped } from './words.ts';

/**
 * GitHub shows ten annotations of each level a step and fifty a job, and drops the rest without a word
 * (actions/toolkit, docs/problem-matchers.md). Three levels of ten are below fifty.
 */
const MAX_PER_LEVEL = 10;
/** Characters of one message; it is one line of the log. Ours. */
const MAX_MESSAGE = 4_000;

/** One workflow command `::error file=...`. Lines and columns are 1-based, both ends included. */
export interface WorkflowAnnotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title: string;
  file: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
}

/** The workflow annotations, worst first. Where a level has more than GitHub shows, its last one says how many are not shown. */
export function renderAnnotations(review: Review): WorkflowAnnotation[] {
  const found = scoped(review);
  return SEVERITIES.flatMap((level) => {
    const all = found.filter((finding) => finding.severity === level);
    const shown = all.slice(0, MAX_PER_LEVEL);
    return shown.map((finding, index) =>
      annotation(finding, index === shown.length - 1 ? all.length - shown.length : 0),
    );
  });
}

function annotation(finding: ReviewFinding, hidden: number): WorkflowAnnotation {
  const columns = columnsOf(finding);
  const text = cut(`${plainText(finding.message)} ${plainText(finding.advice)}`, MAX_MESSAGE, '...');
  const more = hidden > 0 ? `\n\n${hidden} more of this level: see the job summary.` : '';
  return {
    level: finding.severity,
    message: `${text}${more}`,
    title: finding.rule,
    file: finding.path,
    startLine: finding.start.line,
    endLine: lastLine(finding),
    ...(columns && { startColumn: columns.first, endColumn: columns.last }),
  };
}
