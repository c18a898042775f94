import { isTerraform, isVendored } from '../changes/candidates.ts';
import type { Contents } from '../changes/changes.ts';
import type { Config } from '../policy/config.ts';
import type { TerraformModule } from '../policy/extract/terraform.ts';
import type { Gap } from '../policy/policy.ts';
import { type Analysis, brokenAnalysis, type Parsers } from '../review/analyse.ts';
import type { Evaluated, ParsedTerraform } from '../review/analyse-terraform.ts';
import { folderOf, nameOf, resolvePath } from '../source/path.ts';
import { SourceFile, type Span } from '../source/source-file.ts';
import type { HclParser } from '../syntax/hcl.ts';
import { mayHoldPolicy } from '../syntax/scan.ts';
import { openSearch, type Search, type Wanted } from './search.ts';
import { loadYaml, MAX_ROUNDS, readable, type Side, type Source, unreadable } from './side.ts';

/** How many files `file()` and `templatefile()` may read in one run. */
const MAX_TEXTS = 500;

interface Gathered {
  analyses: Analysis[];
  /** The paths of files that gave a Terraform file a policy. */
  readThrough: Set<string>;
  /** The paths of all files that a Terraform file asked for. */
  askedFor: Set<string>;
  modules: readonly TerraformModule[];
}

/**
 * Evaluates modules until what they ask for beside them has been read, and asks every rule about them. Of the `changed`
 * folders the callers are looked for, so that a module is read with what it is given.
 */
export async function gatherModules(
  sources: readonly Source[],
  changed: ReadonlySet<string>,
  config: Config,
  parsers: Parsers,
  hcl: HclParser,
  side: Side,
): Promise<Gathered> {
  const { analyseEvaluated, evaluateTerraform, parseTerraform } = await import('../review/analyse-terraform.ts');
  const files: ParsedTerraform[] = [];
  const folders = new Set<string>();
  /** Folders that were read only because they call what is reviewed. */
  const callers = new Set<string>();
  const texts = new Map<string, SourceFile | { refused: string }>();
  const gaps = new Map<string, Gap>();
  const lost: Analysis[] = [];
  /** Without paths where they are not all known. */
  let listed: { paths?: readonly string[] } | undefined;
  const search = openSearch(side, CALLS);
  const searched = new Set<string>();
  const add = (found: readonly Source[]): void => {
    for (const { path, text } of found) {
      folders.add(folderOf(path));
      files.push(parseTerraform(new SourceFile(path, text), hcl));
    }
  };
  const addFolders = async (wanted: readonly string[]): Promise<void> => {
    const missing = wanted.filter((folder) => !folders.has(folder));
    for (const folder of missing) folders.add(folder);
    const known = new Set(files.map(({ file }) => file.path));
    const more = missing.length > 0 ? await side.modules(missing) : new Map<string, Contents>();
    add(readable(more, known));
    lost.push(...unreadable(more, known));
  };
  add(sources);
  for (let round = 1; ; round++) {
    if (files.some(({ file }) => file.text.includes('yamldecode'))) await loadYaml(parsers);
    const isCaller = (folder: string): boolean => callers.has(folder);
    const besides = { texts, paths: listed?.paths, isCaller };
    const terraform = { hcl, yaml: parsers.yaml };
    let evaluated: Evaluated;
    try {
      evaluated = evaluateTerraform(files, terraform, besides);
    } catch (error) {
      const analyses = files.map(({ file }) => brokenAnalysis(file, error));
      return { analyses, readThrough: new Set(), askedFor: new Set(), modules: [] };
    }
    const { modules, wantedTexts } = evaluated;
    const wantsPaths = evaluated.wantsPaths && listed === undefined;
    // What only a caller needs is a caller too; what is reviewed needs it as a whole.
    const needed = [...evaluated.wantedFolders].filter(([folder]) => !folders.has(folder));
    const holders = foldersWithPolicies(files, texts);
    const wantedCallers = [...evaluated.wantedCallers].filter(([folder]) => {
      return !searched.has(folder) && (callers.has(folder) || (changed.has(folder) && holders.has(folder)));
    });
    if (round > MAX_ROUNDS || (!wantsPaths && wantedTexts.length + needed.length + wantedCallers.length === 0)) {
      const read = analyseEvaluated(files, modules, besides, config, terraform);
      for (const analysis of read.analyses) {
        const own = [...gaps.values()].filter(({ span }) => span.file.path === analysis.file.path);
        analysis.gaps.push(...own);
      }
      return { ...read, analyses: [...read.analyses, ...lost], askedFor: new Set(texts.keys()), modules };
    }
    if (wantsPaths) {
      const { paths, incomplete } = await side.paths();
      listed = incomplete === undefined ? { paths } : {};
    }
    await readTexts(wantedTexts, texts, side);
    for (const [folder, by] of needed) if ([...by].every((one) => callers.has(one))) callers.add(folder);
    for (const [folder] of wantedCallers) searched.add(folder);
    const paths = wantedCallers.length > 0 ? (await side.paths()).paths : [];
    // Terraform writes its lock file where it is run, and nothing calls what is run.
    const called = wantedCallers.filter(([folder]) => !paths.includes(`${folder}.terraform.lock.hcl`));
    const found = await findCallers(called, files, search, gaps);
    for (const folder of found) if (!folders.has(folder)) callers.add(folder);
    await addFolders([...needed.map(([folder]) => folder), ...found]);
  }
}

/** The folders of files that may hold a policy, or read one from another file. */
function foldersWithPolicies(
  files: readonly ParsedTerraform[],
  texts: ReadonlyMap<string, SourceFile | { refused: string }>,
): Set<string> {
  const isElsewhere = [...texts.values()].some((one) => 'text' in one && mayHoldPolicy(one.text));
  const holders = files.filter(
    ({ file }) => mayHoldPolicy(file.text) || (isElsewhere && /file\s*\(|\btemplate_file\b/.test(file.text)),
  );
  return new Set(holders.map(({ file }) => folderOf(file.path)));
}

/** Reads the files that `file()` and `templatefile()` ask for; over the bound they are refused. */
async function readTexts(
  wanted: readonly string[],
  texts: Map<string, SourceFile | { refused: string }>,
  side: Side,
): Promise<void> {
  const room = Math.max(0, MAX_TEXTS - texts.size);
  const found = room > 0 && wanted.length > 0 ? await side.read(wanted.slice(0, room)) : new Map();
  wanted.forEach((path, index) => {
    texts.set(path, index < room ? textOf(path, found.get(path)) : { refused: `over ${MAX_TEXTS} files are read` });
  });
}

function textOf(path: string, contents: Contents | undefined): SourceFile | { refused: string } {
  if (contents === undefined) return { refused: 'there is no such file' };
  return 'text' in contents ? new SourceFile(path, contents.text) : { refused: contents.unreadable };
}

/** Files that call a module by a path; a module is named by its folder. */
export const CALLS: Wanted = {
  mayName: (path) => isTerraform(path) && !/\.tfvars(?:\.json)?$/.test(path) && !isVendored(path),
  namedBy: (path, text) => {
    if (!/\bmodule\b/.test(text)) return [];
    return [...text.matchAll(/"(\.{1,2}(?:\/[^"\n]*)?)"/g)].flatMap(([, source = '']) => {
      const target = resolvePath(folderOf(path), source);
      return target === undefined ? [] : [target === '' ? '' : `${target}/`];
    });
  },
  // By Terraform's style guide these hold declarations only.
  isUnlikely: (path) => /^(?:variables|outputs|versions|providers|backend|terraform)\.tf$/.test(nameOf(path)),
};

/** The folders that call some modules. Where not every file could be looked at, that is a gap of the module. */
async function findCallers(
  wanted: readonly (readonly [string, Span])[],
  files: readonly ParsedTerraform[],
  search: Search,
  gaps: Map<string, Gap>,
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const known = new Set(files.map(({ file }) => file.path));
  const found = await search(
    wanted.map(([folder]) => folder),
    known,
  );
  const why =
    found.left > 0
      ? `the ${found.lookedAt} nearest Terraform files were looked at, ${found.left} more were not`
      : found.incomplete;
  if (why !== undefined) {
    for (const [folder, span] of wanted) {
      const reason = `what calls this module may pass other values for \`${span.file.slice(span)}\`: ${why}`;
      gaps.set(folder, { span, reason });
    }
  }
  return [...new Set(found.paths.map(folderOf))];
}
