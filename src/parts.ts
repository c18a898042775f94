import { openAnalyser } from './analyser.ts';
import { isTemplateFile, isTerraform } from './changes/candidates.ts';
import type { Contents } from './changes/changes.ts';
import { type Groups, groupSources } from './gather/groups.ts';
import type { Side, Source } from './gather/side.ts';
import type { Config } from './policy/config.ts';
import type { Analysis } from './review/analyse.ts';
import { NOTHING_TO_READ } from './review/review.ts';
import { type Survey, Surveyor } from './review/survey.ts';
import { mayBePlan, mayHoldPolicy, mayNest } from './syntax/scan.ts';

/**
 * Some of the files of a run that compares with nothing. Files that use one another are in one part, so that it makes no
 * difference how a run is divided.
 */
export interface Part {
  groups: Groups;
  /** The number of files that could hold a policy by their names. */
  candidates: number;
  skipped: { path: string; reason: string }[];
  /** The paths of all files of the run that are read, of whatever part. */
  paths: string[];
  /** Of the whole run. */
  survey: Survey;
}

/** How many files are read before they are looked at: most hold nothing, and their texts need not be kept. */
const BATCH = 100;

/**
 * Reads a run's files and sorts their texts into one part. What certainly holds nothing is passed over at once.
 * `together`: they are asked for at once and are one group, so that what they ask for is asked for at once too.
 */
export async function wholePart(
  candidates: readonly string[],
  read: (paths: readonly string[]) => Promise<ReadonlyMap<string, Contents>>,
  { account }: Config,
  together: boolean,
): Promise<Part> {
  const sources: Source[] = [];
  const skipped: Part['skipped'] = [];
  const surveyor = new Surveyor(account);
  const step = together ? Number.POSITIVE_INFINITY : BATCH;
  for (let at = 0; at < candidates.length; at += step) {
    const paths = candidates.slice(at, at + step);
    const contents = await read(paths);
    for (const path of paths) {
      const one = contents.get(path) ?? { unreadable: 'it is not there any more' };
      if ('unreadable' in one) {
        skipped.push({ path, reason: one.unreadable });
        continue;
      }
      const holds = mayHoldPolicy(one.text);
      surveyor.add(one.text, holds);
      if (holds || tellsOthers(path, one.text)) sources.push({ path, text: one.text });
      else skipped.push({ path, reason: NOTHING_TO_READ });
    }
  }
  const groups = together ? { linked: [sources], single: [] } : groupSources(sources);
  const paths = sources.map(({ path }) => path);
  return { groups, candidates: candidates.length, skipped, paths, survey: surveyor.finish() };
}

/** Whether a file without a policy may tell others what they say; a false answer is certain. */
function tellsOthers(path: string, text: string): boolean {
  return isTerraform(path) || isTemplateFile(path) || mayNest(text) || mayBePlan(text);
}

/** Divides a part into as many as are asked for, about as long as one another; the same ones whatever the order of its files was. */
export function divide(part: Part, count: number): Part[] {
  const parts = Array.from({ length: count }, () => ({
    part: { ...part, groups: { linked: [], single: [] } as Groups, candidates: 0, skipped: [] as Part['skipped'] },
    size: 0,
  }));
  const { linked, single } = part.groups;
  const all = [
    ...linked.map((files) => ({ files, isSingle: false })),
    ...single.map((file) => ({ files: [file], isSingle: true })),
  ]
    .map((group) => ({ ...group, size: group.files.reduce((sum, { text }) => sum + text.length, 0) }))
    .sort((a, b) => b.size - a.size || (firstPath(a.files) < firstPath(b.files) ? -1 : 1));
  for (const { files, isSingle, size } of all) {
    const least = parts.reduce((one, other) => (other.size < one.size ? other : one));
    const { groups } = least.part;
    if (isSingle) groups.single.push(...files);
    else groups.linked.push(files);
    least.part.candidates += files.length;
    least.size += size;
  }
  const divided = parts.map((one) => one.part);
  const skipped = part.skipped.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const [index, one] of skipped.entries()) {
    const at = divided[index % count] as Part;
    at.skipped.push(one);
    at.candidates++;
  }
  return divided;
}

function firstPath(files: readonly Source[]): string {
  return files[0]?.path ?? '';
}

/** Reads the policies of a part's files and asks every rule; files that are passed over are added to what is skipped. */
export async function analysePart(
  { groups, skipped, paths }: Part,
  side: Side,
  config: Config,
  progress?: (done: number, total: number) => void,
): Promise<Analysis[]> {
  const analyser = openAnalyser(config);
  const apart: Side = { ...side, elsewhere: new Set(paths) };
  const lost = skipped.filter(({ reason }) => reason !== NOTHING_TO_READ).map(({ path }) => path);
  const all = [groups.single, ...groups.linked];
  const total = all.reduce((sum, files) => sum + files.length, 0);
  const analyses: Analysis[] = [];
  let done = 0;
  for (const sources of all) {
    const pass = (path: string): void => {
      skipped.push({ path, reason: NOTHING_TO_READ });
    };
    const count = progress && ((read: number): void => progress(done + read, total + 1));
    analyses.push(...(await analyser({ sources, lost, side: apart, pass, progress: count })));
    done += sources.length;
  }
  progress?.(total, total);
  return analyses.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}
