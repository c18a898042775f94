import { isCandidate, isTerraform, isVendored } from '../changes/candidates.ts';
import type { Config } from '../policy/config.ts';
import type { Gap } from '../policy/policy.ts';
import { type Analysis, needsYaml, type ParsedFile, type Parsers } from '../review/analyse.ts';
import { folderOf, nameOf, resolvePath } from '../source/path.ts';
import { SourceFile } from '../source/source-file.ts';
import { mayHoldPolicy, mayImport, mayNest } from '../syntax/scan.ts';
import { openSearch, type Search, type Wanted } from './search.ts';
import { loadYaml, MAX_ROUNDS, readable, type Side } from './side.ts';

/** How many templates that others nest may be read in one run. */
const MAX_NESTED = 500;

/**
 * Analyses the templates among some files that nest one another, with those that they nest and those that nest them; of
 * the latter nothing is of interest but what they pass. The gaps are those of templates that stand alone.
 */
export async function gatherStacks(
  files: readonly SourceFile[],
  config: Config,
  parsers: Parsers,
  side: Side,
): Promise<{ analyses: Analysis[]; gaps: Gap[] }> {
  const isLinked = files.some(
    ({ text }) => mayNest(text) || (mayHoldPolicy(text) && (mayImport(text) || takesParameters(text))),
  );
  if (!isLinked) return { analyses: [], gaps: [] };
  const { analyseStacks, findStacks } = await import('../review/analyse-stacks.ts');
  const all = [...files];
  const parsed = new Map<SourceFile, ParsedFile>();
  const asked = new Set<string>();
  const search = openSearch(side, NESTS);
  const gaps: Gap[] = [];
  // The templates whose parents are still to be looked for.
  let children = files.filter(({ text }) => mayHoldPolicy(text) && takesParameters(text));
  for (let round = 1; ; round++) {
    if (!parsers.yaml && all.some(({ path, text }) => needsYaml(path, text))) await loadYaml(parsers);
    const found = findStacks(all, parsers, parsed);
    const wanted = found.missing.filter((path) => !asked.has(path)).slice(0, MAX_NESTED - asked.size);
    if (round > MAX_ROUNDS || wanted.length + children.length === 0) {
      const reviewed = nestedBy(files, found.nests);
      const analyses = analyseStacks(found.stacks, config, parsers).filter(({ file }) => reviewed.has(file.path));
      return { analyses, gaps };
    }
    for (const path of wanted) asked.add(path);
    const known = new Set(all.map(({ path }) => path));
    const parents = await findParents(children, known, search, gaps);
    const more = [...wanted, ...parents];
    const texts = more.length > 0 ? await side.read(more) : new Map();
    const read = readable(texts, known).map(({ path, text }) => new SourceFile(path, text));
    all.push(...read);
    children = read.filter(({ path, text }) => parents.includes(path) && takesParameters(text));
  }
}

/** The paths of some files and of all that they nest, by whatever way. */
function nestedBy(files: readonly SourceFile[], nests: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set(files.map(({ path }) => path));
  for (const path of reached) for (const nested of nests.get(path) ?? []) reached.add(nested);
  return reached;
}

/** Whether a text may be a template with parameters; a false answer is certain. */
function takesParameters(text: string): boolean {
  return text.includes('Parameters') && text.includes('AWS::');
}

/** Templates that nest others by a relative path: they stand in the folders above those, or beside one of these folders. */
export const NESTS: Wanted = {
  mayName: (path, targets) =>
    isCandidate(path) &&
    !isTerraform(path) &&
    !isVendored(path) &&
    targets.some((target) => {
      const [own, folder] = [folderOf(target), folderOf(path)];
      return own.startsWith(folder) || own.startsWith(folderOf(folder.slice(0, -1)));
    }),
  namedBy: (path, text) => {
    if (!mayNest(text)) return [];
    const names = text.split(/[^\w@./-]+/).filter((word) => word.length < MAX_PATH && isCandidate(word));
    return names.flatMap((name) => resolvePath(folderOf(path), name) ?? []);
  },
  isUnlikely: (path) =>
    path.startsWith('.github/') || /^(?:package(?:-lock)?|composer|tsconfig.*)\.json$/.test(nameOf(path)),
};

/** Longer words of a template are no paths. */
const MAX_PATH = 1000;

/** The templates that nest some others. Where not every one could be looked at, that is a gap of the nested ones. */
async function findParents(
  children: readonly SourceFile[],
  known: ReadonlySet<string>,
  search: Search,
  gaps: Gap[],
): Promise<string[]> {
  if (children.length === 0) return [];
  const found = await search(
    children.map(({ path }) => path),
    known,
  );
  const why =
    found.left > 0
      ? `the ${found.lookedAt} nearest files were looked at, ${found.left} more were not`
      : found.incomplete;
  if (why !== undefined) {
    for (const file of children) {
      const at = file.text.indexOf('Parameters');
      const reason = `templates that nest this one may pass its parameters: ${why}`;
      gaps.push({ span: file.span(at, at + 'Parameters'.length), reason });
    }
  }
  return found.paths;
}
