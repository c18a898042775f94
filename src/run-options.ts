import { isCandidate } from './changes/candidates.ts';
import type { ChangedFile } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import type { Digest } from './review/fingerprint.ts';
import type { Severity } from './rules/rule.ts';
import { matchPaths } from './source/path-glob.ts';

export interface RunOptions {
  /** `new`: only what head has and base has not; `changed`: all of the changed files; `all`: every file of head. */
  scope: 'new' | 'changed' | 'all';
  failOn: Severity | 'never';
  failOnIncomplete: boolean;
  /** Inline comments a run; the rest is placed in the summary. */
  maxComments: number;
  /** Globs on top of the configuration's. */
  paths: string[];
  pathsIgnore: string[];
  /** `YYYY-MM-DD`: the day of the run, for suppressions that expire. */
  today: string;
  /** Names findings and comments; runs that show neither fingerprints nor comments need not hash. */
  digest: Digest;
  /** Called while files are read, for a progress line. */
  progress?: (done: number, total: number) => void;
  /** Where there is no base: only this part of the files, `index` from 1 to `of`. */
  shard?: { index: number; of: number } | undefined;
}

/** The files of the list that are in head and that a run reads. */
export function candidatesOf(files: readonly ChangedFile[], config: Config, options: RunOptions): ChangedFile[] {
  return files.filter((file) => file.status !== 'removed' && isWanted(file, config, options));
}

/** Whether a run reads a file of the list. */
export function isWanted({ path, named }: ChangedFile, config: Config, options: RunOptions): boolean {
  return named === true || looksAt(path, config, options);
}

/** Whether a run with this configuration and these options looks at a file, by its name. */
export function looksAt(path: string, config: Config, options: RunOptions): boolean {
  if (!isCandidate(path)) return false;
  for (const paths of [config.paths, options.paths]) if (paths.length > 0 && !matchPaths(paths, path)) return false;
  return !matchPaths(config.pathsIgnore, path) && !matchPaths(options.pathsIgnore, path);
}
