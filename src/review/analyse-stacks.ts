import type { Config } from '../policy/config.ts';
import { exportNames, extractStacks, nestedStacks } from '../policy/extract/cloudformation-stacks.ts';
import type { SourceFile } from '../source/source-file.ts';
import { mayExport, mayHoldPolicy, mayImport, mayNest } from '../syntax/scan.ts';
import {
  type Again,
  type Analysis,
  analyseRead,
  brokenAnalysis,
  type ParsedFile,
  type Parsers,
  parseFile,
} from './analyse.ts';

/** Templates that nest or import from one another. */
export interface FoundStacks {
  stacks: ParsedFile[];
  /** The paths of what each nests. */
  nests: Map<string, string[]>;
  /** The paths of those that are nested and not among the files. */
  missing: string[];
}

/** The files among these that are CloudFormation stacks which nest or import from one another, parsed; the others are read one by one. `parsed` keeps what was parsed for the next time. */
export function findStacks(
  files: readonly SourceFile[],
  parsers: Parsers,
  parsed: Map<SourceFile, ParsedFile>,
): FoundStacks {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read = (file: SourceFile): ParsedFile => {
    const found = parsed.get(file) ?? { file, ...parseFile(file, parsers) };
    parsed.set(file, found);
    return found;
  };
  const linked = new Set<SourceFile>();
  const missing = new Set<string>();
  const nests: FoundStacks['nests'] = new Map();
  for (const file of files) {
    if (!mayNest(file.text)) continue;
    for (const { path } of nestedStacks(read(file))) {
      const nested = byPath.get(path);
      nests.set(file.path, [...(nests.get(file.path) ?? []), path]);
      if (nested) linked.add(file).add(nested);
      else missing.add(path);
    }
  }
  for (const file of importsAndExports(files, read)) linked.add(file);
  return { stacks: [...linked].map(read), nests, missing: [...missing] };
}

/** The files that import what others among them export, and those others. */
function importsAndExports(files: readonly SourceFile[], read: (file: SourceFile) => ParsedFile): SourceFile[] {
  const importers = files.filter(({ text }) => mayImport(text) && mayHoldPolicy(text));
  if (importers.length === 0) return [];
  return files
    .filter(({ text }) => mayExport(text))
    .flatMap((exporter) => {
      const names = exportNames(read(exporter));
      const using = importers.filter((file) => file !== exporter && names.some((name) => file.text.includes(name)));
      return using.length > 0 ? [exporter, ...using] : [];
    });
}

/** Reads stacks together: a parameter is what the parent passes, an output what the nested template says. */
export function analyseStacks(stacks: readonly ParsedFile[], config: Config, parsers: Parsers): Analysis[] {
  const again: Again = {
    parsers,
    analyse: (edited) => {
      const read = { file: edited, ...parseFile(edited, parsers) };
      return analyseStacks(
        stacks.map((stack) => (stack.file.path === edited.path ? read : stack)),
        config,
        parsers,
      );
    },
  };
  let extractions: ReturnType<typeof extractStacks>;
  try {
    extractions = extractStacks(stacks);
  } catch (error) {
    return stacks.map(({ file }) => brokenAnalysis(file, error));
  }
  const together = stacks.map(({ file }) => file.path);
  return stacks.map(({ file, problems, language, comments }) => {
    const extraction = extractions.get(file) ?? { policies: [], gaps: [] };
    return { ...analyseRead(file, { ...extraction, problems, language, comments }, config), together, again };
  });
}
