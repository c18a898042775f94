import type { AccessDiff, Lost } from './access/diff.ts';
import { type Analyser, openAnalyser } from './analyser.ts';
import { isCandidate, isTerraform } from './changes/candidates.ts';
import type { ChangedFile, Changes } from './changes/changes.ts';
import { type Side, type Source, sideOf } from './gather/side.ts';
import type { Config } from './policy/config.ts';
import type { Analysis } from './review/analyse.ts';
import type { Digest } from './review/fingerprint.ts';
import type { FixedFile } from './review/fixed-file.ts';
import type { Prover, Proving } from './review/prove.ts';
import { describeReview, makeReview, NOTHING_TO_READ, type Review, type ReviewInput } from './review/review.ts';
import type { reviewAccess } from './review/review-access.ts';
import { mayBeBound } from './review/suppress.ts';
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
  return makeReview(await readAll(changes, config, options, false));
}

/** The same, with the files as they would be with the proven fixes in them. */
export async function runFixes(
  changes: Changes,
  config: Config,
  options: RunOptions,
): Promise<{ review: Review; files: FixedFile[] }> {
  const input = await readAll(changes, config, options, true);
  const { review, made } = describeReview(input);
  const { fixFiles } = await import('./review/fixed-file.ts');
  return { review, files: fixFiles(made, review.comments, input) };
}

async function readAll(
  changes: Changes,
  config: Config,
  options: RunOptions,
  forWriting: boolean,
): Promise<ReviewInput> {
  const list = await changes.list();
  const candidates = list.files.filter((file) => file.status !== 'removed' && isWanted(file, config, options));
  const skipped: { path: string; reason: string }[] = [];
  const analyser = openAnalyser(config, { keepsDocuments: changes.hasBase });
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
  const wanted = list.files.filter((file) => isWanted(file, config, options));
  // A module of which a file was removed changed too.
  const folders = foldersOf(wanted);
  const analyses = await analyser({
    sources: head,
    folders,
    lost: skipped.map(({ path }) => path),
    side: sideOf(changes, 'head'),
    pass: (path) => skipped.push({ path, reason: NOTHING_TO_READ }),
    progress: options.progress,
  });
  // A finding may stand in a module none of whose files changed, but one that it reads.
  const found = foldersOf(analyses.filter(({ findings }) => findings.length > 0).map(({ file }) => file));
  const inBase = [...new Set([...folders, ...found])];
  const base = changes.hasBase ? await analyseBase(changes, wanted, inBase, analyser) : undefined;
  const isBound = base !== undefined && mayBeBound(analyses, config);
  const lost = [
    ...skipped.filter(({ reason }) => reason !== NOTHING_TO_READ),
    ...(base?.lost ?? []),
    ...list.incomplete.map((reason) => ({ path: '', reason })),
  ];
  const all = [...head.map(({ text }) => text), ...analyses.map(({ file }) => file.text)];
  return {
    prover: await loadProver(analyses, { config, texts: all, forWriting }),
    head: analyses,
    base: base?.analyses,
    access: base ? await compareAccess(base.analyses, analyses, pathsOf(wanted), lost, config) : null,
    narrows: isBound ? (await import('./access/prove.ts')).narrows : undefined,
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
  };
}

/** The prover of fixes, where some finding has a repair; most runs need none and do not load it. */
async function loadProver(analyses: readonly Analysis[], proving: Proving): Promise<Prover | undefined> {
  if (!analyses.some(({ findings }) => findings.some(({ repair }) => repair))) return undefined;
  const { openProver } = await import('./review/prove.ts');
  return openProver(proving);
}

/** The base of everything that changed, removed files included. `lost` could not be read there. */
async function analyseBase(
  changes: Changes,
  files: readonly ChangedFile[],
  folders: readonly string[],
  analyser: Analyser,
): Promise<{ analyses: Analysis[]; lost: Lost[] }> {
  const before = files.filter(({ status }) => status !== 'added');
  const texts = await changes.read(
    'base',
    before.map((file) => file.previousPath ?? file.path),
  );
  const lost: Lost[] = [];
  // Under the path of the head, so that a renamed file's findings are the same ones.
  const sources = before.flatMap(({ path, previousPath }): Source[] => {
    const contents = texts.get(previousPath ?? path);
    if (contents && 'text' in contents) return [{ path, text: contents.text }];
    lost.push({ path, reason: contents?.unreadable ?? 'it is not in the base' });
    return [];
  });
  const moved = new Set(before.map((file) => file.previousPath));
  const base = sideOf(changes, 'base');
  const modules: Side['modules'] = async (folders) =>
    new Map([...(await base.modules(folders))].filter(([path]) => !moved.has(path)));
  return { analyses: await analyser({ sources, folders, side: { ...base, modules } }), lost };
}

/** Loaded where there is something to compare: it is as large as all the rules. */
async function compareAccess(...sides: Parameters<typeof reviewAccess>): Promise<AccessDiff> {
  return (await import('./review/review-access.ts')).reviewAccess(...sides);
}

function pathsOf(files: readonly ChangedFile[]): Set<string> {
  return new Set(files.map(({ path }) => path));
}

/** The folders of the Terraform files among some. */
function foldersOf(files: readonly { path: string }[]): string[] {
  return [...new Set(files.filter(({ path }) => isTerraform(path)).map(({ path }) => folderOf(path)))];
}

function isWanted({ path, named }: ChangedFile, config: Config, options: RunOptions): boolean {
  return named === true || looksAt(path, config, options);
}

/** Whether a run with this configuration and these options looks at a file, by its name. */
export function looksAt(path: string, config: Config, options: RunOptions): boolean {
  if (!isCandidate(path)) return false;
  for (const paths of [config.paths, options.paths]) if (paths.length > 0 && !matchPaths(paths, path)) return false;
  return !matchPaths(config.pathsIgnore, path) && !matchPaths(options.pathsIgnore, path);
}
