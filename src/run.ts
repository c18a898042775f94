import { isCandidate } from './changes/candidates.ts';
import type { ChangedFile, Changes, Contents } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import { type Analysis, analyseFile, needsYaml, type Parsers } from './review/analyse.ts';
import type { Digest } from './review/fingerprint.ts';
import { makeReview, NOTHING_TO_READ, type Review } from './review/review.ts';
import type { Severity } from './rules/rule.ts';
import { matchPaths } from './source/path-glob.ts';
import { SourceFile } from './source/source-file.ts';
import { mayHoldPolicy } from './syntax/scan.ts';

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
}

/** The story: which files, what they say on both sides, and the review of it. Reads through `changes`, writes nothing. */
export async function runReview(changes: Changes, config: Config, options: RunOptions): Promise<Review> {
  const list = await changes.list();
  const candidates = list.files.filter((file) => file.status !== 'removed' && isWanted(file, config, options));
  const skipped: { path: string; reason: string }[] = [];
  const parsers: Parsers = {};
  const analyse = async (
    side: 'base' | 'head',
    path: string,
    as: string,
    contents: Contents,
  ): Promise<Analysis | undefined> => {
    const skip = (reason: string): undefined => {
      if (side === 'head') skipped.push({ path, reason });
    };
    if ('unreadable' in contents) return skip(contents.unreadable);
    if (!mayHoldPolicy(contents.text)) return skip(NOTHING_TO_READ);
    if (needsYaml(path, contents.text) && !parsers.yaml) parsers.yaml = (await import('./syntax/yaml.ts')).parseYaml;
    return analyseFile(new SourceFile(as, contents.text), config, parsers);
  };
  const head: Analysis[] = [];
  const texts = await changes.read(
    'head',
    candidates.map((file) => file.path),
  );
  for (const file of candidates) {
    const contents = texts.get(file.path);
    const analysis = contents && (await analyse('head', file.path, file.path, contents));
    if (analysis) head.push(analysis);
    options.progress?.(head.length + skipped.length, candidates.length);
  }
  let base: Analysis[] | undefined;
  if (changes.hasBase) {
    // Only files with a finding have anything to compare; the base of the others is never asked for.
    const found = new Set(
      head.filter((analysis) => analysis.findings.length > 0).map((analysis) => analysis.file.path),
    );
    const before = candidates.filter((file) => found.has(file.path) && file.status !== 'added');
    const old = await changes.read(
      'base',
      before.map((file) => file.previousPath ?? file.path),
    );
    base = [];
    for (const file of before) {
      const path = file.previousPath ?? file.path;
      const contents = old.get(path);
      const analysis = contents && (await analyse('base', path, file.path, contents));
      if (analysis) base.push(analysis);
    }
  }
  return makeReview({
    head,
    base,
    config,
    diff: new Map(list.files.filter((file) => file.status !== 'unchanged').map((file) => [file.path, file.hunks])),
    scope: options.scope,
    failOn: options.failOn,
    failOnIncomplete: options.failOnIncomplete,
    maxComments: options.maxComments,
    today: options.today,
    digest: options.digest,
    candidates: candidates.length,
    skipped,
    incomplete: list.incomplete,
  });
}

function isWanted({ path, named }: ChangedFile, config: Config, options: RunOptions): boolean {
  if (named) return true;
  if (!isCandidate(path)) return false;
  for (const paths of [config.paths, options.paths]) if (paths.length > 0 && !matchPaths(paths, path)) return false;
  return !matchPaths(config.pathsIgnore, path) && !matchPaths(options.pathsIgnore, path);
}
