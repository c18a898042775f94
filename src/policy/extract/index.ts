import type { SourceFile } from '../../source/source-file.ts';
import type { Node } from '../../syntax/node.ts';
import { awsCli } from './aws-cli.ts';
import { cdkTree } from './cdk-tree.ts';
import { cloudformation } from './cloudformation.ts';
import { type Extraction, type Extractor, merge } from './extraction.ts';
import { kubernetes } from './kubernetes.ts';
import { plain } from './plain.ts';
import { serverless } from './serverless.ts';
import { terraformPlan } from './terraform-plan.ts';

/** In the order in which they are asked; the last one takes every file. */
const EXTRACTORS: readonly Extractor[] = [
  terraformPlan,
  cloudformation,
  serverless,
  kubernetes,
  cdkTree,
  awsCli,
  plain,
];

/** Reads the policies of a parsed file: each of its documents by the first template language that knows it. */
export function extractPolicies(file: SourceFile, documents: readonly Node[]): Extraction {
  const groups = new Map<Extractor, Node[]>();
  for (const document of documents) {
    const extractor = EXTRACTORS.find((candidate) => candidate.matches(document)) as Extractor;
    groups.set(extractor, [...(groups.get(extractor) ?? []), document]);
  }
  return merge([...groups].map(([extractor, own]) => extractor.extract(file, own)));
}
