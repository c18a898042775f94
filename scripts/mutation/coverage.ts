import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FOLDERS, ROOT } from './mutants.ts';

/** What one test needs and runs. */
export interface Profile {
  name: string;
  /** Milliseconds of processor time. */
  duration: number;
  /** By file: the stretches `[start, end)` that ran, and inside them those that did not, the inner ones last. */
  ran: Record<string, Stretch[]>;
  /** The same of loading its file, which every test in it depends on. */
  loading: Record<string, Stretch[]>;
}

type Stretch = readonly [start: number, end: number, didRun: boolean];

/** Which stretches of the code under test have run, as the engine counts. Types are blanks there, so that offsets are the source's. */
export class Coverage {
  readonly #session = new Session();
  #started = false;

  /** What has run since the last time. */
  async take(): Promise<Profile['ran']> {
    if (!this.#started) {
      this.#session.connect();
      await this.#session.post('Profiler.enable');
      await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
      this.#started = true;
    }
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const ran: Record<string, Stretch[]> = {};
    for (const { url, functions } of result) {
      if (!FOLDERS.some((folder) => url.includes(`/src/${folder}/`))) continue;
      const stretches = functions.flatMap(({ ranges }) =>
        ranges.map(({ startOffset, endOffset, count }): Stretch => [startOffset, endOffset, count > 0]),
      );
      // Graphs of other files are there too.
      if (!stretches.some(([, , didRun]) => didRun)) continue;
      ran[relative(ROOT, fileURLToPath(url))] = stretches;
    }
    return ran;
  }

  stop(): void {
    this.#session.disconnect();
  }
}

/** Whether a place ran: the innermost stretch around it says. */
export function didRun(stretches: readonly Stretch[] | undefined, place: number): boolean {
  let innermost: Stretch | undefined;
  for (const stretch of stretches ?? []) {
    const [start, end] = stretch;
    if (start > place || end <= place) continue;
    if (innermost === undefined || end - start <= innermost[1] - innermost[0]) innermost = stretch;
  }
  return innermost?.[2] === true;
}
