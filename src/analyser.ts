import { isTemplateFile, isTerraform } from './changes/candidates.ts';
import type { Contents } from './changes/changes.ts';
import { gatherModules } from './gather/modules.ts';
import { loadYaml, readable, type Side, type Source, unreadable } from './gather/side.ts';
import { gatherStacks } from './gather/stacks.ts';
import { findReaders, withoutReader } from './gather/templates.ts';
import type { Config } from './policy/config.ts';
import type { TerraformModule } from './policy/extract/terraform.ts';
import { type Analysis, analyseFile, needsYaml, type Parsers } from './review/analyse.ts';
import { folderOf } from './source/path.ts';
import { SourceFile } from './source/source-file.ts';
import type { HclParser } from './syntax/hcl.ts';
import { mayBePlan, mayHoldPolicy } from './syntax/scan.ts';

/** What is analysed of one side. */
interface Subject {
  sources: readonly Source[];
  /** Folders of Terraform modules that changed, whether a file of theirs is among the sources or not. */
  folders?: readonly string[];
  side: Side;
  /** The paths of files that should be among the sources and could not be read. */
  lost?: readonly string[];
  /** Told of files that hold nothing for this tool. */
  pass?(path: string): void;
  progress?: ((done: number, total: number) => void) | undefined;
}

/** Analyses the files of one side. */
export type Analyser = (subject: Subject) => Promise<Analysis[]>;

/** Makes an analyser, which keeps what policies say only if told to; the parsers of YAML and HCL are loaded with the first file that needs them. */
export function openAnalyser(config: Config, { keepsDocuments = false } = {}): Analyser {
  const parsers: Parsers = {};
  return async ({ sources, folders = [], lost = [], side, pass = () => undefined, progress }) => {
    const terraform = sources.filter(({ path }) => isTerraform(path));
    // A plan stands beside the configuration that it was made from.
    const plans = new Set(
      sources.filter(({ path, text }) => !isTerraform(path) && mayBePlan(text)).map(({ path }) => path),
    );
    const readers = await findReaders(sources, side);
    const changed = new Set([...terraform.map(({ path }) => folderOf(path)), ...folders, ...readers.folders]);
    const wanted = new Set([...changed, ...[...plans].map(folderOf)]);
    const besides = wanted.size > 0 ? await side.modules([...wanted]) : new Map<string, Contents>();
    const told = new Set([...sources.map(({ path }) => path), ...lost]);
    const modules = [...terraform, ...readable(besides, told)];
    const analyses = unreadable(besides, told);
    let readThrough = new Set<string>();
    let askedFor = new Set<string>();
    let evaluated: readonly TerraformModule[] = [];
    // A file without a policy may hold the locals of one beside it, or call it.
    if (modules.some(({ text }) => mayHoldPolicy(text) || reachesOut(text))) {
      const result = await gatherModules(modules, changed, config, parsers, await loadHcl(), side);
      analyses.push(...result.analyses);
      ({ readThrough, askedFor, modules: evaluated } = result);
    } else for (const { path } of terraform) pass(path);
    const configured = analyses.flatMap(({ findings }) => findings);
    const others = sources.filter(({ path }) => !isTerraform(path)).map(({ path, text }) => new SourceFile(path, text));
    // A template without a policy may pass an argument to one beside it, or be passed one.
    const documents = others.filter(({ path }) => !isTemplateFile(path));
    const stacks = await gatherStacks(documents, config, parsers, side);
    analyses.push(...stacks.analyses);
    const nested = new Set(stacks.analyses.map(({ file }) => file.path));
    for (const file of others) {
      const { path, text } = file;
      if (nested.has(path)) continue;
      if (readThrough.has(path) || (isTemplateFile(path) && askedFor.has(path))) analyses.push(readElsewhere(file));
      else if (!mayHoldPolicy(text)) pass(path);
      else if (isTemplateFile(path)) {
        const unrendered = withoutReader(file, readers.why);
        if (unrendered) analyses.push(unrendered);
        else pass(path);
      } else {
        if (!parsers.yaml && needsYaml(path, text)) await loadYaml(parsers);
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
    for (const gap of stacks.gaps) analyses.find(({ file }) => file.path === gap.span.file.path)?.gaps.push(gap);
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

/** The grammar is loaded once a process: each loading takes room that WebAssembly does not give back. */
let loaded: Promise<HclParser> | undefined;

function loadHcl(): Promise<HclParser> {
  loaded ??= openGrammar();
  return loaded;
}

async function openGrammar(): Promise<HclParser> {
  const [{ openHclParser }, { readGrammar }] = await Promise.all([
    import('./syntax/hcl.ts'),
    import('./changes/grammar.ts'),
  ]);
  const { runtime, grammar } = readGrammar();
  return openHclParser(runtime, grammar);
}
