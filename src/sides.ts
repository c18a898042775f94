import type { AccessDiff, Lost } from './access/diff.ts';
import { type Analyser, openAnalyser } from './analyser.ts';
import { isTerraform } from './changes/candidates.ts';
import type { ChangedFile, Changes } from './changes/changes.ts';
import { type Side, type Source, sideOf } from './gather/side.ts';
import type { Config } from './policy/config.ts';
import type { Analysis } from './review/analyse.ts';
import { isLoss, NOTHING_TO_READ, type ReviewInput } from './review/review.ts';
import type { reviewAccess } from './review/review-access.ts';
import { mayBeBound } from './review/suppress.ts';
import { type Survey, surveyOf } from './review/survey.ts';
import { candidatesOf, isWanted, type RunOptions } from './run-options.ts';
import { folderOf } from './source/path.ts';

/** What was read for a review. */
export interface Read
  extends Pick<
    ReviewInput,
    'head' | 'base' | 'access' | 'narrows' | 'diff' | 'candidates' | 'skipped' | 'incomplete' | 'isPart'
  > {
  survey: Survey;
}

/** Reads both sides of a change, and compares their access. */
export async function readSides(changes: Changes, config: Config, options: RunOptions): Promise<Read> {
  const list = await changes.list();
  const candidates = candidatesOf(list.files, config, options);
  const skipped: { path: string; reason: string }[] = [];
  const analyser = openAnalyser(config, { keepsDocuments: true });
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
  const untouched = new Set(list.files.flatMap(({ path, status }) => (status === 'unchanged' ? [path] : [])));
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
  const base = await analyseBase(changes, wanted, [...new Set([...folders, ...found])], analyser);
  const lost = [
    // What did not change allows what it did.
    ...[...skipped.filter(isLoss), ...base.lost].filter(({ path }) => !untouched.has(path)),
    ...list.incomplete.map((reason) => ({ path: '', reason })),
  ];
  const all = new Set([...head.map(({ text }) => text), ...analyses.map(({ file }) => file.text)]);
  return {
    survey: surveyOf(all, config.account),
    head: analyses,
    base: base.analyses,
    access: await compareAccess(base.analyses, analyses, pathsOf(wanted), lost, config),
    narrows: mayBeBound(analyses, config) ? (await import('./access/prove.ts')).narrows : undefined,
    diff: diffOf(list.files),
    candidates: candidates.length,
    skipped,
    incomplete: list.incomplete,
  };
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
  const [base, head, , lost] = sides;
  if (base.length + head.length + lost.length === 0)
    return { newAccess: false, added: [], removed: [], unknown: [], compared: 0 };
  return (await import('./review/review-access.ts')).reviewAccess(...sides);
}

/** The hunks of the files that a change is about. */
export function diffOf(files: readonly ChangedFile[]): ReviewInput['diff'] {
  return new Map(files.filter((file) => file.status !== 'unchanged').map((file) => [file.path, file.hunks]));
}

function pathsOf(files: readonly ChangedFile[]): Set<string> {
  return new Set(files.map(({ path }) => path));
}

/** The folders of the Terraform files among some. */
function foldersOf(files: readonly { path: string }[]): string[] {
  return [...new Set(files.filter(({ path }) => isTerraform(path)).map(({ path }) => folderOf(path)))];
}
