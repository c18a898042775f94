import type { Config } from '../policy/config.ts';
import { extractStacks, mayNest, nestedStacks } from '../policy/extract/cloudformation-stacks.ts';
import type { SourceFile } from '../source/source-file.ts';
import { type Analysis, analyseRead, type ParsedFile, type Parsers, parseFile } from './analyse.ts';

/** The files among these that nest one another as CloudFormation stacks, parsed; the others are read one by one. */
export function findStacks(files: readonly SourceFile[], parsers: Parsers): ParsedFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const parsed = new Map<SourceFile, ParsedFile>();
  const linked = new Set<SourceFile>();
  for (const file of files) {
    if (!mayNest(file.text)) continue;
    const parent = { file, ...parseFile(file, parsers) };
    parsed.set(file, parent);
    for (const { path } of nestedStacks(parent)) {
      const nested = byPath.get(path);
      if (nested) linked.add(file).add(nested);
    }
  }
  return [...linked].map((file) => parsed.get(file) ?? { file, ...parseFile(file, parsers) });
}

/** Reads stacks together: a parameter is what the parent passes, an output what the nested template says. */
export function analyseStacks(stacks: readonly ParsedFile[], config: Config): Analysis[] {
  const extractions = extractStacks(stacks);
  const together = stacks.map(({ file }) => file.path);
  return stacks.map(({ file, problems, language }) => {
    const extraction = extractions.get(file) ?? { policies: [], gaps: [] };
    return { ...analyseRead(file, { ...extraction, problems, language }, config), together };
  });
}
