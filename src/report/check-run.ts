import type { Review, ReviewFinding } from '../review/review.ts';
import { cut, plainText } from './escape.ts';
import { findingsTable, footer, gapsList } from './summary.ts';
import { headline, scoped } from './words.ts';

/** GitHub refuses more than 65,535 characters in `summary` and `text`. */
const MAX_TEXT = 60_000;
/** And more than 64 KB in an annotation's message. */
const MAX_MESSAGE = 20_000;

interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string;
}

export interface CheckRunText {
  title: string;
  summary: string;
  annotations: CheckAnnotation[];
}

/** The texts of the check run `KMS policy review`; annotations are plain text, all of them, worst first. */
export function renderCheckRun(review: Review): CheckRunText {
  const note = 'The list is cut here; the job summary has all of it.';
  const body = [headline(review), ...findingsTable(review), ...gapsList(review), footer(review)].join('\n\n');
  return {
    title: headline(review).slice(0, 200),
    summary: cut(body, MAX_TEXT, note),
    annotations: scoped(review).map(annotation),
  };
}

function annotation(finding: ReviewFinding): CheckAnnotation {
  const { start, end } = finding;
  const last = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
  return {
    path: finding.path,
    start_line: start.line,
    end_line: last,
    // GitHub takes columns only where the annotation is on one line; its end is inclusive.
    ...(last === start.line ? { start_column: start.column, end_column: Math.max(start.column, end.column - 1) } : {}),
    annotation_level: finding.severity === 'error' ? 'failure' : finding.severity,
    message: `${plainText(finding.message)}\n\n${plainText(finding.advice)}`.slice(0, MAX_MESSAGE),
    title: finding.rule,
  };
}
