import { lookup } from '../../source/lookup.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { child, items, literal, type MapNode, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { readPolicy } from '../read.ts';
import { type Extraction, merge, readPolicyProperty } from './extraction.ts';
import { inferKind } from './kind.ts';
import { documentNode } from './terraform-document.ts';
import { isKeyType, POLICY_ATTRIBUTES, TERRAFORM_ORGANIZATIONS_KINDS } from './terraform-types.ts';

/** A resource or data block with its body evaluated. */
export interface TerraformBlock {
  type: string;
  name: string;
  body: MapNode;
  /** Where it is not type and name: `module.app.aws_iam_policy.p[0]`. */
  address?: string;
}

/** The blocks of one file. */
export interface TerraformFile {
  file: SourceFile;
  resources: TerraformBlock[];
  data: TerraformBlock[];
}

type Consumers = Map<string, { kind: PolicyKind; address: string }>;

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
    const kind = consumers.get(address)?.kind;
    const policy = readPolicy(documentNode(block.body), { kind: kind ?? 'unknown', address, resourceType: block.type });
    if (kind === undefined) policy.kind = inferKind(policy, file.path);
    extractions.get(file)?.policies.push(policy);
  }
  const keys = files.flatMap(({ resources }) =>
    resources.filter(({ type }) => isKeyType(type)).map(({ type, name }) => `${type}.${name}.arn`),
  );
  for (const { policies } of extractions.values()) for (const policy of policies) policy.keys = keys;
  return extractions;
}

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
    for (const attribute of ['source_policy_documents', 'override_policy_documents', 'source_json', 'override_json']) {
      for (const item of items(child(block.body, attribute))) {
        const part = documentReference(item);
        if (part === undefined) continue;
        if (!consumers.has(part)) consumers.set(part, consumer);
        stack.push(...documents.map((one) => one.block).filter((one) => addressOf(one) === part));
      }
    }
  }
}

function readResource(resource: TerraformBlock, consumers: Consumers): Extraction[] {
  const address = resource.address ?? `${resource.type}.${resource.name}`;
  return attributesOf(resource).flatMap(([path, kind]) =>
    valuesAt(resource.body, path.split('.')).map((node) => {
      const documents = outcomes(node).map(documentReference);
      for (const document of documents) if (document) consumers.set(document, { kind, address });
      if (documents.length > 0 && documents.every((document) => document !== undefined))
        return { policies: [], gaps: [] };
      return readPolicyProperty(node, { kind, address, resourceType: resource.type });
    }),
  );
}

function outcomes(node: Node): Node[] {
  return node.type === 'opaque' && node.alternatives ? node.alternatives.flatMap(outcomes) : [node];
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

/** `data.aws_iam_policy_document.NAME` where a value is that document's JSON and nothing else. */
function documentReference(node: Node): string | undefined {
  const [part, ...more] = node.type === 'scalar' ? node.parts : [node];
  if (part === undefined || typeof part === 'string' || part.type !== 'opaque' || more.length > 0) return undefined;
  const match = /^(?:\$\{)?(data\.aws_iam_policy_document\.[\w-]+)(?:\[[^\]]*\])?\.(?:minified_)?json\}?$/.exec(
    part.expression,
  );
  return match?.[1];
}
