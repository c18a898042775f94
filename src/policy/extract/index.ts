import type { SourceFile } from '../../source/source-file.ts';
import type { Node } from '../../syntax/node.ts';
import { cloudformation } from './cloudformation.ts';
import type { Extraction, Extractor } from './extraction.ts';
import { plain } from './plain.ts';
import { terraformPlan } from './terraform-plan.ts';

/** In the order in which they are asked; the last one takes every file. */
const EXTRACTORS: readonly Extractor[] = [terraformPlan, cloudformation, plain];

/** Reads the policies of a parsed file by the first template language that knows it. */
export function extractPolicies(file: SourceFile, documents: readonly Node[]): Extraction {
  const extractor = EXTRACTORS.find((candidate) => candidate.matches(file, documents)) as Extractor;
  return extractor.extract(file, documents);
}
