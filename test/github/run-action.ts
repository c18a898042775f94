import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Annotation, readAnnotations, readOutputs } from './commands.ts';
import { type Job, runnerEnvironment } from './runner.ts';
import type { Server } from './server.ts';

export { pullPayload } from './events.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ActionRun {
  code: number | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  /** The job summary, Markdown. */
  summary: string;
  annotations: Annotation[];
}

/**
 * Starts the built Action as a process of its own, in the environment of a runner and nothing else, and waits for its
 * end. `env` is added to that environment; `entry` is relative to the checkout.
 */
export async function runAction(
  server: Server,
  { env = {}, entry = 'dist/main.js', ...job }: Job & { env?: Record<string, string>; entry?: string },
): Promise<ActionRun> {
  const environment = runnerEnvironment(server, job);
  const folder = environment['HOME'] ?? '';
  const child = spawn(process.execPath, [join(ROOT, entry)], {
    cwd: folder,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    readStream(child.stdout),
    readStream(child.stderr),
    new Promise<number | null>((done) => child.on('close', done)),
  ]);
  const outputs = readOutputs(readFileSync(environment['GITHUB_OUTPUT'] ?? '', 'utf8'));
  const summary = readFileSync(environment['GITHUB_STEP_SUMMARY'] ?? '', 'utf8');
  rmSync(folder, { recursive: true });
  return { code, stdout, stderr, outputs, summary, annotations: readAnnotations(stdout) };
}

async function readStream(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
