import type { Review } from '../review/review.ts';
import type { Acknowledgement } from './acknowledged.ts';

/** What became of the review's comments. */
interface PublishedReview {
  /** What GitHub refused, in sentences. */
  problems: string[];
  /** Findings that people dealt with in the conversation; later reports list them. */
  acknowledged: Acknowledgement[];
}

/**
 * What the story needs of the outside when it publishes; `github/` implements it, tests talk to a stand-in server.
 * Neither verb throws for what GitHub refuses: the refusals are answered as sentences for the job summary, which
 * shows every finding anyway.
 */
export interface Publisher {
  /**
   * Posts one review with the inline comments that are not there yet, and file-level comments singly. Comments that
   * this program posted before, found by marker and own login, are not posted again; one whose body changed is edited
   * in place; one whose findings are gone is marked as fixed; what a person resolved, answered or hid is left alone, and
   * so are comments on files that this run does not look at.
   */
  publishReview(review: Review, looksAt: (path: string) => boolean): Promise<PublishedReview>;
  /** Keeps one summary comment in the conversation, edited in place; none for a clean review that has none yet. */
  publishSummaryComment(review: Review, acknowledged: readonly Acknowledgement[]): Promise<string[]>;
  /** Creates the check run `KMS policy review` on the head commit. */
  publishCheckRun(review: Review, acknowledged: readonly Acknowledgement[]): Promise<string[]>;
}
