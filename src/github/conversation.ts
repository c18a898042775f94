import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { MAX_THREAD_PAGES } from './limits.ts';
import { type OwnComment, ownThreads, readOwnByRest, type ThreadsAnswer, threadsPart } from './own-comments.ts';
import { askRepository, type QueryPart } from './query.ts';

/** What is known of a pull request's conversation. */
interface Known {
  /** Our comments, oldest first. */
  own: OwnComment[];
  /** The pull request's head has moved on since the event: another run speaks for it. REST does not tell. */
  isStale: boolean;
}

/** The review comments of a pull request, as far as they are ours. */
export interface Conversation {
  /** The question for the first page, for a request that is made anyway. */
  firstPage: QueryPart;
  /** Takes the answer to it; what is read next begins with it. */
  keep(answer: ThreadsAnswer): void;
  /** Reads, as it is now except for what was kept. Throws a Refusal. */
  read(): Promise<Known>;
  /** What the last reading said; reads where there was none. Throws a Refusal. */
  known(): Promise<Known>;
}

/**
 * Opens the conversation of pull request `number`. GraphQL is asked first, because REST does not know which threads
 * are resolved; REST answers where GraphQL does not: an older Enterprise Server may lack a field.
 */
export function openConversation(client: Client, event: ReviewEvent, number: number): Conversation {
  let kept: ThreadsAnswer | undefined;
  let last: Known | undefined;
  const readThreads = async (): Promise<Known> => {
    const own: OwnComment[] = [];
    let isStale = false;
    let after: string | null = null;
    for (let page = 0; page < MAX_THREAD_PAGES; page++) {
      const answer: ThreadsAnswer = kept ?? (await askRepository(client, event, [threadsPart(number, after)]));
      kept = undefined;
      const pull = answer.repository?.pullRequest;
      if (!pull) break;
      isStale = pull.headRefOid !== event.head;
      own.push(...ownThreads(answer));
      if (!pull.reviewThreads.pageInfo.hasNextPage) break;
      after = pull.reviewThreads.pageInfo.endCursor;
    }
    return { own, isStale };
  };
  const read = async (): Promise<Known> => {
    try {
      last = await readThreads();
    } catch (error) {
      if (!(error instanceof Refusal) || (error.kind !== 'invalid' && error.kind !== 'unavailable')) throw error;
      last = { own: await readOwnByRest(client, event, number), isStale: false };
    }
    return last;
  };
  return {
    firstPage: threadsPart(number, null),
    keep: (answer) => {
      kept = answer;
    },
    read,
    known: async () => last ?? read(),
  };
}
