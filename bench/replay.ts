import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers each request as a server answered it the first time, at once, so that the server's own work is not measured. */
export async function replay(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const { origin, pathname } = new URL(target);
  const known = new Map<string, { status: number; headers: [string, string][]; body: Buffer }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '/';
    const key = `${request.method} ${path} ${body}`;
    let answer = known.get(key);
    if (answer === undefined) {
      const { host, connection, 'content-length': length, ...headers } = request.headers;
      const sent = await fetch(`${origin}${path}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body.length > 0 && { body }),
      });
      answer = {
        status: sent.status,
        headers: [...sent.headers].filter(([name]) => !HOP_BY_HOP.has(name)),
        body: Buffer.from(await sent.arrayBuffer()),
      };
      known.set(key, answer);
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);
