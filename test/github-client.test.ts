import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Client, openClient } from '../src/github/client.ts';
import { MAX_RATE_WAIT_MS } from '../src/github/limits.ts';
import { SkippingClock } from './github/clock.ts';

interface Canned {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** The connection is cut within the body, or the answer never comes. */
  ends?: 'cut' | 'never';
}

/** What the server answers, in this order; then 200 for ever. */
let answers: Canned[] = [];
let asked = 0;
const server = createServer((request, response) => {
  request.resume();
  asked++;
  const { status, headers, body, ends } = answers.shift() ?? { status: 200 };
  if (status === 0) return void request.socket.destroy();
  if (ends === 'never') return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (ends === 'cut') return void response.write('{"message": "said', () => request.socket.destroy());
  response.end(JSON.stringify(body ?? { message: 'said so' }));
});

const clock = new SkippingClock();
let url = '';
let client: Client;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  answers = [];
  asked = 0;
  clock.skipped = 0;
  client = await openClient('token', { apiUrl: url, clock });
});

const read = (): Promise<unknown> => client.read((octokit) => octokit.rest.repos.get({ owner: 'o', repo: 'r' }));
const write = (options?: { repeatable: true }): Promise<unknown> =>
  client.write(
    (octokit) => octokit.rest.pulls.updateReviewComment({ owner: 'o', repo: 'r', comment_id: 1, body: 'b' }),
    options,
  );
const query = (): Promise<unknown> => client.read((octokit) => octokit.graphql('{ viewer { login } }'));
const times = (count: number, one: Canned): Canned[] => Array.from({ length: count }, () => ({ ...one }));

test.each<[string, Canned, string]>([
  ['403 alone is a permission', { status: 403 }, 'permission'],
  ['404 of what cannot be seen', { status: 404 }, 'permission'],
  ['401', { status: 401 }, 'permission'],
  ['422', { status: 422 }, 'invalid'],
  [
    'a primary limit that ends in an hour',
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(2 ** 40) } },
    'rate-limit',
  ],
  ['a secondary limit that takes too long', { status: 403, headers: { 'retry-after': '3600' } }, 'rate-limit'],
  ['429', { status: 429, headers: { 'retry-after': '3600' } }, 'rate-limit'],
])('%s: told at once', async (_name, answer, kind) => {
  answers = times(9, answer);
  await expect(read()).rejects.toMatchObject({ name: 'Refusal', kind, status: answer.status });
  expect(asked).toBe(1);
});

test.each([
  ['FORBIDDEN', 'permission'],
  ['NOT_FOUND', 'permission'],
  ['INSUFFICIENT_SCOPES', 'permission'],
  [undefined, 'invalid'],
])('GraphQL refuses with 200 and the type %s', async (type, kind) => {
  answers = [{ status: 200, body: { data: null, errors: [{ type, message: 'no' }] } }];
  await expect(query()).rejects.toMatchObject({ kind });
});

test.each(['RATE_LIMITED', 'RATE_LIMIT'])('a GraphQL rate limit is one: %s', async (type) => {
  const body = { errors: [{ type, message: 'slow down' }] };
  answers = times(9, { status: 200, body, headers: { 'retry-after': '3600' } });
  await expect(query()).rejects.toMatchObject({ kind: 'rate-limit' });
});

test.each([500, 502, 503, 0])('a read is sent again after %d, three times at most', async (status) => {
  answers = times(2, { status });
  await expect(read()).resolves.toMatchObject({ status: 200 });
  answers = times(9, { status });
  asked = 0;
  await expect(read()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(asked).toBe(3);
});

test('a write is not sent again after a server error, unless twice does no harm', async () => {
  answers = times(1, { status: 502 });
  await expect(write()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(asked).toBe(1);
  answers = times(1, { status: 502 });
  await expect(write({ repeatable: true })).resolves.toMatchObject({ status: 200 });
});

test('a write that only met a rate limit is sent again', async () => {
  answers = times(1, { status: 429, headers: { 'retry-after': '1' } });
  await expect(write()).resolves.toMatchObject({ status: 200 });
  expect(asked).toBe(2);
});

test('waiting comes to an end though GitHub says that no wait is needed', async () => {
  answers = times(500, { status: 403, headers: { 'retry-after': '0' } });
  await expect(read()).rejects.toMatchObject({ kind: 'rate-limit' });
  expect(asked).toBeLessThan(100);
  expect(clock.skipped).toBeLessThanOrEqual(MAX_RATE_WAIT_MS);
});

test.each([
  ['as long as the header says', { 'retry-after': '7' }, 7000],
  ['a minute where it says nothing', {}, 60_000],
])('a secondary limit is waited for: %s', async (_name, headers, wait) => {
  answers = [{ status: 403, headers, body: { message: 'You have exceeded a secondary rate limit.' } }];
  await expect(read()).resolves.toMatchObject({ status: 200 });
  expect(clock.skipped).toBe(wait);
});

test('a primary limit that ends soon is waited for', async () => {
  const reset = Math.ceil(clock.now() / 1000) + 20;
  answers = [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } }];
  await expect(read()).resolves.toMatchObject({ status: 200 });
  expect(clock.skipped).toBeGreaterThan(19_000);
  expect(clock.skipped).toBeLessThan(22_000);
});

test('an answer that is cut within its body is no answer', async () => {
  answers = times(2, { status: 200, ends: 'cut' });
  await expect(read()).resolves.toMatchObject({ status: 200 });
  expect(asked).toBe(3);
  answers = [{ status: 200, ends: 'cut' }];
  await expect(write()).rejects.toMatchObject({ kind: 'unavailable' });
  answers = times(3, { status: 200, ends: 'cut' });
  await expect(query()).rejects.toMatchObject({ kind: 'unavailable' });
});

test('an answer that never comes is asked for again', async () => {
  const impatient = await openClient('token', { apiUrl: url, clock, timeout: 200 });
  answers = [{ status: 200, ends: 'never' }];
  await expect(impatient.read((octokit) => octokit.rest.meta.get())).resolves.toMatchObject({ status: 200 });
  expect(asked).toBe(2);
});

test('writes are a second apart, reads are not', async () => {
  await read();
  await write();
  expect(clock.skipped).toBe(0);
  await read();
  expect(clock.skipped).toBe(0);
  for (let count = 0; count < 3; count++) await write();
  expect(clock.skipped).toBeGreaterThan(2000);
  expect(clock.skipped).toBeLessThanOrEqual(3000);
});

test('a proxy that the environment names is asked for the connection', async () => {
  const { port } = new URL(url);
  const wanted: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    wanted.push(request.url ?? '');
    const through = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => undefined);
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  const { port: proxyPort } = proxy.address() as AddressInfo;
  try {
    vi.stubEnv('http_proxy', `http://127.0.0.1:${proxyPort}`);
    // Other than this machine's own names, which need no proxy. The toolkit reads it where the runner has it.
    const apiUrl = `http://github.example:${port}`;
    vi.stubEnv('GITHUB_API_URL', apiUrl);
    for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, '');
    client = await openClient('token', { apiUrl, clock });
    await read();
    expect([asked, wanted]).toEqual([1, [`github.example:${port}`]]);
  } finally {
    vi.unstubAllEnvs();
    proxy.closeAllConnections();
    proxy.close();
  }
});
