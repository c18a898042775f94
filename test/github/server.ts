import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { type Fault, gather, takeFault } from './faults.ts';
import { answerGraphql, readGraphql } from './graphql.ts';
import { answerRest, operationOf, type RestRequest } from './rest.ts';
import type { State } from './state.ts';

/** The token that the stand-in knows. */
export const TOKEN = 'token';

/** A stand-in for GitHub: a real HTTP server that refuses what GitHub refuses. */
export interface Server {
  /** The value of GITHUB_API_URL. */
  url: string;
  state: State;
  /** Whether it is an Enterprise Server, with other paths. */
  ghes: boolean;
  /** Every request, as `METHOD path` or `GRAPHQL query` / `GRAPHQL mutation`. */
  calls: string[];
  /** Those that change something. */
  writes: string[];
  /** Those of them that were done, not refused. */
  effects: string[];
  /** Requests or answers that are not as GitHub describes them. Tests want none. */
  violations: string[];
  close(): Promise<void>;
}

/** What is known of a request before it is worked on. */
interface Incoming {
  /** As it is logged. */
  call: string;
  /** What faults are matched with: also the operation's id or the text of the document. */
  described: string;
  isWrite: boolean;
  work(): Answer | Promise<Answer>;
}

/** Starts the stand-in on a free port of this machine. `ghes` serves as an Enterprise Server does. */
export async function startServer(state: State, { ghes = false } = {}): Promise<Server> {
  const prefix = ghes ? '/api/v3' : '';
  const graphqlPath = ghes ? '/api/graphql' : '/graphql';
  const log = { calls: [] as string[], writes: [] as string[], effects: [] as string[], violations: [] as string[] };
  let origin = '';

  const read = async (request: IncomingMessage): Promise<Incoming> => {
    const url = new URL(request.url ?? '/', origin);
    const text = await readBody(request);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const method = request.method ?? 'GET';
    if (url.pathname === graphqlPath && method === 'POST') {
      const query = readGraphql(body);
      const call = `GRAPHQL ${query.isMutation ? 'mutation' : 'query'}`;
      return {
        call,
        described: `${call} ${query.text}`,
        isWrite: query.isMutation,
        work: () => answerGraphql(state, query, log.violations),
      };
    }
    // Outside its base path an Enterprise Server has no API.
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : `!${url.pathname}`;
    const rest: RestRequest = { method, path, url, body, accept: (request.headers.accept ?? '').toLowerCase() };
    const call = `${method} ${path}`;
    return {
      call,
      described: `${call} ${operationOf(rest) ?? ''}`,
      isWrite: method !== 'GET',
      work: () => answerRest(state, rest, log.violations),
    };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const incoming = await read(request);
    log.calls.push(incoming.call);
    if (incoming.isWrite) log.writes.push(incoming.call);
    state.onCall(incoming.call);
    if (!request.headers.authorization?.endsWith(` ${TOKEN}`))
      return send(response, { status: 401, body: { message: 'Bad credentials', status: '401' } });
    const fault = takeFault(state.faults, incoming.described);
    if (fault?.kind === 'gather') await gather(fault);
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'status') return send(response, failure(fault));
    const limited = state.rates.take(incoming.isWrite, state.clock.now());
    if (limited) return send(response, { ...limited, body: { message: limited.message } });
    const answer = await incoming.work();
    if (incoming.isWrite && isDone(answer)) log.effects.push(incoming.call);
    if (fault?.kind === 'cut-after') return void request.socket.destroy();
    if (fault?.kind === 'cut-within') return sendHalf(response, answer);
    if (fault?.kind === 'stored') return send(response, failure({ ...fault, message: 'Server Error' }));
    if (fault?.kind === 'slow') await setTimeout(fault.delay ?? 1000);
    send(response, { ...answer, headers: { ...state.rates.headers(), ...answer.headers } });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.violations.push(`the stand-in broke: ${error instanceof Error ? error.stack : error}`);
      send(response, { status: 500, body: { message: String(error) } });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}${prefix}`,
    state,
    ghes,
    ...log,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** GraphQL refuses with 200; a document with several mutations may be done in part. */
function isDone({ status, body }: Answer): boolean {
  const { data, errors } = (body ?? {}) as { data?: Record<string, unknown> | null; errors?: unknown[] };
  if (status >= 400) return false;
  return errors === undefined || Object.values(data ?? {}).some((one) => one !== null);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function failure({ status = 502, message = 'fault', headers = {} }: Fault): Answer {
  return { status, body: { message }, headers };
}

/** The beginning of an answer, whose end never comes. */
function sendHalf(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.write(text.slice(0, text.length >> 1), () => response.destroy());
}

function send(response: ServerResponse, { status, body, text, headers = {} }: Answer): void {
  const type = text === undefined ? 'application/json; charset=utf-8' : 'application/vnd.github.raw';
  response.writeHead(status, status === 204 ? headers : { 'content-type': type, ...headers });
  response.end(text ?? (status === 204 ? undefined : JSON.stringify(body)));
}
