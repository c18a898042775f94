import type { Review } from '../review/review.ts';
import { count, scoped, verdict } from './words.ts';

/**
 * What a review says above its comments: how it ended, and how much of it is not in the comments. `runUrl` is the page
 * with the job summary. GitHub Markdown.
 */
export function renderReviewBody(review: Review, runUrl: string | undefined): string {
  const summary = runUrl === undefined ? 'job summary' : `[job summary](${runUrl})`;
  const said = new Set(
    review.comments.filter(({ placement }) => placement.at !== 'summary').flatMap(({ findings }) => findings),
  );
  const rest = scoped(review).length - said.size;
  return [
    verdict(review),
    ...(rest > 0 ? [`${count(rest, 'more finding')} ${rest === 1 ? 'is' : 'are'} in the ${summary}.`] : []),
    ...(review.summary.incomplete ? [`What could not be read is in the ${summary}.`] : []),
  ].join(' ');
}
