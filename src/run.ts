import { folderOf, isCandidate, isTerraform } from './changes/candidates.ts';
import type { ChangedFile, Changes, Contents } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import { mayNest } from './policy/extract/cloudformation-stacks.ts';
import { type Analysis, analyseFile, needsYaml, type Parsers } from './review/analyse.ts';
import { analyseStacks, findStacks } from './review/analyse-stacks.ts';
import type { Digest } from './review/fingerprint.ts';
import { makeReview, NOTHING_TO_READ, type Review } from './review/review.ts';
import type { Severity } from './rules/rule.ts';
import { matchPaths } from './source/path-glob.ts';
import { SourceFile } from './source/source-file.ts';
import type { HclParser } from './syntax/hcl.ts';
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
  const folders = [
    ...new Set(
      head
        .map(({ path }) => path)
        .filter(isTerraform)
        .map(folderOf),
    ),
  ];
  const besides = folders.length > 0 ? await changes.modules('head', folders) : new Map<string, Contents>();
  const own = new Set(candidates.map((file) => file.path));
  for (const [path, contents] of besides) {
    if (!own.has(path) && 'text' in contents) head.push({ path, text: contents.text });
  }
  const analyses = await analyser(head, (path) => skipped.push({ path, reason: NOTHING_TO_READ }), options.progress);
  const base = changes.hasBase ? await analyseBase(changes, candidates, analyses, analyser) : undefined;
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

interface Source {
  path: string;
  text: string;
}

type Analyser = (
  sources: readonly Source[],
  pass: (path: string) => void,
  progress?: RunOptions['progress'],
) => Promise<Analysis[]>;

/** Analyses files; the parsers of YAML and HCL are loaded with the first file that needs them. */
function openAnalyser(config: Config): Analyser {
  const parsers: Parsers = {};
  let hcl: HclParser | undefined;
  return async (sources, pass, progress) => {
    const analyses: Analysis[] = [];
    const terraform: SourceFile[] = [];
    const files: SourceFile[] = [];
    // A file without a policy may hold the locals of one beside it, or call it.
    let holds = false;
    let nests = false;
    for (const { path, text } of sources) {
      const file = new SourceFile(path, text);
      if (isTerraform(path)) {
        terraform.push(file);
        holds ||= mayHoldPolicy(text);
      } else {
        files.push(file);
        nests ||= mayNest(text);
      }
    }
    const readable = new Set(files.filter(({ text }) => mayHoldPolicy(text)));
    // A template without a policy may pass an argument to one beside it, or be passed one.
    const parsed = nests ? files : [...readable];
    if (!parsers.yaml && parsed.some(({ path, text }) => needsYaml(path, text)))
      parsers.yaml = (await import('./syntax/yaml.ts')).parseYaml;
    const stacks = nests ? findStacks(files, parsers) : [];
    const linked = new Set(stacks.map(({ file }) => file));
    analyses.push(...analyseStacks(stacks, config));
    for (const file of files) {
      if (linked.has(file)) continue;
      if (!readable.has(file)) pass(file.path);
      else {
        analyses.push(analyseFile(file, config, parsers));
        progress?.(analyses.length, sources.length);
      }
    }
    if (holds) {
      const { analyseModules } = await import('./review/analyse-terraform.ts');
      hcl ??= await loadHcl();
      analyses.push(...analyseModules(terraform, config, hcl));
    } else for (const file of terraform) pass(file.path);
    progress?.(sources.length, sources.length);
    return analyses.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  };
}

async function loadHcl(): Promise<HclParser> {
  const [{ openHclParser }, { readGrammar }] = await Promise.all([
    import('./syntax/hcl.ts'),
    import('./changes/grammar.ts'),
  ]);
  const { runtime, grammar } = readGrammar();
  return openHclParser(runtime, grammar);
}

/** Only files with a finding have anything to compare (and the modules that they are in); others are never asked for. */
async function analyseBase(
  changes: Changes,
  candidates: readonly ChangedFile[],
  head: readonly Analysis[],
  analyser: Analyser,
): Promise<Analysis[]> {
  const found = head
    .filter((analysis) => analysis.findings.length > 0)
    .flatMap(({ file, together }) => [file.path, ...(together ?? [])]);
  const files = new Set(found);
  const folders = [...new Set(found.filter(isTerraform).map(folderOf))];
  const before = candidates.filter(
    ({ path, status }) =>
      status !== 'added' && (files.has(path) || (isTerraform(path) && folders.includes(folderOf(path)))),
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
  const own = new Set(sources.map(({ path }) => path));
  const moved = new Set(before.map((file) => file.previousPath));
  for (const [path, contents] of folders.length > 0 ? await changes.modules('base', folders) : []) {
    if (!own.has(path) && !moved.has(path) && 'text' in contents) sources.push({ path, text: contents.text });
  }
  return analyser(sources, () => undefined);
}

function isWanted({ path, named }: ChangedFile, config: Config, options: RunOptions): boolean {
  if (named) return true;
  if (!isCandidate(path)) return false;
  for (const paths of [config.paths, options.paths]) if (paths.length > 0 && !matchPaths(paths, path)) return false;
  return !matchPaths(config.pathsIgnore, path) && !matchPaths(options.pathsIgnore, path);
}
