import { GraphQLError } from 'graphql';
import { FORBIDDEN, mayResolve, mayWrite } from './permissions.ts';
import type { Draft, IssueComment, Reply, StoredComment } from './records.ts';
import { addReview, commentProblem, pendingReview } from './review-rules.ts';
import { isOutdated, LOGIN, type State } from './state.ts';

const TIME = '2026-01-01T00:00:00Z';

interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
}

/** A list that is read in pages, as GitHub does it: 100 at most, and never without saying how many. */
function connection<T>(items: readonly T[], show: (item: T) => object) {
  return ({ first, last, after }: PageArguments): object => {
    const size = first ?? last;
    if (size == null) throw refusal('MISSING_PAGINATION_BOUNDARIES', 'You must provide a `first` or `last` value.');
    if (size > 100) throw refusal('EXCESSIVE_PAGINATION', `Requesting ${size} records exceeds the limit of 100.`);
    const from = first == null ? Math.max(0, items.length - size) : after == null ? 0 : Number(after);
    const nodes = items.slice(from, from + size).map(show);
    return {
      totalCount: items.length,
      pageInfo: {
        hasNextPage: from + size < items.length,
        hasPreviousPage: from > 0,
        startCursor: nodes.length === 0 ? null : String(from),
        endCursor: nodes.length === 0 ? null : String(from + nodes.length),
      },
      nodes,
      edges: nodes.map((node, index) => ({ cursor: String(from + index + 1), node })),
    };
  };
}

function refusal(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

function forbidden(): GraphQLError {
  return refusal('FORBIDDEN', FORBIDDEN);
}

/** The field `reviewThreads` of a pull request. */
export function threadsOf(state: State) {
  return connection(state.comments, (comment) => thread(state, comment));
}

/** The comments of a pull request's conversation that belong to no line. */
export function conversation(state: State) {
  return connection(state.issueComments, issueCommentNode);
}

function thread(state: State, comment: StoredComment): object {
  const canResolve = mayResolve(state.permissions);
  const isResolved = comment.resolvedBy !== null;
  return {
    id: comment.threadId,
    isResolved,
    resolvedBy: comment.resolvedBy === null ? null : { login: shown(comment.resolvedBy) },
    isOutdated: isOutdated(comment),
    isCollapsed: isResolved || isOutdated(comment),
    viewerCanResolve: canResolve && !isResolved,
    viewerCanUnresolve: canResolve && isResolved,
    viewerCanReply: mayWrite(state.permissions, 'pull-requests'),
    diffSide: comment.side,
    startDiffSide: comment.originalStartLine === null ? null : comment.startSide,
    ...anchor(comment),
    comments: connection([comment, ...comment.replies], (one) => commentNode(state, comment, one)),
  };
}

function anchor({ path, line, startLine, originalLine, originalStartLine, subjectType }: StoredComment): object {
  return { path, line, startLine, originalLine, originalStartLine, subjectType: subjectType.toUpperCase() };
}

function commentNode(state: State, root: StoredComment, comment: Reply): object {
  const isRoot = comment.id === root.id;
  const mayEdit = mayWrite(state.permissions, 'pull-requests');
  return {
    __typename: 'PullRequestReviewComment',
    ...commonFields(comment, isRoot ? root.minimized : null, `https://github.com/o/r/pull/1#discussion_r${comment.id}`),
    ...anchor(root),
    id: `PRRC_${comment.id}`,
    outdated: isOutdated(root),
    state: isPending(state, root) ? 'PENDING' : 'SUBMITTED',
    commit: { oid: root.line === null ? root.commit : state.head },
    originalCommit: { oid: root.commit },
    pullRequestReview: root.reviewId === null ? null : { id: `PRR_${root.reviewId}` },
    replyTo: isRoot ? null : { id: `PRRC_${root.id}` },
    viewerCanUpdate: mayEdit,
    viewerCanDelete: mayEdit,
    viewerCanMinimize: mayEdit,
  };
}

function issueCommentNode(comment: IssueComment): object {
  const url = `https://github.com/o/r/pull/1#issuecomment-${comment.id}`;
  return { __typename: 'IssueComment', ...commonFields(comment, comment.minimized, url), id: `IC_${comment.id}` };
}

function commonFields({ id, login, body }: Reply, minimized: string | null, url: string): object {
  return {
    databaseId: id,
    fullDatabaseId: String(id),
    body,
    bodyText: body,
    url,
    createdAt: TIME,
    updatedAt: TIME,
    author: { __typename: login.endsWith('[bot]') ? 'Bot' : 'User', login: shown(login) },
    viewerDidAuthor: login === LOGIN,
    isMinimized: minimized !== null,
    minimizedReason: minimized?.toLowerCase() ?? null,
  };
}

/** GraphQL shows a bot's login without the suffix. */
function shown(login: string): string {
  return login.replace(/\[bot\]$/, '');
}

function isPending(state: State, { reviewId }: StoredComment): boolean {
  return state.reviews.some(({ id, state: submitted }) => id === reviewId && submitted === 'PENDING');
}

/** The mutations `resolveReviewThread` and `unresolveReviewThread`. */
export function resolveThread(state: State, resolved: boolean) {
  return ({ input }: { input: { threadId: string } }): object => {
    if (!mayResolve(state.permissions)) throw forbidden();
    const comment = state.comments.find(({ threadId }) => threadId === input.threadId);
    if (comment === undefined) throw noNode(input.threadId);
    comment.resolvedBy = resolved ? LOGIN : null;
    return { thread: thread(state, comment), clientMutationId: null };
  };
}

/** The mutations `minimizeComment` and, without a classifier, `unminimizeComment`; for comments and for reviews. */
export function minimize(state: State) {
  return ({ input: { subjectId, classifier } }: { input: { subjectId: string; classifier?: string } }): object => {
    if (!mayWrite(state.permissions, 'pull-requests')) throw forbidden();
    const review = state.reviews.find(({ id }) => subjectId === `PRR_${id}`);
    if (review) {
      review.minimized = classifier ?? null;
      return { clientMutationId: null };
    }
    const comment = state.comments.find(({ id }) => subjectId === `PRRC_${id}`);
    const issueComment = state.issueComments.find(({ id }) => subjectId === `IC_${id}`);
    const found = comment ?? issueComment;
    if (found === undefined) throw noNode(subjectId);
    found.minimized = classifier ?? null;
    const node = comment ? commentNode(state, comment, comment) : issueCommentNode(found);
    return { minimizedComment: node, unminimizedComment: node, clientMutationId: null };
  };
}

interface ThreadInput extends Pick<Draft, 'path' | 'body' | 'line' | 'side'> {
  startLine?: number;
  startSide?: Draft['side'];
  subjectType?: 'LINE' | 'FILE';
}

/** Adds to the pending review. Outside of the diff nothing is said and nothing is kept, as users report. */
export function addThread(state: State) {
  return ({ input }: { input: ThreadInput }): object => {
    if (!mayWrite(state.permissions, 'pull-requests')) throw forbidden();
    const { path, body, line, side, startLine, startSide, subjectType } = input;
    const draft: Draft = {
      ...(path === undefined ? {} : { path }),
      ...(body === undefined ? {} : { body }),
      ...(line === undefined ? {} : { line }),
      ...(side === undefined ? {} : { side }),
      ...(startLine === undefined ? {} : { start_line: startLine }),
      ...(startSide === undefined ? {} : { start_side: startSide }),
      ...(subjectType === 'FILE' ? { subject_type: 'file' } : {}),
    };
    if (commentProblem(state, draft) !== undefined) return { thread: null, clientMutationId: null };
    const review = pendingReview(state) ?? addReview(state, {});
    return { thread: thread(state, state.addComment(draft, LOGIN, review.id)), clientMutationId: null };
  };
}

function noNode(id: string): GraphQLError {
  return refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
}
