import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Times and peaks of this process and of others. */

/** A line of the table: what was measured, the value, and the value that we want. */
export type Row = readonly [what: string, measured: string, goal: string];

/** What one run of a program took. */
export interface Run {
  milliseconds: number;
  /** Of its processor, on all its threads; only where usage was asked for. */
  cpu: number;
  /** The most memory that it held at a time, in MB; only where usage was asked for. */
  peak: number;
}

const USAGE = fileURLToPath(new URL('./usage.cjs', import.meta.url));
const USAGE_PIPE = 3;

/** The built command line. */
export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Runs Node and throws away what it prints. `usage` makes it tell what it took, which costs it a little time. */
export async function node(
  args: readonly string[],
  { cwd, env, usage = false }: { cwd: string; env?: Record<string, string>; usage?: boolean },
): Promise<Run> {
  const begin = performance.now();
  const child = spawn(process.execPath, usage ? ['--require', USAGE, ...args] : args, {
    cwd,
    env: { ...(env ?? process.env) },
    // Pipes, as in a job; what is not a pipe may be a terminal.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', ''];
  for (const [index, stream] of [child.stdout, child.stderr, child.stdio[USAGE_PIPE]].entries())
    stream?.on('data', (chunk: Buffer) => {
      texts[index] += chunk.toString();
    });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const milliseconds = performance.now() - begin;
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}\n${texts[0]}${texts[1]}`);
  const used = texts[USAGE_PIPE - 1];
  if (!usage || !used) return { milliseconds, cpu: Number.NaN, peak: Number.NaN };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(used) as NodeJS.ResourceUsage;
  return { milliseconds, cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1000 };
}

/** The middle one of some values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

/** How many milliseconds something takes in this process. */
export function time(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** Medians of two measures, taken in turn so that the machine's moods fall on both. */
export async function compare(
  times: number,
  one: () => number | Promise<number>,
  other: () => number | Promise<number>,
): Promise<[number, number]> {
  const samples: [number[], number[]] = [[], []];
  for (let i = 0; i < times; i++) {
    samples[0].push(await one());
    samples[1].push(await other());
  }
  return [median(samples[0]), median(samples[1])];
}

/** A quotient, as the table has it. */
export function ratio(value: number, unit: number, digits = 1): string {
  return `${(value / unit).toFixed(digits)} x`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
