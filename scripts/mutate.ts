import { type ChildProcess, fork } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { didRun, type Profile } from './mutation/coverage.ts';
import { FOLDERS, findMutants, type Mutant, ROOT } from './mutation/mutants.ts';
import type { Answer, Question, Task } from './mutation/worker.ts';

/**
 * Mutation testing of src/policy and src/rules: a random sample of Stryker's mutants, each of which the tests should
 * notice. Run by hand, `npm run mutate -- --sample 300`; it says the score of each folder and writes down what survived.
 */

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
    output: { type: 'string', default: 'mutation-survivors.txt' },
  },
});

/** Tests of what the two folders do; those of the servers and of the built program say nothing more about them. */
const TESTS = [
  ...[
    'rules',
    'words',
    'tables',
    'corpus',
    'fixes',
    'fix-shapes',
    'golden',
    'facts',
    'suppression-comments',
    'suppressions-over-time',
  ],
  ...['policy/*', 'access/compare', 'access/diff', 'access/laws', 'syntax/edit'],
].map((name) => `test/${name}.test.ts`);

/** Tests that state so much of the outcome that most mistakes show. */
const DENSE = /^test\/(?:tables|words|policy\/readings)\.test/;

interface Result {
  mutant: Mutant;
  status: 'killed' | 'timeout' | 'survived';
  /** How many tests the budget left no time for. */
  left: number;
}

/** mulberry32: the same sample for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function sample<T>(all: readonly T[], count: number, next: () => number): T[] {
  const list = [...all];
  for (let i = 0; i < Math.min(count, list.length); i++) {
    const j = i + Math.floor(next() * (list.length - i));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list.slice(0, count);
}

/** Node keeps the modules of every graph that was loaded. */
const TASKS_A_PROCESS = 30;

/** One worker process, started again where a mutant ended it, and before it needs too much memory. */
class Runner {
  #child: ChildProcess | undefined;
  #asked = 0;

  /** What each test of a file needs and runs. */
  async profile(file: string): Promise<Profile[]> {
    const profiles = await this.#send({ file });
    if (profiles === undefined) throw new Error(`the tests of ${file} do not pass as they are`);
    return profiles as Profile[];
  }

  /** Undefined where the process died: the mutant never ended, or took all memory. */
  async ask(task: Task): Promise<Answer | undefined> {
    if (++this.#asked % TASKS_A_PROCESS === 0) this.stop();
    return (await this.#send(task)) as Answer | undefined;
  }

  #send(task: Task | Question): Promise<unknown> {
    this.#child ??= fork(join(ROOT, 'scripts/mutation/worker.ts'), {
      execArgv: ['--experimental-vm-modules', '--no-warnings', '--max-old-space-size=2048'],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const onExit = (): void => {
        this.#child = undefined;
        resolve(undefined);
      };
      child.once('exit', onExit);
      child.once('message', (answer) => {
        child.off('exit', onExit);
        resolve(answer);
      });
      child.send(task);
    });
  }

  stop(): void {
    this.#child?.removeAllListeners('exit');
    this.#child?.kill();
    this.#child = undefined;
  }
}

/** The tests that run what a mutant changes: those that failed for others of its file first, then those that often fail, then the quick ones. */
class Order {
  readonly #profiles: readonly Profile[];
  readonly #kills = new Map<string, number>();

  constructor(profiles: readonly Profile[]) {
    this.#profiles = profiles;
  }

  killed(file: string, by: string): void {
    for (const key of [by, `${file} ${by}`]) this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }

  for({ file, start }: Mutant): string[] {
    const ranked = this.#profiles
      .filter(({ ran, loading }) => didRun(ran[file], start) || didRun(loading[file], start))
      .map(({ name, duration }) => ({
        name,
        rank:
          1e6 * (this.#kills.get(`${file} ${name}`) ?? 0) +
          1e3 * ((this.#kills.get(name) ?? 0) + (DENSE.test(name) ? 20 : 0)) -
          duration / 100,
      }));
    return ranked.sort((a, b) => b.rank - a.rank).map(({ name }) => name);
  }
}

async function main(): Promise<void> {
  const all = (await findMutants()).filter(({ file }) => file.includes(values.only));
  const next = random(Number(values.seed));
  const mutants = FOLDERS.flatMap((folder) =>
    sample(
      all.filter(({ file }) => file.startsWith(`src/${folder}/`)),
      Number(values.sample),
      next,
    ),
  );
  const runners = Array.from({ length: Number(values.workers) }, () => new Runner());
  const each = async <T>(list: T[], work: (one: T, runner: Runner) => Promise<void>): Promise<void> => {
    await Promise.all(
      runners.map(async (runner) => {
        for (let one = list.pop(); one !== undefined; one = list.pop()) await work(one, runner);
      }),
    );
  };
  const profiles: Profile[] = [];
  const files = TESTS.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  await each(files, async (file, runner) => void profiles.push(...(await runner.profile(file))));
  // The profiler makes everything slower.
  for (const runner of runners) runner.stop();
  const durations = Object.fromEntries(profiles.map(({ name, duration }) => [name, duration]));
  const order = new Order(profiles);
  const results: Result[] = [];
  await each(sample(mutants, mutants.length, next), async (mutant, runner) => {
    const answer = await runner.ask({ mutant, order: order.for(mutant), durations });
    const by = answer?.killedBy;
    if (by !== undefined) order.killed(mutant.file, by);
    const status = answer === undefined ? 'timeout' : by === undefined ? 'survived' : 'killed';
    results.push({ mutant, status, left: answer?.left ?? 0 });
    if (results.length % 25 === 0) console.error(`${results.length} of ${mutants.length}; ${summary(results)}`);
    writeFileSync(values.output, describe(results));
  });
  for (const runner of runners) runner.stop();
  for (const folder of FOLDERS) {
    const own = all.filter(({ file }) => file.startsWith(`src/${folder}/`)).length;
    if (own === 0) continue;
    console.log(`src/${folder}: ${summary(results.filter((one) => isIn(one, folder)))} of ${own} mutants`);
  }
}

const isIn = ({ mutant }: Result, folder: string): boolean => mutant.file.startsWith(`src/${folder}/`);

/** The score, and the interval in which that of all mutants lies (Wilson, 95 %). */
function summary(results: readonly Result[]): string {
  const n = results.length;
  const p = results.filter(({ status }) => status !== 'survived').length / n;
  const z = 1.96;
  const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const percent = (one: number): string => (100 * one).toFixed(1);
  return `${percent(p)} % noticed (${percent(centre - half)} to ${percent(centre + half)}), ${n} tried`;
}

function describe(results: readonly Result[]): string {
  const survivors = results.filter(({ status }) => status === 'survived');
  survivors.sort(({ mutant: a }, { mutant: b }) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start));
  const lines = survivors.map(({ mutant: { file, line, start, end, operator, replacement }, left }) => {
    const text = readFileSync(join(ROOT, file), 'utf8').slice(start, end);
    const brief = (one: string): string => one.replace(/\s+/g, ' ').slice(0, 160);
    const rest = left > 0 ? `, ${left} tests not run` : '';
    return `${file}:${line} ${operator}${rest}\n  - ${brief(text)}\n  + ${brief(replacement)}\n`;
  });
  return lines.join('');
}

await main();
