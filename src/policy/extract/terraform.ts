import { lookup } from '../../source/lookup.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { child, items, literal, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { readPolicy } from '../read.ts';
import { type Extraction, merge, readPolicyProperty } from './extraction.ts';
import { inferKind } from './kind.ts';
import { documentReference, outcomes, resourceAddress, type TerraformBlock } from './terraform-block.ts';
import { declaredResources } from './terraform-declared.ts';
import { documentNode } from './terraform-document.ts';
import { isKeyType, POLICY_ATTRIBUTES, TERRAFORM_ORGANIZATIONS_KINDS } from './terraform-types.ts';

/** The blocks of one file. */
export interface TerraformFile {
  file: SourceFile;
  resources: TerraformBlock[];
  data: TerraformBlock[];
}

/** Who uses a document; `whole` where the document is all that it uses. */
type Consumers = Map<string, { kind: PolicyKind; address: string; whole: boolean }>;

/** Reads the policies of a module's files. What a document is depends on who uses it, in whichever file that is. */
export function extractModule(files: readonly TerraformFile[]): Map<SourceFile, Extraction> {
  const consumers: Consumers = new Map();
  const extractions = new Map<SourceFile, Extraction>();
  for (const { file, resources } of files) {
    extractions.set(file, merge(resources.flatMap((resource) => readResource(resource, consumers))));
  }
  const documents = files.flatMap(({ file, data }) =>
    data.filter(({ type }) => type === 'aws_iam_policy_document').map((block) => ({ file, block })),
  );
  for (const { block } of documents) passOn(block, documents, consumers);
  for (const { file, block } of documents) {
    const address = addressOf(block);
    const consumer = consumers.get(address);
    const kind = consumer?.kind;
    const policy = readPolicy(documentNode(block.body), { kind: kind ?? 'unknown', address, resourceType: block.type });
    if (kind === undefined) policy.kind = inferKind(policy, file.path);
    policy.whole = consumer?.whole === true && PARTS.every((attribute) => child(block.body, attribute) === undefined);
    extractions.get(file)?.policies.push(policy);
  }
  const keys = files.flatMap(({ resources }) =>
    resources.filter(({ type }) => isKeyType(type)).map(({ type, name }) => `${type}.${name}.arn`),
  );
  const policies = [...extractions.values()].flatMap((extraction) => extraction.policies);
  for (const policy of policies) policy.keys = keys;
  const resources = files.flatMap((one) => one.resources);
  for (const one of files) {
    const extraction = extractions.get(one.file);
    if (extraction) extraction.declared = declaredResources(one.resources, resources, policies);
  }
  return extractions;
}

/** The attributes of a document that join other documents to it. */
const PARTS = ['source_policy_documents', 'override_policy_documents', 'source_json', 'override_json'];

function addressOf({ type, name }: TerraformBlock): string {
  return `data.${type}.${name}`;
}

/** A document that is part of another one is of its kind. */
function passOn(start: TerraformBlock, documents: readonly { block: TerraformBlock }[], consumers: Consumers): void {
  const seen = new Set<TerraformBlock>();
  const stack = [start];
  while (stack.length > 0) {
    const block = stack.pop() as TerraformBlock;
    const consumer = consumers.get(addressOf(block));
    if (consumer === undefined || seen.has(block)) continue;
    seen.add(block);
    for (const attribute of PARTS) {
      for (const item of items(child(block.body, attribute))) {
        const part = documentReference(item);
        if (part === undefined) continue;
        if (!consumers.has(part)) consumers.set(part, { ...consumer, whole: false });
        stack.push(...documents.map((one) => one.block).filter((one) => addressOf(one) === part));
      }
    }
  }
}

function readResource(resource: TerraformBlock, consumers: Consumers): Extraction[] {
  const address = resourceAddress(resource);
  return attributesOf(resource).flatMap(([path, kind]) =>
    valuesAt(resource.body, path.split('.')).map((node) => {
      const documents = outcomes(node).map(documentReference);
      for (const document of documents) if (document) consumers.set(document, { kind, address, whole: true });
      if (documents.length > 0 && documents.every((document) => document !== undefined))
        return { policies: [], gaps: [] };
      return readPolicyProperty(node, { kind, address, resourceType: resource.type });
    }),
  );
}

function attributesOf(resource: TerraformBlock): readonly (readonly [string, PolicyKind])[] {
  if (resource.type !== 'aws_organizations_policy') return lookup(POLICY_ATTRIBUTES, resource.type) ?? [];
  const type = literal(child(resource.body, 'type')) ?? 'SERVICE_CONTROL_POLICY';
  const kind = lookup(TERRAFORM_ORGANIZATIONS_KINDS, type);
  return kind ? [['content', kind]] : [];
}

function valuesAt(body: Node, [step, ...rest]: string[]): Node[] {
  if (step === undefined) return [body];
  return items(child(body, step)).flatMap((value) => valuesAt(value, rest));
}
