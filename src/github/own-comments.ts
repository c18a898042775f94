import { type Marker, parseMarker } from '../report/marker.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { ANSWERS_PER_THREAD, COMMENTS_PER_PAGE, JOB_LOGIN, MAX_THREAD_PAGES } from './limits.ts';
import type { QueryPart } from './query.ts';

/** A comment that this program posted in an earlier run, with its thread. */
export interface OwnComment {
  id: number;
  /** Its name in GraphQL. */
  nodeId: string;
  path: string;
  /** The lines of the head that it stands on now, 1-based; null on the file, and where its lines left the diff. */
  startLine: number | null;
  line: number | null;
  body: string;
  marker: Marker;
  /** The review that it came with, in GraphQL's names; REST does not tell. */
  reviewId: string | undefined;
  /** Others wrote in its thread. */
  isAnswered: boolean;
  /** The login of the first person among them. */
  answeredBy: string | undefined;
  /** Only GraphQL knows what follows; REST says that no thread is resolved or hidden, and that none can be. */
  isResolved: boolean;
  resolvedBy: string | undefined;
  isHidden: boolean;
  viewerCanMinimize: boolean;
  thread: { id: string; viewerCanResolve: boolean; viewerCanUnresolve: boolean } | undefined;
}

/** How GitHub shows who is no longer there. */
const GHOST = 'ghost';

interface Actor {
  __typename: string;
  login: string;
}

interface Thread {
  id: string;
  path: string;
  line: number | null;
  startLine: number | null;
  isResolved: boolean;
  resolvedBy: { login: string } | null;
  viewerCanResolve: boolean;
  viewerCanUnresolve: boolean;
  comments: { nodes: (ThreadComment | null)[] };
  answers: { nodes: ({ author: Actor | null } | null)[] };
}

interface ThreadComment {
  id: string;
  fullDatabaseId: string | number | null;
  body: string;
  isMinimized: boolean;
  viewerCanMinimize: boolean;
  pullRequestReview: { id: string } | null;
  author: Actor | null;
}

/** The answer to a {@link threadsPart}. */
export interface ThreadsAnswer {
  viewer: { login: string };
  repository: {
    pullRequest: {
      headRefOid: string;
      reviewThreads: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (Thread | null)[] };
    } | null;
  } | null;
}

/** The question for one page of a pull request's threads, and for what its head is now. */
export function threadsPart(number: number, after: string | null): QueryPart {
  return {
    variables: {
      number: { type: 'Int!', value: number },
      size: { type: 'Int!', value: COMMENTS_PER_PAGE },
      answers: { type: 'Int!', value: ANSWERS_PER_THREAD },
      after: { type: 'String', value: after },
    },
    rootFields: 'viewer { login }',
    fields: `pullRequest(number: $number) {
      headRefOid
      reviewThreads(first: $size, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id path line startLine isResolved resolvedBy { login } viewerCanResolve viewerCanUnresolve
          comments(first: 1) {
            nodes {
              id fullDatabaseId body isMinimized viewerCanMinimize pullRequestReview { id } author { __typename login }
            }
          }
          answers: comments(first: $answers) { nodes { author { __typename login } } }
        }
      }
    }`,
  };
}

/** The comments of ours in one page of threads: the marker is in the body and the author is the token's own login. */
export function ownThreads(answer: ThreadsAnswer): OwnComment[] {
  const me = plainLogin(answer.viewer.login);
  return (answer.repository?.pullRequest?.reviewThreads.nodes ?? []).flatMap((thread): OwnComment[] => {
    const first = thread?.comments.nodes[0];
    const marker = first && parseMarker(first.body);
    if (!thread || !marker || plainLogin(first.author?.login) !== me) return [];
    const { id, path, line, startLine, isResolved, resolvedBy, viewerCanResolve, viewerCanUnresolve } = thread;
    const others = thread.answers.nodes.filter((one) => plainLogin(one?.author?.login) !== me);
    // Whoever left GitHub was a person.
    const person = others.find((one) => one?.author?.__typename !== 'Bot');
    return [
      {
        id: Number(first.fullDatabaseId),
        nodeId: first.id,
        path,
        line,
        startLine,
        body: first.body,
        marker,
        reviewId: first.pullRequestReview?.id,
        isAnswered: others.length > 0,
        answeredBy: person === undefined ? undefined : (person?.author?.login ?? GHOST),
        isResolved,
        resolvedBy: resolvedBy?.login,
        isHidden: first.isMinimized,
        viewerCanMinimize: first.viewerCanMinimize,
        thread: { id, viewerCanResolve, viewerCanUnresolve },
      },
    ];
  });
}

/** The same by REST, which an older Enterprise Server answers too. Throws a Refusal. */
export async function readOwnByRest(
  client: Client,
  { owner, repo }: ReviewEvent,
  pull_number: number,
): Promise<OwnComment[]> {
  const me = plainLogin(await readLogin(client));
  const own = new Map<number, OwnComment>();
  for (let page = 1; page <= MAX_THREAD_PAGES; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.pulls.listReviewComments({ owner, repo, pull_number, per_page: COMMENTS_PER_PAGE, page }),
    );
    for (const { id, node_id: nodeId, path, body, user, line, start_line, in_reply_to_id } of data) {
      const isOurs = plainLogin(user?.login) === me;
      const root = own.get(in_reply_to_id ?? 0);
      if (root && !isOurs) {
        root.isAnswered = true;
        if (user?.type !== 'Bot') root.answeredBy ??= user?.login ?? GHOST;
      }
      const marker = parseMarker(body);
      if (!marker || in_reply_to_id !== undefined || !isOurs) continue;
      const place = { path, line: line ?? null, startLine: start_line ?? null };
      const unknown = { isResolved: false, resolvedBy: undefined, isHidden: false, viewerCanMinimize: false };
      const answers = { reviewId: undefined, isAnswered: false, answeredBy: undefined };
      own.set(id, { id, nodeId, ...place, body, marker, ...answers, ...unknown, thread: undefined });
    }
    if (data.length < COMMENTS_PER_PAGE) break;
  }
  return [...own.values()];
}

/** The login of the token. A job's token is no user, so that asking who it is is refused. Throws a Refusal. */
export async function readLogin(client: Client): Promise<string> {
  try {
    return (await client.read((octokit) => octokit.rest.users.getAuthenticated())).data.login;
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'permission') throw error;
    return JOB_LOGIN;
  }
}

/** GraphQL says `github-actions` of an author whose login is `github-actions[bot]`. */
export function plainLogin(login: string | undefined): string {
  return (login ?? '').replace(/\[bot\]$/, '');
}
