import { isTerraform } from './changes/candidates.ts';
import type { Changes, Contents } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import type { TerraformModule } from './policy/extract/terraform.ts';
import { type Analysis, analyseFile, needsYaml, type ParsedFile, type Parsers } from './review/analyse.ts';
import type { ParsedTerraform } from './review/analyse-terraform.ts';
import { folderOf } from './source/path.ts';
import { SourceFile } from './source/source-file.ts';
import type { HclParser } from './syntax/hcl.ts';
import { mayBePlan, mayHoldPolicy, mayImport, mayNest } from './syntax/scan.ts';

/** How often modules are evaluated again with what they asked for: modules call modules, templates name templates. */
const MAX_ROUNDS = 8;
/** How many files `file()` and `templatefile()` may read in one run. */
const MAX_TEXTS = 500;

/** A file's path and text. */
export interface Source {
  path: string;
  text: string;
}

/** What one side of a change has beside the files that are reviewed. */
export type Side = {
  /** The texts of files by path. */
  read(paths: readonly string[]): Promise<Map<string, Contents>>;
  /** The Terraform files that stand directly in folders. */
  modules(folders: readonly string[]): Promise<Map<string, Contents>>;
};

/** One side of some changes. */
export function sideOf(changes: Changes, side: 'base' | 'head'): Side {
  return {
    read: (paths) => changes.read(side, paths),
    modules: (folders) => changes.modules(side, folders),
  };
}

/** Analyses the files of one side. `pass` is told of files that hold nothing for this tool. */
export type Analyser = (
  sources: readonly Source[],
  side: Side,
  pass: (path: string) => void,
  progress?: (done: number, total: number) => void,
) => Promise<Analysis[]>;

/** Makes an analyser, which keeps what policies say only if told to; the parsers of YAML and HCL are loaded with the first file that needs them. */
export function openAnalyser(config: Config, { keepsDocuments = false } = {}): Analyser {
  const parsers: Parsers = {};
  let hcl: HclParser | undefined;
  return async (sources, side, pass, progress) => {
    const terraform = sources.filter(({ path }) => isTerraform(path));
    // A plan stands beside the configuration that it was made from.
    const plans = new Set(
      sources.filter(({ path, text }) => !isTerraform(path) && mayBePlan(text)).map(({ path }) => path),
    );
    const modules = await withNeighbours(terraform, [...plans], side);
    const analyses: Analysis[] = [];
    let readThrough = new Set<string>();
    let evaluated: readonly TerraformModule[] = [];
    // A file without a policy may hold the locals of one beside it, or call it.
    if (modules.some(({ text }) => mayHoldPolicy(text) || reachesOut(text))) {
      hcl ??= await loadHcl();
      const result = await analyseTerraform(modules, config, parsers, hcl, side);
      analyses.push(...result.analyses);
      readThrough = result.readThrough;
      evaluated = result.modules;
    } else for (const { path } of terraform) pass(path);
    const configured = analyses.flatMap(({ findings }) => findings);
    const others = sources.filter(({ path }) => !isTerraform(path)).map(({ path, text }) => new SourceFile(path, text));
    // A template without a policy may pass an argument to one beside it, or be passed one.
    const isLinked = others.some(({ text }) => mayNest(text) || mayImport(text));
    const stacks = isLinked ? await nestedTemplates(others, config, parsers, side) : [];
    analyses.push(...stacks);
    const nested = new Set(stacks.map(({ file }) => file.path));
    for (const file of others) {
      const { path, text } = file;
      if (nested.has(path)) continue;
      if (readThrough.has(path)) analyses.push(readElsewhere(file));
      else if (!mayHoldPolicy(text)) pass(path);
      else {
        if (needsYaml(path, text)) await loadYaml(parsers);
        const analysis = analyseFile(file, config, parsers);
        if (plans.has(path) && evaluated.length > 0) {
          const { placeInConfiguration } = await import('./review/plan-places.ts');
          analysis.findings = placeInConfiguration(analysis.findings, folderOf(path), evaluated, configured);
        }
        // The trees of many files fill the memory.
        if (!keepsDocuments) delete analysis.documents;
        analyses.push(analysis);
        progress?.(analyses.length, sources.length);
      }
    }
    progress?.(sources.length, sources.length);
    return analyses.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  };
}

/** A file that Terraform reads: its policies are those of the resource that uses it. */
function readElsewhere(file: SourceFile): Analysis {
  const reason = 'read where a Terraform file uses it';
  const contents = { path: file.path, policies: [], reason };
  return { file, findings: [], gaps: [], contents, language: '', broken: false };
}

/** What stands elsewhere may be a policy that this text uses: a file, or a local module that is passed what opens it. */
function reachesOut(text: string): boolean {
  return /\b(?:template)?file\s*\(/.test(text) || (/"\.{1,2}\//.test(text) && /\bmodule\b/.test(text));
}

/** The files of the modules that some Terraform files belong to, and of those that plans were made from. */
async function withNeighbours(terraform: readonly Source[], plans: readonly string[], side: Side): Promise<Source[]> {
  const folders = [...new Set([...terraform.map(({ path }) => path), ...plans].map(folderOf))];
  const own = new Set(terraform.map(({ path }) => path));
  const besides = folders.length > 0 ? await side.modules(folders) : new Map<string, Contents>();
  return [...terraform, ...readable(besides, own)];
}

function readable(contents: ReadonlyMap<string, Contents>, except: ReadonlySet<string>): Source[] {
  return [...contents].flatMap(([path, one]) => ('text' in one && !except.has(path) ? [{ path, text: one.text }] : []));
}

/** Evaluates modules until what they ask for beside them has been read, and asks every rule about them. */
async function analyseTerraform(
  sources: readonly Source[],
  config: Config,
  parsers: Parsers,
  hcl: HclParser,
  side: Side,
): Promise<{ analyses: Analysis[]; readThrough: Set<string>; modules: readonly TerraformModule[] }> {
  const { analyseEvaluated, evaluateTerraform, parseTerraform } = await import('./review/analyse-terraform.ts');
  const parse = ({ path, text }: Source): ParsedTerraform => parseTerraform(new SourceFile(path, text), hcl);
  const files = sources.map(parse);
  const texts = new Map<string, SourceFile | { refused: string }>();
  const folders = new Set(sources.map(({ path }) => folderOf(path)));
  for (let round = 1; ; round++) {
    if (files.some(({ file }) => file.text.includes('yamldecode'))) await loadYaml(parsers);
    const { modules, wantedTexts, wantedFolders } = evaluateTerraform(files, { hcl, yaml: parsers.yaml }, texts);
    const missing = wantedFolders.filter((folder) => !folders.has(folder));
    if (round > MAX_ROUNDS || wantedTexts.length + missing.length === 0)
      return { ...analyseEvaluated(files, modules, texts, config, { hcl, yaml: parsers.yaml }), modules };
    const room = Math.max(0, MAX_TEXTS - texts.size);
    const found = room > 0 && wantedTexts.length > 0 ? await side.read(wantedTexts.slice(0, room)) : new Map();
    wantedTexts.forEach((path, index) => {
      texts.set(path, index < room ? textOf(path, found.get(path)) : { refused: `over ${MAX_TEXTS} files are read` });
    });
    for (const folder of missing) folders.add(folder);
    const own = new Set(files.map(({ file }) => file.path));
    const more = missing.length > 0 ? await side.modules(missing) : new Map<string, Contents>();
    files.push(...readable(more, own).map(parse));
  }
}

function textOf(path: string, contents: Contents | undefined): SourceFile | { refused: string } {
  if (contents === undefined) return { refused: 'there is no such file' };
  return 'text' in contents ? new SourceFile(path, contents.text) : { refused: contents.unreadable };
}

/** Analyses the templates among some files that nest one another, with those that they nest and that are not among the files. */
async function nestedTemplates(
  files: readonly SourceFile[],
  config: Config,
  parsers: Parsers,
  side: Side,
): Promise<Analysis[]> {
  const { analyseStacks, findStacks } = await import('./review/analyse-stacks.ts');
  const all = [...files];
  const parsed = new Map<SourceFile, ParsedFile>();
  const asked = new Set<string>();
  for (let round = 1; ; round++) {
    if (all.some(({ path, text }) => needsYaml(path, text))) await loadYaml(parsers);
    const { stacks, missing } = findStacks(all, parsers, parsed);
    const wanted = missing.filter((path) => !asked.has(path)).slice(0, MAX_TEXTS - asked.size);
    if (round > MAX_ROUNDS || wanted.length === 0) return analyseStacks(stacks, config, parsers);
    for (const path of wanted) asked.add(path);
    const found = await side.read(wanted);
    for (const [path, one] of found) if ('text' in one) all.push(new SourceFile(path, one.text));
  }
}

async function loadYaml(parsers: Parsers): Promise<void> {
  parsers.yaml ??= (await import('./syntax/yaml.ts')).parseYaml;
}

async function loadHcl(): Promise<HclParser> {
  const [{ openHclParser }, { readGrammar }] = await Promise.all([
    import('./syntax/hcl.ts'),
    import('./changes/grammar.ts'),
  ]);
  const { runtime, grammar } = readGrammar();
  return openHclParser(runtime, grammar);
}
