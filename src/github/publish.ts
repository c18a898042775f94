import type { Acknowledgement } from '../report/acknowledged.ts';
import type { Publisher } from '../report/publisher.ts';
import type { Review } from '../review/review.ts';
import { CHECK_NAME, publishCheckRun } from './check-run.ts';
import { type Client, Refusal } from './client.ts';
import type { Conversation } from './conversation.ts';
import type { ReviewEvent } from './event.ts';
import { acknowledgements, planComments } from './lifecycle.ts';
import { type Place, postComments } from './post-comments.ts';
import type { Site } from './site.ts';
import { publishSummaryComment } from './summary-comment.ts';
import { deleteDoubled, doubled, updateComments } from './update-comments.ts';

/**
 * The publisher for one event; `conversation` is that of its pull request. Writes are sent one after another; a refusal
 * ends in words, never in an exception.
 */
export function githubPublisher(
  client: Client,
  event: ReviewEvent,
  conversation: Conversation | undefined,
  site: Site,
): Publisher {
  const place: Place | undefined = event.pull &&
    conversation && { client, event, number: event.pull.number, conversation, site };
  return {
    publishReview: async (review, looksAt) => {
      const acknowledged: Acknowledgement[] = [];
      if (place === undefined) return { problems: [], acknowledged };
      const problems = await inWords(event, 'the review', 'pull-requests: write', async () => {
        const { own, isStale } = await conversationNow(place);
        if (isStale) return [movedOn(event)];
        acknowledged.push(...acknowledgements(review, own));
        await publishComments(place, review, looksAt);
        return [];
      });
      return { problems, acknowledged };
    },
    publishSummaryComment: async (review, acknowledged) => {
      if (place === undefined) return [];
      return inWords(event, 'the summary comment', 'pull-requests: write', async () => {
        // The run for the newer commit keeps it up to date.
        const { isStale } = await place.conversation.known();
        if (!isStale) await publishSummaryComment(place, review, acknowledged);
        return [];
      });
    },
    publishCheckRun: (review, acknowledged) =>
      inWords(event, `the check run "${CHECK_NAME}"`, 'checks: write', async () => {
        await publishCheckRun(client, event, review, acknowledged);
        return [];
      }),
  };
}

/** What is known of the conversation. That it is out of date is believed only when it is said twice. */
async function conversationNow({ conversation }: Place): ReturnType<Conversation['read']> {
  const known = await conversation.read();
  return known.isStale ? conversation.read() : known;
}

async function publishComments(place: Place, review: Review, looksAt: (path: string) => boolean): Promise<void> {
  const { client, event, conversation } = place;
  const plan = planComments(review, (await conversation.known()).own, looksAt);
  // What is new first: it is what the author has to see, whatever becomes of the old comments.
  await postComments(place, review, plan.post);
  if (plan.post.length > 0) {
    // Another run may have posted the same meanwhile.
    const { own } = await conversation.read();
    const keys = review.comments.map(({ key }) => key);
    await deleteDoubled(client, event, own, doubled(own, keys));
  }
  await updateComments(client, event, plan);
}

function movedOn({ head }: ReviewEvent): string {
  return `The pull request has a newer commit than ${head.slice(0, 12)}; its comments are left to the run for that one. The findings are in this summary and in the annotations.`;
}

async function inWords(
  event: ReviewEvent,
  what: string,
  permission: string,
  post: () => Promise<string[]>,
): Promise<string[]> {
  try {
    return await post();
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
