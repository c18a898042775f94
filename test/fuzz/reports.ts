import { renderAnnotations } from '../../src/report/annotations.ts';
import { renderCheckRun } from '../../src/report/check-run.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderReviewBody } from '../../src/report/review-body.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderSummaryComment } from '../../src/report/summary-comment.ts';
import { renderAccessText, renderText } from '../../src/report/terminal.ts';
import type { Review } from '../../src/review/review.ts';
import { RULES } from '../../src/rules/index.ts';

/** Every report of a review, by what reads it. */
export interface Reports {
  terminal: string[];
  html: string;
  json: string;
  sarif: string;
  markdown: string[];
  /** Answered to the API, plain text. */
  data: string;
}

/** Makes every report. */
export function reportsOf(review: Review): Reports {
  const checkRun = renderCheckRun(review);
  return {
    terminal: [
      renderText(review, { color: false }),
      renderText(review, { color: false, width: 60 }),
      renderAccessText(review, { color: false }),
    ],
    html: renderHtml(review),
    json: renderJson(review),
    sarif: renderSarif(review, RULES),
    markdown: [
      renderMarkdown(review),
      renderSummary(review, []),
      renderSummaryComment(review),
      renderReviewBody(review, undefined),
      checkRun.summary,
      ...review.comments.map((comment) => renderComment(review, comment)),
    ],
    data: JSON.stringify([checkRun, renderAnnotations(review), review.conclusion]),
  };
}
