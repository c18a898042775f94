import type { Octokit } from '@octokit/rest';
import {
  DEFAULT_RATE_WAIT_MS,
  FIRST_PAUSE_MS,
  MAX_RATE_WAIT_MS,
  MAX_TRIES,
  MIN_RATE_WAIT_MS,
  REQUEST_TIMEOUT_MS,
  WRITE_PAUSE_MS,
} from './limits.ts';

/** Why GitHub refused. `permission` is the only one that a workflow author can mend. */
export type RefusalKind = 'permission' | 'rate-limit' | 'invalid' | 'unavailable';

/** GitHub's refusal of one request, told apart; the message is GitHub's own. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly kind: RefusalKind;
  readonly status: number;
  constructor(kind: RefusalKind, status: number, message: string) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

/** The time, as far as the client needs it: milliseconds since 1970, and waiting. */
export interface Clock {
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  pause: (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds)),
};

export interface ClientOptions {
  /** Where the REST API is; GraphQL's address follows from it. GITHUB_API_URL where it is left out. */
  apiUrl?: string | undefined;
  clock?: Clock;
  /** Milliseconds until a request without an answer counts as cut. */
  timeout?: number;
}

/**
 * The two ways to ask GitHub, with bounded retries. One request at a time, writes at least a second apart as GitHub
 * asks for (docs: best practices for using the REST API); writes are never sent twice blindly.
 */
export interface Client {
  /** A read; sent again after a server error or a cut connection. Throws a Refusal. */
  read<T>(ask: (octokit: Octokit) => Promise<T>): Promise<T>;
  /**
   * A write; sent again only when GitHub said that it did nothing (a rate limit), or like a read where it is
   * `repeatable`: doing it twice is no different from doing it once. Throws a Refusal.
   */
  write<T>(ask: (octokit: Octokit) => Promise<T>, options?: { repeatable: true }): Promise<T>;
}

/** Opens the client. Octokit is loaded here, so that a run with nothing to ask never loads it. */
export async function openClient(
  token: string,
  { apiUrl, clock = SYSTEM_CLOCK, timeout = REQUEST_TIMEOUT_MS }: ClientOptions = {},
): Promise<Client> {
  const octokit = await openOctokit(token, apiUrl, timeout);
  let waited = 0;
  const attempt = async <T>(ask: (octokit: Octokit) => Promise<T>, tries: number): Promise<T> => {
    for (let left = tries - 1, pause = FIRST_PAUSE_MS; ; left--, pause *= 2) {
      try {
        return await ask(octokit);
      } catch (error) {
        const refusal = classify(error);
        const wait = refusal.kind === 'rate-limit' ? rateWait(error, clock.now()) : pause;
        if (refusal.kind === 'rate-limit' && waited + wait <= MAX_RATE_WAIT_MS) {
          waited += wait;
          left++;
        } else if (refusal.kind !== 'unavailable' || left <= 0) throw refusal;
        await clock.pause(wait);
      }
    }
  };
  let written = Number.NEGATIVE_INFINITY;
  return {
    read: (ask) => attempt(ask, MAX_TRIES),
    write: async (ask, options) => {
      const since = clock.now() - written;
      if (since < WRITE_PAUSE_MS) await clock.pause(WRITE_PAUSE_MS - since);
      try {
        return await attempt(ask, options?.repeatable ? MAX_TRIES : 1);
      } finally {
        written = clock.now();
      }
    },
  };
}

async function openOctokit(token: string, apiUrl: string | undefined, timeout: number): Promise<Octokit> {
  const { Octokit } = await import('@octokit/rest');
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const octokit = new Octokit({
    auth: token,
    log: silent,
    baseUrl: apiUrl ?? process.env['GITHUB_API_URL'] ?? 'https://api.github.com',
    request: { fetch: hasProxy(process.env) ? (await import('./proxy.ts')).proxyFetch : fetch },
  });
  octokit.hook.wrap('request', async (request, options) => {
    // Hooks share one object; what another object says gets lost on the way.
    options.request = { ...options.request, signal: AbortSignal.timeout(timeout) };
    const response = await request(options);
    // Octokit takes an answer whose connection was cut within its body, or a proxy's page, for a text of that length.
    if (response.status !== 204 && typeof response.data === 'string')
      throw new Refusal('unavailable', 0, 'the answer is not whole');
    return response;
  });
  return octokit;
}

/** Whether the environment names a proxy, as a self-hosted runner behind one does. */
function hasProxy(env: NodeJS.ProcessEnv): boolean {
  return ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => env[name]);
}

type Headers = Record<string, string | number | undefined>;

/** As much of Octokit's errors as is read. */
interface RequestFailure {
  status?: unknown;
  message?: unknown;
  response?: { headers?: Headers };
  /** Of GraphQL's errors, which have them here. */
  headers?: Headers;
  errors?: { type?: string; message?: string }[];
}

/** Types of GraphQL errors, which come with 200; a rate limit has two names (yanyongyu/githubkit#271). A repository that the token may not see is not found. */
const GRAPHQL_REFUSALS = new Map<string, RefusalKind>([
  ['RATE_LIMITED', 'rate-limit'],
  ['RATE_LIMIT', 'rate-limit'],
  ['FORBIDDEN', 'permission'],
  ['INSUFFICIENT_SCOPES', 'permission'],
  ['NOT_FOUND', 'permission'],
]);

/** Reads an Octokit error. A 403 has three meanings, which headers and message tell apart. */
function classify(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const failure = (typeof error === 'object' && error !== null ? error : {}) as RequestFailure;
  const message = typeof failure.message === 'string' ? failure.message : String(error);
  if (failure.errors?.length) {
    const kinds = failure.errors.map(({ type }) => GRAPHQL_REFUSALS.get(type ?? ''));
    return new Refusal(kinds.find((kind) => kind !== undefined) ?? 'invalid', 200, message);
  }
  const status = typeof failure.status === 'number' ? failure.status : 0;
  const headers = headersOf(failure);
  if (status === 403 || status === 429) {
    const limited =
      status === 429 ||
      headers['retry-after'] !== undefined ||
      String(headers['x-ratelimit-remaining'] ?? '') === '0' ||
      /rate limit/i.test(message);
    return new Refusal(limited ? 'rate-limit' : 'permission', status, message);
  }
  if (status === 401 || status === 404) return new Refusal('permission', status, message);
  // A cut connection has no status, or Octokit's own 500.
  if (status === 0 || status >= 500) return new Refusal('unavailable', status, message);
  return new Refusal('invalid', status, message);
}

function headersOf({ response, headers }: RequestFailure): Headers {
  return response?.headers ?? headers ?? {};
}

/** How long GitHub asks to wait, in milliseconds. `now` is in milliseconds since 1970. */
function rateWait(error: unknown, now: number): number {
  const headers = headersOf(error as RequestFailure);
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after) && after >= 0) return Math.max(MIN_RATE_WAIT_MS, after * 1000);
  const reset = Number(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining'] ?? '') === '0' && Number.isFinite(reset)) {
    return Math.max(0, reset * 1000 - now) + MIN_RATE_WAIT_MS;
  }
  return DEFAULT_RATE_WAIT_MS;
}
