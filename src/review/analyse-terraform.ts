import type { Config } from '../policy/config.ts';
import type { Extraction } from '../policy/extract/extraction.ts';
import { extractModules, type TerraformModule } from '../policy/extract/terraform.ts';
import { readTerraformJson } from '../policy/extract/terraform-json.ts';
import type { ParsedFile } from '../policy/extract/terraform-module-scope.ts';
import { evaluateModules } from '../policy/extract/terraform-modules.ts';
import { folderOf } from '../source/path.ts';
import type { SourceFile, Span, Text } from '../source/source-file.ts';
import type { HclParser } from '../syntax/hcl.ts';
import { parseJson } from '../syntax/json.ts';
import type { Parsed, Problem } from '../syntax/node.ts';
import { type Again, type Analysis, analyseRead, brokenAnalysis } from './analyse.ts';

/** A Terraform file after parsing. */
export interface ParsedTerraform extends ParsedFile {
  problems: Problem[];
  language: string;
  /** As {@link ParsedHcl.comments}. */
  comments?: Span[];
}

/** The files that `file()` and `templatefile()` read, by path; or why one cannot be had. */
export type Texts = ReadonlyMap<string, SourceFile | { refused: string }>;

/** Modules with their blocks evaluated, and what the evaluation would have used beside them. */
export interface Evaluated {
  modules: TerraformModule[];
  /** Paths of files that were asked for and are not among the texts. */
  wantedTexts: string[];
  /** The paths of all files were asked for. */
  wantsPaths: boolean;
  /** Folders of modules that are called and are not among the files, with those that call them. */
  wantedFolders: Map<string, Set<string>>;
  /** Folders of modules of whose callers the arguments are needed, each with a place that needs one. */
  wantedCallers: Map<string, Span>;
}

/** What reads Terraform's texts; YAML where a file decodes some. */
export interface TerraformParsers {
  hcl: HclParser;
  yaml?: ((text: Text) => Parsed) | undefined;
}

/** What is known of the repository beside the files. */
export interface Besides {
  texts: Texts;
  /** All paths, where they are known. */
  paths?: readonly string[] | undefined;
  /** Whether a folder was read only for what it passes to others. */
  isCaller?: (folder: string) => boolean;
}

/** Parses one file in Terraform's native or JSON syntax. */
export function parseTerraform(file: SourceFile, parse: HclParser): ParsedTerraform {
  if (!file.path.endsWith('.json')) return { file, ...parse(file), language: 'HCL' };
  const { documents, problems } = parseJson(file);
  return { file, body: readTerraformJson(file, documents, parse), problems, language: 'JSON' };
}

/**
 * Evaluates Terraform files, each folder of which is a module: names of one file are used in the others, calls pass
 * arguments. Of the folders that only call what is reviewed nothing is looked at but what they pass.
 */
export function evaluateTerraform(
  files: readonly ParsedTerraform[],
  { hcl, yaml }: TerraformParsers,
  { texts, paths, isCaller = () => false }: Besides,
): Evaluated {
  const wantedTexts = new Set<string>();
  const wantedFolders: Evaluated['wantedFolders'] = new Map();
  const wantedCallers: Evaluated['wantedCallers'] = new Map();
  let wantsPaths = false;
  // Terraform reads the files of a folder by their names; what is said of them must not hang on who listed them.
  const inOrder = files.toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const modules = evaluateModules(inOrder, {
    ...{ parse: hcl, yaml, isCaller },
    files: {
      find: (path) => {
        const text = texts.get(path);
        if (text === undefined) wantedTexts.add(path);
        return text;
      },
      list: () => {
        wantsPaths = true;
        return paths;
      },
    },
    missing: (folder, caller) => {
      wantedFolders.set(folder, (wantedFolders.get(folder) ?? new Set()).add(caller));
    },
    called: (folder, place) => {
      if (!wantedCallers.has(folder)) wantedCallers.set(folder, place);
    },
  });
  return { modules, wantedTexts: [...wantedTexts], wantsPaths, wantedFolders, wantedCallers };
}

/**
 * Asks every rule about evaluated modules. `readThrough` are the paths of files that `file()` or `templatefile()` gave
 * a policy from: how they are used tells what they are, so they need not be read by themselves.
 */
export function analyseEvaluated(
  files: readonly ParsedTerraform[],
  modules: readonly TerraformModule[],
  besides: Besides,
  config: Config,
  parsers: TerraformParsers,
): { analyses: Analysis[]; readThrough: Set<string> } {
  let extractions: Map<SourceFile, Extraction>;
  try {
    extractions = extractModules(modules);
  } catch (error) {
    return { analyses: files.map(({ file }) => brokenAnalysis(file, error)), readThrough: new Set() };
  }
  const none: Extraction = { policies: [], gaps: [] };
  // What a file lost may belong to a key that the policies of another file are for.
  for (const { file, problems } of files) {
    if (problems.length > 0) for (const policy of extractions.get(file)?.policies ?? []) policy.whole = false;
  }
  const again: Again = {
    parsers,
    analyse: (edited) => {
      const folders = connectedFolders(folderOf(edited.path), modules);
      const company = files
        .filter(({ file }) => folders.has(folderOf(file.path)))
        .map((one) => (one.file.path === edited.path ? parseTerraform(edited, parsers.hcl) : one));
      const evaluated = evaluateTerraform(company, parsers, besides).modules;
      return analyseEvaluated(company, evaluated, besides, config, parsers).analyses;
    },
  };
  const callers = new Set(modules.flatMap((one) => (one.isCaller ? one.files.map(({ file }) => file) : [])));
  const analyses = files.flatMap(({ file, problems, language, comments }) => {
    const read = { ...(extractions.get(file) ?? none), problems, language, comments };
    if (!callers.has(file)) return [{ ...analyseRead(file, read, config), again }];
    // A caller is of interest for what it passes, and where that cannot be read.
    return read.policies.length + problems.length > 0 ? [{ ...analyseRead(file, read, config), again }] : [];
  });
  const paths = [...extractions.values()].flatMap(({ policies }) => policies.map(({ span }) => span.file.path));
  return { analyses, readThrough: new Set(paths.filter((path) => besides.texts.has(path))) };
}

/** The folders of the modules that call one another, by whatever way, with this one among them. */
function connectedFolders(folder: string, modules: readonly TerraformModule[]): Set<string> {
  const calls = modules.flatMap((one) => [...one.called.values()].map((called) => [one.folder, called] as const));
  const found = new Set([folder]);
  // A set that grows while it is walked: each new folder is walked too.
  for (const here of found)
    for (const [caller, called] of calls) {
      if (caller === here) found.add(called);
      if (called === here) found.add(caller);
    }
  return found;
}

/** Reads Terraform files that are all there is. */
export function analyseModules(
  files: readonly SourceFile[],
  config: Config,
  parse: HclParser,
  texts: Texts = new Map(),
): Analysis[] {
  const parsed = files.map((file) => parseTerraform(file, parse));
  const parsers = { hcl: parse };
  const { modules } = evaluateTerraform(parsed, parsers, { texts });
  return analyseEvaluated(parsed, modules, { texts }, config, parsers).analyses;
}
