import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkRun, comparison, fileRow, review, reviewComment, type StoredCheckRun } from './bodies.ts';
import { findOperation, requestProblem, responseProblem } from './contract.ts';
import { answerGraphql } from './graphql.ts';
import { type Draft, type Fault, LOGIN, type Permissions, type Refused, type State } from './state.ts';

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A stand-in for GitHub: a real HTTP server that refuses what GitHub refuses. */
export interface Server {
  /** The value of GITHUB_API_URL. */
  url: string;
  state: State;
  /** Every request, as `METHOD path` or `GRAPHQL query` / `GRAPHQL mutation`. */
  calls: string[];
  /** Those that change something. */
  writes: string[];
  /** Requests or answers that are not as GitHub describes them. Tests want none. */
  violations: string[];
  close(): Promise<void>;
}

export async function startServer(state: State, { ghes = false } = {}): Promise<Server> {
  const prefix = ghes ? '/api/v3' : '';
  const graphqlPath = ghes ? '/api/graphql' : '/graphql';
  const log = { calls: [] as string[], writes: [] as string[], violations: [] as string[] };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const text = await readBody(request);
    const body = text === '' ? undefined : JSON.parse(text);
    const method = request.method ?? 'GET';
    const isGraphql = url.pathname === graphqlPath;
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
    const isMutation = isGraphql ? /^\s*mutation/.test(body.query) : method !== 'GET';
    const call = isGraphql ? `GRAPHQL ${isMutation ? 'mutation' : 'query'}` : `${method} ${path}`;
    log.calls.push(call);
    if (isMutation) log.writes.push(call);
    const fault = takeFault(state.faults, isGraphql ? `${call} ${body.query}` : call);
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'status') {
      return send(response, {
        status: fault.status ?? 502,
        body: { message: fault.message ?? 'fault' },
        headers: fault.headers ?? {},
      });
    }
    const answer = isGraphql
      ? await graphqlAnswer(state, body, log.violations)
      : restAnswer(state, method, path, url.searchParams, body, log.violations);
    if (fault?.kind === 'stored') return send(response, { status: 502, body: { message: 'Server Error' } });
    send(response, answer);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.violations.push(`the stand-in broke: ${error instanceof Error ? error.stack : error}`);
      send(response, { status: 500, body: { message: String(error) } });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    state,
    ...log,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function takeFault(faults: Fault[], call: string): Fault | undefined {
  const fault = faults.find((one) => one.times > 0 && call.includes(one.match));
  if (fault) fault.times--;
  return fault;
}

async function graphqlAnswer(
  state: State,
  body: { query: string; variables?: Record<string, unknown> },
  violations: string[],
): Promise<Answer> {
  const { body: answer, violation } = await answerGraphql(state, body.query, body.variables ?? {});
  if (violation) violations.push(`GraphQL: ${violation}`);
  return { status: 200, body: answer };
}

function restAnswer(
  state: State,
  method: string,
  path: string,
  search: URLSearchParams,
  body: unknown,
  violations: string[],
): Answer {
  const found = findOperation(method, path);
  if (found === undefined) {
    violations.push(`${method} ${path}: no such operation`);
    return { status: 404, body: { message: 'Not Found' } };
  }
  const { operation, parameters } = found;
  const missing = missingPermission(state, operation.operationId);
  if (missing) return { status: 403, body: { message: 'Resource not accessible by integration' } };
  const wrong = requestProblem(operation, body);
  if (wrong !== undefined) return { status: 422, body: { message: `Invalid request.\n\n${wrong}` } };
  const answer = ROUTES[operation.operationId]?.(state, parameters, search, body as never);
  if (answer === undefined) {
    violations.push(`${operation.operationId} is not served`);
    return { status: 501, body: { message: 'not served' } };
  }
  const lie = responseProblem(operation, answer.status, answer.body);
  if (lie !== undefined) violations.push(`the stand-in's own answer to ${operation.operationId}: ${lie}`);
  return answer;
}

function missingPermission(state: State, operation: string): boolean {
  const [group, name = ''] = operation.split('/') as [string, string];
  const scope: keyof Permissions =
    group === 'pulls' ? 'pull-requests' : group === 'checks' ? 'checks' : group === 'issues' ? 'issues' : 'contents';
  const needed = /^(create|update)/.test(name) ? ['write'] : ['read', 'write'];
  return !needed.includes(state.permissions[scope]);
}

type Route = (state: State, parameters: Record<string, string>, search: URLSearchParams, body: never) => Answer;

const refused = ({ status, body }: Refused): Answer => ({ status, body });

const ROUTES: Record<string, Route> = {
  'pulls/list-files': (state, _parameters, search) => {
    const size = Math.min(Number(search.get('per_page') ?? 30), 100);
    const page = Number(search.get('page') ?? 1);
    const rows = state
      .rows()
      .slice(0, 3000)
      .slice((page - 1) * size, page * size);
    return { status: 200, body: rows.map(fileRow) };
  },
  'repos/compare-commits': (state, { base = '', head = '' }) => {
    const mergeBase = state.repository.mergeBase(base, head);
    const files = state.repository.diff(mergeBase, head).slice(0, 300).map(fileRow);
    return { status: 200, body: comparison(base, head, mergeBase, files) };
  },
  'git/get-blob': (state, { file_sha: sha = '' }) => {
    const bytes = state.repository.bytes('cat-file', 'blob', sha);
    const url = `https://api.github.com/repos/o/r/git/blobs/${sha}`;
    return {
      status: 200,
      body: { content: bytes.toString('base64'), encoding: 'base64', url, sha, size: bytes.length, node_id: 'B' },
    };
  },
  'git/get-tree': (state, { tree_sha: sha = '' }) => {
    const tree = state.repository
      .git('ls-tree', '-r', '-z', sha)
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [meta = '', path = ''] = line.split('\t');
        const [mode = '', type = '', oid = ''] = meta.split(' ');
        return { path, mode, type, sha: oid, size: 1, url: `https://api.github.com/blobs/${oid}` };
      });
    return { status: 200, body: { sha, url: 'https://api.github.com/tree', truncated: false, tree } };
  },
  'pulls/create-review': (state, _parameters, _search, body: { commit_id?: string }) => {
    const result = state.addReview(body);
    if ('status' in result) return refused(result);
    return { status: 200, body: review(result.id, LOGIN, result.body, body.commit_id ?? state.head) };
  },
  'pulls/create-review-comment': (state, _parameters, _search, body: Draft) => {
    const problem = state.commentProblem(body, false);
    if (problem) return { status: 422, body: { message: 'Validation Failed', errors: [problem] } };
    return { status: 201, body: reviewComment(state.addComment(body)) };
  },
  'pulls/update-review-comment': (state, { comment_id: id }, _search, body: { body: string }) => {
    const comment = state.comments.find((one) => one.id === Number(id));
    if (comment === undefined) return { status: 404, body: { message: 'Not Found' } };
    comment.body = body.body;
    return { status: 200, body: reviewComment(comment) };
  },
  'checks/create': (state, _parameters, _search, body: CheckBody) => {
    const problem = checkProblem(body);
    if (problem) return { status: 422, body: { message: problem } };
    const run: StoredCheckRun = {
      id: state.id(),
      name: body.name ?? '',
      headSha: body.head_sha ?? '',
      conclusion: body.conclusion ?? null,
      title: body.output?.title ?? '',
      summary: body.output?.summary ?? '',
      annotations: [...(body.output?.annotations ?? [])],
    };
    state.checkRuns.push(run);
    return { status: 201, body: checkRun(run) };
  },
  'checks/update': (state, { check_run_id: id }, _search, body: CheckBody) => {
    const run = state.checkRuns.find((one) => one.id === Number(id));
    const problem = checkProblem(body);
    if (run === undefined || problem) return { status: run ? 422 : 404, body: { message: problem ?? 'Not Found' } };
    run.annotations.push(...(body.output?.annotations ?? []));
    return { status: 200, body: checkRun(run) };
  },
};

interface CheckBody {
  name?: string;
  head_sha?: string;
  conclusion?: string;
  output?: { title?: string; summary?: string; annotations?: object[] };
}

/** Limits that the schema does not have. */
function checkProblem({ output }: CheckBody): string | undefined {
  const length = output?.summary?.length ?? 0;
  return length > 65_535 ? `Only 65535 characters are allowed; ${length} were supplied` : undefined;
}
