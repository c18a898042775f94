import { type Marker, parseMarker } from '../report/marker.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { COMMENTS_PER_PAGE, JOB_LOGIN, MAX_THREAD_PAGES } from './limits.ts';

/** A comment that this program posted in an earlier run, with its thread. */
export interface OwnComment {
  id: number;
  path: string;
  /** The lines of the head that it stands on now, 1-based; null on the file, and where its lines left the diff. */
  startLine: number | null;
  line: number | null;
  body: string;
  marker: Marker;
  /** Only GraphQL knows; REST says that no thread is resolved and that none can be. */
  isResolved: boolean;
  thread: { id: string; viewerCanResolve: boolean; viewerCanUnresolve: boolean } | undefined;
}

interface Thread {
  id: string;
  path: string;
  line: number | null;
  startLine: number | null;
  isResolved: boolean;
  viewerCanResolve: boolean;
  viewerCanUnresolve: boolean;
  comments: {
    nodes: ({ fullDatabaseId: string | number | null; body: string; author: { login: string } | null } | null)[];
  };
}

interface Answer {
  viewer: { login: string };
  repository: {
    pullRequest: {
      reviewThreads: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (Thread | null)[] };
    } | null;
  } | null;
}

const QUERY = `query($owner: String!, $repo: String!, $number: Int!, $size: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: $size, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id path line startLine isResolved viewerCanResolve viewerCanUnresolve
          comments(first: 1) { nodes { fullDatabaseId body author { login } } }
        }
      }
    }
  }
}`;

/**
 * The comments of ours on a pull request, oldest first: the marker is in the body and the author is the token's own
 * login, because anybody can paste a marker. GraphQL is asked first, because REST does not know which threads are
 * resolved; REST answers where GraphQL does not: an older Enterprise Server may lack a field. Throws a Refusal.
 */
export async function readOwnComments(client: Client, event: ReviewEvent, number: number): Promise<OwnComment[]> {
  try {
    return await readThreads(client, event, number);
  } catch (error) {
    if (!(error instanceof Refusal) || (error.kind !== 'invalid' && error.kind !== 'unavailable')) throw error;
    return readComments(client, event, number);
  }
}

async function readThreads(client: Client, event: ReviewEvent, number: number): Promise<OwnComment[]> {
  const own: OwnComment[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_THREAD_PAGES; page++) {
    const variables = { owner: event.owner, repo: event.repo, number, size: COMMENTS_PER_PAGE, after };
    const answer: Answer = await client.read((octokit) => octokit.graphql<Answer>(QUERY, variables));
    const threads = answer.repository?.pullRequest?.reviewThreads;
    if (!threads) break;
    for (const thread of threads.nodes) {
      const first = thread?.comments.nodes[0];
      const marker = first && parseMarker(first.body);
      if (!thread || !marker || plainLogin(first.author?.login) !== plainLogin(answer.viewer.login)) continue;
      const { path, line, startLine, isResolved, ...state } = thread;
      const comment = { id: Number(first.fullDatabaseId), path, line, startLine, body: first.body, marker };
      own.push({ ...comment, isResolved, thread: state });
    }
    if (!threads.pageInfo.hasNextPage) break;
    after = threads.pageInfo.endCursor;
  }
  return own;
}

async function readComments(client: Client, { owner, repo }: ReviewEvent, pull_number: number): Promise<OwnComment[]> {
  const login = plainLogin(await readLogin(client));
  const own: OwnComment[] = [];
  for (let page = 1; page <= MAX_THREAD_PAGES; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.pulls.listReviewComments({ owner, repo, pull_number, per_page: COMMENTS_PER_PAGE, page }),
    );
    for (const { id, path, body, user, line, start_line, in_reply_to_id } of data) {
      const marker = parseMarker(body);
      if (!marker || in_reply_to_id !== undefined || plainLogin(user.login) !== login) continue;
      const lines = { line: line ?? null, startLine: start_line ?? null };
      own.push({ id, path, body, ...lines, marker, isResolved: false, thread: undefined });
    }
    if (data.length < COMMENTS_PER_PAGE) break;
  }
  return own;
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
