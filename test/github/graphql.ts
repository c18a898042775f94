import { schema as sdl } from '@octokit/graphql-schema';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Answer } from './answer.ts';
import { addThread, conversation, minimize, resolveThread, threadsOf } from './graphql-threads.ts';
import { FORBIDDEN, mayRead } from './permissions.ts';
import { LOGIN, type State } from './state.ts';

const schema = buildSchema(sdl.idl, { assumeValidSDL: true });

/** A request to GraphQL; without a document where its text is none. */
export interface GraphqlRequest {
  text: string;
  document: DocumentNode | undefined;
  isMutation: boolean;
  variables: Record<string, unknown>;
  /** What is wrong with it before it is executed. */
  problems: string[];
}

/** Reads a request's body and validates its document against GitHub's schema. Never throws. */
export function readGraphql(body: unknown): GraphqlRequest {
  const { query: text = '', variables = {} } = body as { query?: string; variables?: Record<string, unknown> };
  try {
    const document = parse(text);
    const isMutation = document.definitions.some(
      (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'mutation',
    );
    const problems = validate(schema, document).map(({ message }) => message);
    return { text, document, isMutation, variables, problems };
  } catch (error) {
    return { text, document: undefined, isMutation: false, variables, problems: [String(error)] };
  }
}

/**
 * Answers a GraphQL request against the state, with 200 whatever happens. What GitHub's schema does not have, or the
 * stand-in does not serve, goes to `violations`.
 */
export async function answerGraphql(state: State, request: GraphqlRequest, violations: string[]): Promise<Answer> {
  const { document, problems, variables } = request;
  if (document === undefined || problems.length > 0) {
    violations.push(...problems.map((problem) => `GraphQL: ${problem}`));
    return { status: 200, body: { errors: problems.map((message) => ({ message })) } };
  }
  const lacking = lackingFields(document, state.schemaLacks);
  if (lacking.length > 0) return { status: 200, body: { errors: lacking.map((message) => ({ message })) } };
  const { data, errors = [] } = await execute({
    schema,
    document,
    variableValues: variables,
    rootValue: root(state),
    fieldResolver,
    typeResolver: (value) => (value as { __typename: string }).__typename,
  });
  for (const { message, extensions } of errors) {
    // GitHub's own refusals have a type; anything else is a mistake of the request or of the stand-in.
    if (extensions['type'] === undefined) violations.push(`GraphQL: ${message}`);
  }
  const shown = errors.map(({ message, path, locations, extensions }) => ({ ...extensions, path, locations, message }));
  return {
    status: 200,
    body: { ...(data === undefined ? {} : { data }), ...(shown.length > 0 ? { errors: shown } : {}) },
  };
}

/** What an older server says of fields that it does not know yet. */
function lackingFields(document: DocumentNode, lacks: readonly string[]): string[] {
  const problems: string[] = [];
  const types = new TypeInfo(schema);
  const enter = ({ name: { value } }: { name: { value: string } }): void => {
    const type = types.getParentType()?.name ?? '';
    if (lacks.includes(`${type}.${value}`)) problems.push(`Field '${value}' doesn't exist on type '${type}'`);
  };
  visit(document, visitWithTypeInfo(types, { Field: { enter } }));
  return problems;
}

/** Fields that are in the schema but not served are mistakes of the stand-in, not null. */
const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) => {
  const value = (source as Record<string, unknown>)[info.fieldName];
  if (value === undefined) throw new GraphQLError(`the stand-in does not serve ${info.parentType}.${info.fieldName}`);
  return typeof value === 'function' ? value(args) : value;
};

function root(state: State): object {
  const refuseUnless = (allowed: boolean): void => {
    if (!allowed) throw new GraphQLError(FORBIDDEN, { extensions: { type: 'FORBIDDEN' } });
  };
  return {
    viewer: { login: LOGIN },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      if (owner !== state.owner || name !== state.repo) throw notFound(`a Repository with the name '${owner}/${name}'`);
      return {
        id: 'R_1',
        name,
        nameWithOwner: `${owner}/${name}`,
        object: ({ expression }: { expression: string }) => {
          refuseUnless(mayRead(state.permissions, 'contents'));
          return gitObject(state, expression);
        },
        pullRequest: ({ number }: { number: number }) => {
          refuseUnless(mayRead(state.permissions, 'pull-requests'));
          if (number !== state.number) throw notFound(`a PullRequest with the number of ${number}`);
          return {
            id: `PR_${number}`,
            number,
            headRefOid: state.head,
            baseRefOid: state.base,
            reviewThreads: threadsOf(state),
            comments: conversation(state),
          };
        },
      };
    },
    resolveReviewThread: resolveThread(state, true),
    unresolveReviewThread: resolveThread(state, false),
    minimizeComment: minimize(state),
    unminimizeComment: minimize(state),
    addPullRequestReviewThread: addThread(state),
  };
}

function notFound(what: string): GraphQLError {
  return new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: 'NOT_FOUND' } });
}

function gitObject(state: State, expression: string): object | null {
  const object = state.repository.object(expression);
  if (object === undefined) return null;
  const { oid, type, bytes } = object;
  if (type === 'tree') return { __typename: 'Tree', oid, entries: treeEntries(state, oid) };
  if (type !== 'blob') return { __typename: 'Commit', oid };
  const isBinary = bytes.includes(0);
  const isTruncated = bytes.length > state.limits.blobText;
  const text = isTruncated ? bytes.subarray(0, state.limits.blobText) : bytes;
  return {
    __typename: 'Blob',
    oid,
    byteSize: bytes.length,
    isBinary,
    isTruncated,
    text: isBinary ? null : text.toString('utf8'),
  };
}

function treeEntries(state: State, oid: string): object[] {
  return state.repository
    .git('ls-tree', '-z', oid)
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [meta = '', name = ''] = line.split('\t');
      const [mode = '', type, child = ''] = meta.split(' ');
      const object = () => (type === 'commit' ? null : gitObject(state, child));
      return { name, type, mode: Number.parseInt(mode, 8), oid: child, object };
    });
}
