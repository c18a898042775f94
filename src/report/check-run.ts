import type { Review, ReviewFinding } from '../review/review.ts';
import { accessSection } from './access.ts';
import { type Acknowledgement, acknowledgedList } from './acknowledged.ts';
import { cut, plainText } from './escape.ts';
import { findingsTable, footer, gapsList, suppressedList } from './summary.ts';
import { columnsOf, headline, lastLine, scoped } from './words.ts';

/** GitHub refuses more than 65,535 characters in `summary` (its error message); table and gaps keep to shares of it. */
const MAX_SUMMARY = 60_000;
const MAX_TABLE = 45_000;
const MAX_ACCESS = 7_000;
const MAX_GAPS = 7_000;
/** GitHub takes 64 KB in an annotation's message (OpenAPI description), and a code unit is at most three bytes. */
const MAX_MESSAGE = 20_000;
/** GitHub says of an annotation's title that 255 characters are the most; the check run's own keeps to less. */
const MAX_TITLE = 200;

interface CheckAnnotation {
  path: string;
  /** 1-based, both included; columns only where the annotation is on one line. */
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string;
}

/** The `output` of a check run. */
export interface CheckRunText {
  title: string;
  summary: string;
  annotations: CheckAnnotation[];
}

/** The texts of the check run `KMS policy review`; annotations are plain text, all of them, worst first. */
export function renderCheckRun(review: Review, acknowledged: readonly Acknowledgement[] = []): CheckRunText {
  const body = [
    headline(review),
    ...findingsTable(review, MAX_TABLE),
    ...accessSection(review, MAX_ACCESS),
    ...suppressedList(review),
    ...acknowledgedList(review, acknowledged),
    ...gapsList(review, MAX_GAPS),
    footer(review),
  ].join('\n\n');
  return {
    title: headline(review).slice(0, MAX_TITLE),
    summary: cut(body, MAX_SUMMARY, 'The list is cut here; the job summary has more of it.'),
    annotations: scoped(review).map(annotation),
  };
}

function annotation(finding: ReviewFinding): CheckAnnotation {
  const columns = columnsOf(finding);
  const message = `${plainText(finding.message)}\n\n${plainText(finding.advice)}`;
  return {
    path: finding.path,
    start_line: finding.start.line,
    end_line: lastLine(finding),
    ...(columns && { start_column: columns.first, end_column: columns.last }),
    annotation_level: finding.severity === 'error' ? 'failure' : finding.severity,
    message: cut(message, MAX_MESSAGE, '... and more; the job summary has it.'),
    title: finding.rule,
  };
}
