import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from '../src/github/client.ts';

interface Canned {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What the server answers, in this order; then 200 for ever. */
let answers: Canned[] = [];
let asked = 0;
const server = createServer((request, response) => {
  request.resume();
  asked++;
  const { status, headers, body } = answers.shift() ?? { status: 200 };
  if (status === 0) return void request.socket.destroy();
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body ?? { message: 'said so' }));
});

let client: Client;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // @actions/github reads it when it is loaded, which is when the client opens.
  vi.stubEnv('GITHUB_API_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  asked = 0;
  client = await (await import('../src/github/client.ts')).openClient('token');
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

test('a GraphQL rate limit is one', async () => {
  const body = { errors: [{ type: 'RATE_LIMITED', message: 'slow down' }] };
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
  answers = [];
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

test('waiting comes to an end though GitHub says that no wait is needed', { timeout: 20_000 }, async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    answers = times(500, { status: 403, headers: { 'retry-after': '0' } });
    const refused = expect(read()).rejects.toMatchObject({ kind: 'rate-limit' });
    let over = false;
    const ends = refused.then(() => {
      over = true;
    });
    while (!over && asked < 400) {
      await vi.advanceTimersByTimeAsync(1000);
      await new Promise(setImmediate);
    }
    expect(asked).toBeLessThan(100);
    await ends;
  } finally {
    vi.useRealTimers();
    answers = [];
  }
});
