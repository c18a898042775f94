import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAction as runFromSource } from '../../src/action.ts';
import type { WorkflowAnnotation } from '../../src/report/annotations.ts';
import { type Annotation, readAnnotations, readOutputs } from './commands.ts';
import { type Job, runnerEnvironment, SUMMARY } from './runner.ts';
import type { Server } from './server.ts';

export { pullPayload } from './events.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ActionRun {
  code: number | null;
  outputs: Record<string, string>;
  /** The job summary, Markdown. */
  summary: string;
  /** What is printed beside annotations. */
  log: string;
  annotations: Annotation[];
}

/**
 * Runs the Action from its sources against the stand-in, in the environment of a runner and nothing else. Its pauses
 * are skipped. `env` is added to the environment.
 */
export async function runAction(
  server: Server,
  { env = {}, ...job }: Job & { env?: Record<string, string> },
): Promise<ActionRun> {
  const environment: Record<string, string> = { ...runnerEnvironment(server, job), ...env };
  const folder = environment['HOME'] ?? '';
  const run: ActionRun = { code: null, outputs: {}, summary: '', annotations: [], log: '' };
  const say = (level: Annotation['level'], message: string): void => {
    run.annotations.push({ level, properties: {}, message });
  };
  run.code = await runFromSource({
    input: (name) => (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim(),
    output: (name, value) => {
      run.outputs[name] = value;
    },
    annotate: (annotation) => run.annotations.push(shownAnnotation(annotation)),
    warn: (message) => say('warning', message),
    fail: (message) => say('error', message),
    log: (text) => {
      run.log += text;
    },
    summarize: async (markdown) => {
      appendFileSync(environment['GITHUB_STEP_SUMMARY'] ?? '', markdown);
    },
    readFile: (path) => readFileSync(path, 'utf8'),
    writeFile: (path, text) => writeFileSync(resolve(folder, path), text),
    env: environment,
    today: new Date(server.state.clock.now()).toISOString().slice(0, 10),
    clock: server.state.clock,
  });
  run.summary = readFileSync(join(folder, SUMMARY), 'utf8');
  rmSync(folder, { recursive: true });
  return run;
}

/** An annotation as the runner reads it from what @actions/core prints. */
function shownAnnotation({ level, message, title, file, ...place }: WorkflowAnnotation): Annotation {
  const { startLine, endLine, startColumn, endColumn } = place;
  const all = { title, file, line: startLine, endLine, col: startColumn, endColumn };
  const properties = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
  return { level, properties: Object.fromEntries(properties), message };
}

export interface BuiltRun extends ActionRun {
  stdout: string;
  stderr: string;
}

/**
 * Starts the built Action as a process of its own, as a runner does, and waits for its end. `env` is added to the
 * environment; `entry` is relative to the checkout; `onStart` is given the process.
 */
export async function runBuilt(
  server: Server,
  {
    env = {},
    entry = 'dist/main.js',
    onStart,
    ...job
  }: Job & { env?: Record<string, string>; entry?: string; onStart?: (child: ChildProcess) => void },
): Promise<BuiltRun> {
  const environment = runnerEnvironment(server, job);
  const folder = environment['HOME'] ?? '';
  const child = spawn(process.execPath, [join(ROOT, entry)], {
    cwd: folder,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const [stdout, stderr, code] = await Promise.all([
    readStream(child.stdout),
    readStream(child.stderr),
    new Promise<number | null>((done) => child.on('close', done)),
  ]);
  const outputs = readOutputs(readFileSync(environment['GITHUB_OUTPUT'] ?? '', 'utf8'));
  const summary = readFileSync(environment['GITHUB_STEP_SUMMARY'] ?? '', 'utf8');
  rmSync(folder, { recursive: true });
  return { code, stdout, stderr, outputs, summary, annotations: readAnnotations(stdout), log: stdout };
}

async function readStream(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
