import { type Analyser, openAnalyser } from './analyser.ts';
import { isCandidate, isTerraform } from './changes/candidates.ts';
import type { ChangedFile, Changes } from './changes/changes.ts';
import { type Side, type Source, sideOf } from './gather/side.ts';
import type { Config } from './policy/config.ts';
import type { Analysis } from './review/analyse.ts';
import type { Digest } from './review/fingerprint.ts';
import { makeReview, NOTHING_TO_READ, type Review } from './review/review.ts';
import type { Severity } from './rules/rule.ts';
import { folderOf } from './source/path.ts';
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
}

/** The story: which files, what they say on both sides, and the review of it. Reads through `changes`, writes nothing. */
export async function runReview(changes: Changes, config: Config, options: RunOptions): Promise<Review> {
  const list = await changes.list();
  const candidates = list.files.filter((file) => file.status !== 'removed' && isWanted(file, config, options));
  const skipped: { path: string; reason: string }[] = [];
  const analyser = openAnalyser(config);
  const texts = await changes.read(
    'head',
    candidates.map((file) => file.path),
  );
  const head: Source[] = [];
  for (const { path } of candidates) {
    const contents = texts.get(path);
    if (contents === undefined) continue;
    if ('unreadable' in contents) skipped.push({ path, reason: contents.unreadable });
    else head.push({ path, text: contents.text });
  }
  // A module of which a file was removed changed too.
  const folders = foldersOf(list.files.filter((file) => isWanted(file, config, options)));
  const analyses = await analyser({
    sources: head,
    folders,
    lost: skipped.map(({ path }) => path),
    side: sideOf(changes, 'head'),
    pass: (path) => skipped.push({ path, reason: NOTHING_TO_READ }),
    progress: options.progress,
  });
  const base = changes.hasBase ? await analyseBase(changes, candidates, folders, analyses, analyser) : undefined;
  return makeReview({
    head: analyses,
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

/** Only files with a finding have anything to compare (and the Terraform beside them); others are never asked for. */
async function analyseBase(
  changes: Changes,
  candidates: readonly ChangedFile[],
  folders: readonly string[],
  head: readonly Analysis[],
  analyser: Analyser,
): Promise<Analysis[]> {
  const found = new Set(
    head
      .filter(({ findings }) => findings.length > 0)
      .flatMap(({ file, together }) => [file.path, ...(together ?? [])]),
  );
  const foundTerraform = [...found].some(isTerraform);
  const before = candidates.filter(
    ({ path, status }) => status !== 'added' && (found.has(path) || (foundTerraform && isTerraform(path))),
  );
  const texts = await changes.read(
    'base',
    before.map((file) => file.previousPath ?? file.path),
  );
  // Under the path of the head, so that a renamed file's findings are the same ones.
  const sources = before.flatMap((file): Source[] => {
    const contents = texts.get(file.previousPath ?? file.path);
    return contents && 'text' in contents ? [{ path: file.path, text: contents.text }] : [];
  });
  const moved = new Set(before.map((file) => file.previousPath));
  const base = sideOf(changes, 'base');
  const modules: Side['modules'] = async (folders) =>
    new Map([...(await base.modules(folders))].filter(([path]) => !moved.has(path)));
  // A finding may stand in a module none of whose files changed, but one that it reads.
  const read = [...found].filter(isTerraform).map(folderOf);
  const wanted = foundTerraform ? [...new Set([...folders, ...read])] : [];
  return analyser({ sources, folders: wanted, side: { ...base, modules } });
}

/** The folders of the Terraform files among some. */
function foldersOf(files: readonly ChangedFile[]): string[] {
  return [...new Set(files.filter(({ path }) => isTerraform(path)).map(({ path }) => folderOf(path)))];
}

function isWanted({ path, named }: ChangedFile, config: Config, options: RunOptions): boolean {
  if (named) return true;
  if (!isCandidate(path)) return false;
  for (const paths of [config.paths, options.paths]) if (paths.length > 0 && !matchPaths(paths, path)) return false;
  return !matchPaths(config.pathsIgnore, path) && !matchPaths(options.pathsIgnore, path);
}
