import { type Marker, parseMarker } from '../report/marker.ts';
import type { Client } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { MAX_THREAD_PAGES } from './limits.ts';

/** A comment that this program posted in an earlier run, with its thread. */
export interface OwnComment {
  id: number;
  threadId: string;
  path: string;
  body: string;
  marker: Marker;
  isResolved: boolean;
  viewerCanResolve: boolean;
  viewerCanUnresolve: boolean;
}

interface Thread {
  id: string;
  path: string;
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

const QUERY = `query($owner: String!, $repo: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id path isResolved viewerCanResolve viewerCanUnresolve
          comments(first: 1) { nodes { fullDatabaseId body author { login } } }
        }
      }
    }
  }
}`;

/**
 * The comments of ours on a pull request: the marker is in the body and the author is the token's own login, because
 * anybody can paste a marker. GraphQL says `github-actions` where the token's login is `github-actions[bot]`.
 */
export async function readOwnComments(client: Client, event: ReviewEvent, number: number): Promise<OwnComment[]> {
  const own: OwnComment[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_THREAD_PAGES; page++) {
    const variables = { owner: event.owner, repo: event.repo, number, after };
    const answer: Answer = await client.read((octokit) => octokit.graphql<Answer>(QUERY, variables));
    const threads = answer.repository?.pullRequest?.reviewThreads;
    if (!threads) break;
    for (const thread of threads.nodes) {
      const first = thread?.comments.nodes[0];
      const marker = first && parseMarker(first.body);
      if (!thread || !marker || plainLogin(first.author?.login) !== plainLogin(answer.viewer.login)) continue;
      const { id, path, isResolved, viewerCanResolve, viewerCanUnresolve } = thread;
      const comment = { id: Number(first.fullDatabaseId), threadId: id, path, body: first.body, marker };
      own.push({ ...comment, isResolved, viewerCanResolve, viewerCanUnresolve });
    }
    if (!threads.pageInfo.hasNextPage) break;
    after = threads.pageInfo.endCursor;
  }
  return own;
}

function plainLogin(login: string | undefined): string {
  return (login ?? '').replace(/\[bot\]$/, '');
}
