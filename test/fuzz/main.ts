import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { faultsOf } from './check.ts';
import { type Input, input } from './input.ts';

/**
 * `npm run fuzz -- --runs 100000 --seed 1`: reviews files at random and says what is wrong, with the files shrunk. The work is
 * in a thread of its own, so that a hang can be told too.
 */

/** Runs between two lines of progress; each such block has its own seed. */
const BLOCK = 500;
/** Most of it would be shrinking. */
const MAX_BLOCK_MS = 180_000;
const HANG_MS = 300_000;

interface Block {
  seed: number;
  runs: number;
  ms: number;
  /** What is wrong in one of its runs, and the files of it. */
  failure?: { faults: string[]; input: object };
}

async function runBlock(seed: number, runs: number): Promise<Block> {
  const started = performance.now();
  let faults: string[] = [];
  const property = fc.asyncProperty(input, async (one) => {
    const found = await faultsOf(one);
    if (found.length > 0) {
      faults = found;
      throw new Error(found.join('\n'));
    }
  });
  const { failed, counterexample, numRuns, errorInstance } = await fc.check(property, {
    seed,
    numRuns: runs,
    interruptAfterTimeLimit: MAX_BLOCK_MS,
  });
  const ms = performance.now() - started;
  if (!failed) return { seed, runs: numRuns, ms };
  const [shrunk] = counterexample as [Input];
  const { head, base, config, options } = shrunk;
  if (faults.length === 0) faults = [errorInstance instanceof Error ? (errorInstance.stack ?? '') : `${errorInstance}`];
  return { seed, runs: numRuns, ms, failure: { faults, input: { head, base, config, options } } };
}

async function work({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  for (let done = 0; done < runs; done += BLOCK)
    parentPort?.postMessage(await runBlock(seed + done / BLOCK, Math.min(BLOCK, runs - done)));
}

function main(): void {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const started = performance.now();
  let done = 0;
  let failures = 0;
  const worker = new Worker(new URL(import.meta.url), { workerData: { seed, runs } });
  const watch = setTimeout(() => {
    console.error(`hang in --seed ${seed + Math.floor(done / BLOCK)} --runs ${BLOCK}`);
    process.exit(1);
  }, HANG_MS);
  worker.on('error', (error) => {
    throw error;
  });
  worker.on('message', (block: Block) => {
    watch.refresh();
    done += block.runs;
    const { failure } = block;
    if (failure) {
      failures++;
      console.log(`FAILED with --seed ${block.seed} --runs ${BLOCK}:\n${failure.faults.join('\n')}`);
      console.log(JSON.stringify(failure.input, null, 1));
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${done} runs, ${failures} failures, ${seconds} s, ${(block.ms / block.runs).toFixed(1)} ms a run`);
  });
  worker.on('exit', () => {
    clearTimeout(watch);
    if (failures > 0) process.exitCode = 1;
  });
}

if (isMainThread) main();
else await work(workerData);
