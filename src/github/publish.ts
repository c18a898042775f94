import type { Publisher } from '../report/publisher.ts';
import type { Review } from '../review/review.ts';
import { CHECK_NAME, publishCheckRun } from './check-run.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { planComments, updateComments } from './lifecycle.ts';
import { readOwnComments } from './own-comments.ts';
import { postComments } from './post-comments.ts';
import { publishSummaryComment } from './summary-comment.ts';

/** The publisher for one event. Writes are sent one after another; a refusal ends in words, never in an exception. */
export function githubPublisher(client: Client, event: ReviewEvent): Publisher {
  return {
    publishReview: async (review) => {
      const { pull } = event;
      if (pull === undefined) return [];
      return inWords(event, 'the review', 'pull-requests: write', () =>
        publishComments(client, event, pull.number, review),
      );
    },
    publishSummaryComment: async (review) => {
      const { pull } = event;
      if (pull === undefined) return [];
      return inWords(event, 'the summary comment', 'pull-requests: write', () =>
        publishSummaryComment(client, event, pull.number, review),
      );
    },
    publishCheckRun: (review) =>
      inWords(event, `the check run "${CHECK_NAME}"`, 'checks: write', () => publishCheckRun(client, event, review)),
  };
}

async function publishComments(client: Client, event: ReviewEvent, number: number, review: Review): Promise<void> {
  const plan = planComments(review, await readOwnComments(client, event, number));
  // What is new first: it is what the author has to see, whatever becomes of the old comments.
  await postComments(client, event, number, review, plan.post);
  await updateComments(client, event, plan);
}

async function inWords(
  event: ReviewEvent,
  what: string,
  permission: string,
  post: () => Promise<void>,
): Promise<string[]> {
  try {
    await post();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [explain(error, event, what, permission)];
  }
}

/** A refusal as a sentence that says what to do about it. */
function explain(error: Refusal, event: ReviewEvent, what: string, permission: string): string {
  const shown = 'The findings are in this summary and in the annotations.';
  if (error.kind === 'rate-limit')
    return `GitHub's rate limit kept ${what} from being posted. ${shown} Run the job again later.`;
  if (error.kind !== 'permission') return `GitHub refused ${what} (${error.status || 'no answer'}). ${shown}`;
  if (event.dependabot)
    return `The token may not post ${what}: GitHub gives Dependabot's runs a read-only token. ${shown} Give the job \`permissions: ${permission}\` to change that.`;
  if (event.pull?.fork)
    return `The token may not post ${what}: GitHub gives pull requests from forks a read-only token. ${shown}`;
  return `The token may not post ${what}. Add \`permissions: ${permission}\` to the job. ${shown}`;
}
