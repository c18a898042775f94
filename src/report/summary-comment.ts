import type { Review } from '../review/review.ts';
import type { Acknowledgement } from './acknowledged.ts';
import { cut } from './escape.ts';
import { renderSummary } from './summary.ts';
import type { Link } from './words.ts';

/** Hidden, and the last thing in the comment: later runs find it by this. */
const MARKER = '<!-- kms-policy-review:summary:v1 -->';
/** GitHub refuses bodies over 65,536 characters (its error message). */
const MAX_BODY = 60_000;

/** The comment that sums a pull request up; the same for the same review, so that an equal run edits nothing. */
export function renderSummaryComment(
  review: Review,
  acknowledged: readonly Acknowledgement[] = [],
  link?: Link,
): string {
  const text = cut(
    renderSummary(review, [], acknowledged, link).trimEnd(),
    MAX_BODY,
    'The comment is cut here; the job summary has more.',
  );
  return `${text}\n\n${MARKER}`;
}

/** Whether a body is one of these. Whose comment it is must be checked apart: anybody can paste the marker. */
export function isSummaryComment(body: string): boolean {
  return body.trimEnd().endsWith(MARKER);
}
