import { schema as sdl } from '@octokit/graphql-schema';
import { buildSchema, GraphQLError, graphql, parse, validate } from 'graphql';
import type { StoredComment } from './bodies.ts';
import { LOGIN, type State } from './state.ts';

const schema = buildSchema(sdl.idl, { assumeValidSDL: true });

/** GraphQL shows a bot's login without the suffix. */
const shown = (login: string): string => login.replace(/\[bot\]$/, '');

/** Answers a GraphQL request against the state; `violation` where GitHub's schema does not have what is asked for. */
export async function answerGraphql(
  state: State,
  query: string,
  variables: Record<string, unknown>,
): Promise<{ body: object; violation?: string; isMutation: boolean }> {
  const document = parse(query);
  const [error] = validate(schema, document);
  const isMutation = document.definitions.some(
    (definition) => definition.kind === 'OperationDefinition' && definition.operation === 'mutation',
  );
  if (error) return { body: { errors: [{ message: error.message }] }, violation: error.message, isMutation };
  const result = await graphql({
    schema,
    source: query,
    variableValues: variables,
    rootValue: root(state),
    typeResolver: (value) => (value as { __typename: string }).__typename,
  });
  const errors = result.errors?.map((one) => ({ message: one.message, type: one.extensions['type'], path: one.path }));
  return { body: { data: result.data, ...(errors ? { errors } : {}) }, isMutation };
}

function forbidden(): GraphQLError {
  return new GraphQLError('Resource not accessible by integration', { extensions: { type: 'FORBIDDEN' } });
}

function root(state: State): object {
  return {
    viewer: () => ({ login: LOGIN }),
    repository: () => {
      if (state.permissions.contents === 'none') throw forbidden();
      return {
        object: ({ expression }: { expression: string }) => blob(state, expression),
        pullRequest: () => ({
          reviewThreads: (page: { first: number; after?: string | null }) => threads(state, page),
        }),
      };
    },
    resolveReviewThread: ({ input }: { input: { threadId: string } }) => resolve(state, input.threadId, true),
    unresolveReviewThread: ({ input }: { input: { threadId: string } }) => resolve(state, input.threadId, false),
  };
}

function blob(state: State, expression: string): object | null {
  let bytes: Buffer;
  try {
    bytes = state.repository.bytes('cat-file', 'blob', expression);
  } catch {
    return null;
  }
  const isBinary = bytes.includes(0);
  return {
    __typename: 'Blob',
    oid: state.repository.git('rev-parse', expression).trim(),
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > 500_000,
    text: isBinary ? null : bytes.toString('utf8').slice(0, 500_000),
  };
}

function threads(state: State, { first, after }: { first: number; after?: string | null }): object {
  const from = after ? Number(after) : 0;
  const page = state.comments.slice(from, from + first);
  const canResolve = state.permissions.contents === 'write' && state.permissions['pull-requests'] === 'write';
  return {
    pageInfo: { hasNextPage: from + first < state.comments.length, endCursor: String(from + first) },
    nodes: page.map((comment) => ({
      id: comment.threadId,
      isResolved: comment.resolved,
      isOutdated: comment.line === null && comment.subjectType === 'line',
      viewerCanResolve: canResolve && !comment.resolved,
      viewerCanUnresolve: canResolve && comment.resolved,
      comments: ({ first: count }: { first: number }) => ({ nodes: commentNodes(comment).slice(0, count) }),
    })),
  };
}

function commentNodes(comment: StoredComment): object[] {
  const own = {
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    author: author(comment.login),
  };
  return [
    own,
    ...comment.replies.map((reply) => ({ fullDatabaseId: '0', body: reply.body, author: author(reply.login) })),
  ];
}

function author(login: string): object {
  return { __typename: login.endsWith('[bot]') ? 'Bot' : 'User', login: shown(login) };
}

function resolve(state: State, threadId: string, resolved: boolean): object {
  // Measured by others: resolving needs contents: write besides pull-requests: write.
  if (state.permissions.contents !== 'write' || state.permissions['pull-requests'] !== 'write') throw forbidden();
  const comment = state.comments.find((one) => one.threadId === threadId);
  if (comment === undefined)
    throw new GraphQLError('Could not resolve to a node', { extensions: { type: 'NOT_FOUND' } });
  comment.resolved = resolved;
  return { thread: { id: threadId } };
}
