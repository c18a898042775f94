import type { Config } from '../policy/config.ts';
import { extractModule } from '../policy/extract/terraform.ts';
import { evaluateModules } from '../policy/extract/terraform-modules.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { HclParser } from '../syntax/hcl.ts';
import { type Analysis, analyseRead } from './analyse.ts';

/** Reads Terraform files, each folder of which is a module: names of one file are used in the others, calls pass arguments. */
export function analyseModules(files: readonly SourceFile[], config: Config, parse: HclParser): Analysis[] {
  const parsed = files.map((file) => ({ file, ...parse(file) }));
  const extractions = new Map(evaluateModules(parsed).flatMap((module) => [...extractModule(module)]));
  return parsed.map(({ file, problems }) => {
    const extraction = extractions.get(file) ?? { policies: [], gaps: [] };
    return analyseRead(file, { ...extraction, problems, language: 'HCL' }, config);
  });
}
