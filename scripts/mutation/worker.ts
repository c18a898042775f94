import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Coverage, type Profile } from './coverage.ts';
import { ModuleGraph } from './modules.ts';
import { apply, type Mutant, ROOT } from './mutants.ts';
import { collector, type Unit } from './tests.ts';

/** A process that runs tests on mutants, one after the other, as `scripts/mutate.ts` asks. */

export interface Task {
  mutant: Mutant;
  /** Tests as `file > name`, in the order in which they are asked. */
  order: readonly string[];
  /** Milliseconds of processor time that each test needs without a mutant. */
  durations: Readonly<Record<string, number>>;
}

/** To learn what each test of a file needs, and what it runs. */
export interface Question {
  file: string;
}

export interface Answer {
  /** The test that failed and its words; undefined where none did. */
  killedBy?: string;
  words?: string;
  /** Of the tests that run what the mutant changes, how many the budget left no time for. */
  left?: number;
}

/** A mutant that makes a test so many times slower never ends. */
const SLOWER = 10;
const AT_LEAST = 3000;
/** Processor time for one mutant; what then has not failed counts as not failing. */
const BUDGET = 15_000;

/** Looks at the clock from outside: a loop without end lets nothing else run. */
const limit = new Float64Array(new SharedArrayBuffer(8));
new Worker(
  `const { workerData } = require('node:worker_threads');
   setInterval(() => { if (workerData[0] > 0 && spent() > workerData[0]) process.kill(process.pid, 'SIGKILL'); }, 300);
   function spent() { const { user, system } = process.cpuUsage(); return (user + system) / 1000; }`,
  { eval: true, workerData: limit },
).unref();

function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

process.on('message', (asked: Task | Question) => {
  const answering = 'file' in asked ? profile(asked.file) : answer(asked);
  answering.then(
    (result) => process.send?.(result),
    (error) => {
      throw error;
    },
  );
});

async function answer({ mutant, order, durations }: Task): Promise<Answer> {
  const replaced = new Map([[mutant.file, apply(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant)]]);
  const loaded = new Map<string, Map<string, Unit>>();
  const begin = spent();
  for (const [index, name] of order.entries()) {
    if (spent() - begin > BUDGET) {
      limit[0] = 0;
      return { left: order.length - index };
    }
    const at = name.indexOf(' > ');
    const file = name.slice(0, at);
    try {
      limit[0] = spent() + AT_LEAST * SLOWER;
      const units = loaded.get(file) ?? (await load(file, replaced));
      loaded.set(file, units);
      const test = units.get(name.slice(at + 3));
      // A test that a mutant takes out of the file does not pass.
      if (test === undefined) throw new Error('the test is gone');
      limit[0] = spent() + AT_LEAST + SLOWER * (durations[name] ?? 0);
      await test.run();
    } catch (error) {
      limit[0] = 0;
      const words = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      return { killedBy: name, words: words ?? '' };
    }
  }
  limit[0] = 0;
  return {};
}

/** What every test of a file needs and runs. What one test had remembered for it counts only for the one that ran it. */
async function profile(file: string): Promise<Profile[]> {
  const profiles: Profile[] = [];
  const coverage = new Coverage();
  await coverage.take();
  const units = await load(file, new Map());
  const loading = await coverage.take();
  for (const [name, test] of units) {
    const start = spent();
    await test.run();
    profiles.push({ name: `${file} > ${name}`, duration: spent() - start, loading, ran: await coverage.take() });
  }
  coverage.stop();
  return profiles;
}

async function load(file: string, replaced: ReadonlyMap<string, string>): Promise<Map<string, Unit>> {
  const { units, vitest } = collector(join(ROOT, file));
  const graph = new ModuleGraph(vitest, replaced);
  await graph.load('test/setup.ts');
  await graph.load(file);
  const named = new Map<string, Unit>();
  for (const unit of units) {
    const { name } = unit;
    const again = [...named.keys()].filter((one) => one === name || one.startsWith(`${name} (`)).length;
    named.set(again === 0 ? name : `${name} (${again + 1})`, unit);
  }
  return named;
}
