import { lookup } from '../../source/lookup.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { OwnReference } from '../../syntax/content.ts';
import { child, items, literal, type Node } from '../../syntax/node.ts';
import type { Declared } from '../declared.ts';
import type { Gap, Policy, PolicyKind } from '../policy.ts';
import { readPolicy } from '../read.ts';
import { type Extraction, merge, readPolicyProperty } from './extraction.ts';
import { terraformHolders } from './holders.ts';
import { inferKind } from './kind.ts';
import { collectPolicies } from './plain.ts';
import { outcomes, resourceAddress, type TerraformBlock, targetOf } from './terraform-block.ts';
import { readCall } from './terraform-calls.ts';
import { declaredResources } from './terraform-declared.ts';
import { mergedDocument, openTaking } from './terraform-merge.ts';
import { documentName } from './terraform-reference.ts';
import { isKeyType, POLICY_ATTRIBUTES, TERRAFORM_ORGANIZATIONS_KINDS } from './terraform-types.ts';

/** The blocks of one file. */
export interface TerraformFile {
  file: SourceFile;
  resources: TerraformBlock[];
  data: TerraformBlock[];
  /** The calls of modules that were not read. */
  calls: TerraformBlock[];
  /** Where a module of the repository is called of which no file can be read. */
  missing?: Gap[];
}

/** The files of one folder. */
export interface TerraformModule {
  folder: string;
  files: TerraformFile[];
  /** The folders of the modules that it calls and that were read, by the names of the calls. */
  called: ReadonlyMap<string, string>;
  /** It was read only for what it passes to the others. */
  isCaller?: boolean;
  /** The data source that names the account which all of the module is for. */
  own?: OwnReference | undefined;
}

/** Of more keys than these in one module none is proposed. */
const MAX_KEYS = 500;

/** Who uses a document, by the document's name in the run. */
type Consumers = Map<string, { kind: PolicyKind; address: string; holders: readonly string[] }>;

/**
 * Reads the policies of modules. What a document is depends on who uses it, in whichever file or module that is; a
 * document that is only a part of others is read as that part.
 */
export function extractModules(modules: readonly TerraformModule[]): Map<SourceFile, Extraction> {
  const consumers: Consumers = new Map();
  const extractions = new Map<SourceFile, Extraction>();
  const documents = new Map<string, TerraformBlock>();
  for (const { folder, files } of modules) {
    for (const { file, resources, data, calls, missing = [] } of files) {
      // The modules of a plan stand in one file.
      const extraction = extractions.get(file) ?? { policies: [], gaps: [] };
      extractions.set(file, extraction);
      extraction.gaps.push(...missing);
      for (const resource of resources) readResource(resource, file.path, consumers, extraction);
      for (const call of calls) {
        const { policies, gaps } = readCall(call, file.path, isSpelledOut);
        extraction.policies.push(...policies);
        // That the whole module cannot be read is said already.
        if (!missing.some(({ span }) => span === call.head)) extraction.gaps.push(...gaps);
      }
      for (const block of data)
        if (block.type === 'aws_iam_policy_document') documents.set(documentName(folder, block.name), block);
    }
  }
  const named = readDocuments(modules, documents, consumers, extractions);
  for (const { files, own } of modules) {
    const declaredKeys = files.flatMap(({ resources }) =>
      resources.filter(({ type }) => isKeyType(type)).map(({ type, name }) => `${type}.${name}.arn`),
    );
    const keys = declaredKeys.length > MAX_KEYS ? [] : declaredKeys;
    for (const { file } of files)
      for (const policy of extractions.get(file)?.policies ?? []) {
        // The key policy of a key may name the role: its own block cannot name the key then.
        const isInline = policy.resourceType === 'aws_iam_role' || policy.resourceType === 'aws_iam_user';
        const others = policy.keys;
        const namable = isInline || policy.kind === 'key-policy' ? [] : keys;
        policy.keys = () => [...(others?.() ?? []), ...namable];
        if (own) policy.own = own;
      }
    const all = files.flatMap(({ resources }) => resources);
    const read = files.flatMap(({ file }) => extractions.get(file)?.policies ?? []);
    const beside: Declared[] = [];
    for (const policy of read) policy.beside = beside;
    for (const { file, resources } of files) {
      const extraction = extractions.get(file);
      if (extraction === undefined) continue;
      const declared = declaredResources(resources, all, read, named);
      extraction.declared = [...(extraction.declared ?? []), ...declared];
      beside.push(...declared);
    }
  }
  return extractions;
}

/** Reads the documents that stand in data blocks of their own; gives those that somebody uses by their names. */
function readDocuments(
  modules: readonly TerraformModule[],
  documents: ReadonlyMap<string, TerraformBlock>,
  consumers: Consumers,
  extractions: ReadonlyMap<SourceFile, Extraction>,
): Map<string, Policy> {
  const named = new Map<string, Policy>();
  const taking = openTaking();
  const merged = new Map([...documents].map(([name, block]) => [name, mergedDocument(block, documents, taking)]));
  const parts = new Set([...merged.values()].flatMap((one) => [...one.parts]));
  for (const { folder, files, isCaller } of modules) {
    for (const { file, data } of files) {
      for (const block of data) {
        const name = documentName(folder, block.name);
        const document = merged.get(name)?.document;
        if (document === undefined || block.type !== 'aws_iam_policy_document') continue;
        const kind = consumers.get(name)?.kind;
        if (kind === undefined && (isCaller || parts.has(name))) continue;
        const address = `data.${block.type}.${block.name}${block.instance ?? ''}`;
        const own = documents.get(name) === block ? document : mergedDocument(block, documents, taking).document;
        const policy = readPolicy(own, { kind: kind ?? 'unknown', address, resourceType: block.type });
        if (kind === undefined) policy.kind = inferKind(policy, file.path);
        policy.whole = kind !== undefined;
        policy.holders = consumers.get(name)?.holders ?? [];
        if (documents.get(name) === block) named.set(name, policy);
        extractions.get(file)?.policies.push(policy);
      }
    }
  }
  return named;
}

function readResource(resource: TerraformBlock, path: string, consumers: Consumers, into: Extraction): void {
  const address = resourceAddress(resource);
  const attributes = attributesOf(resource);
  const holders = terraformHolders(resource.type, address, resource.body);
  // A resource whose type is not known here may still hold a document.
  if (attributes === undefined) collectPolicies(resource.body, address, path, into, isSpelledOut);
  for (const [attribute, kind] of attributes ?? []) {
    for (const node of valuesAt(resource.body, attribute.split('.'))) {
      const all = outcomes(node);
      for (const document of all.map(targetOf)) {
        if (document !== undefined) consumers.set(document, { kind, address, holders });
      }
      // A document of its own is read where it stands.
      const others = all.filter((one) => targetOf(one) === undefined);
      const about = { kind, address, resourceType: resource.type };
      const { policies, gaps } =
        others.length === all.length
          ? readPolicyProperty(node, about)
          : merge(others.map((one) => readPolicyProperty(one, about)));
      into.policies.push(...policies.map((policy) => ({ ...policy, holders })));
      into.gaps.push(...gaps);
    }
  }
}

/** Blocks of other services are called `statement` too; a policy document that is JSON in the end has AWS's spelling. */
function isSpelledOut(node: Node): boolean {
  return child(node, 'Statement') !== undefined;
}

/** The attributes that hold policies; undefined for a resource type that is not known. */
function attributesOf(resource: TerraformBlock): readonly (readonly [string, PolicyKind])[] | undefined {
  if (resource.type !== 'aws_organizations_policy') return lookup(POLICY_ATTRIBUTES, resource.type);
  const type = literal(child(resource.body, 'type')) ?? 'SERVICE_CONTROL_POLICY';
  const kind = lookup(TERRAFORM_ORGANIZATIONS_KINDS, type);
  return kind ? [['content', kind]] : [];
}

function valuesAt(body: Node, [step, ...rest]: string[]): Node[] {
  if (step === undefined) return [body];
  // What is null is not set.
  return items(child(body, step)).flatMap((value) => {
    if (value.type === 'scalar' && value.kind === 'null') return [];
    // What a dynamic block may make; where that is not known, nor is what stands in it.
    if (value.type === 'opaque' && rest.length > 0)
      return value.alternatives?.flatMap((one) => items(one)).flatMap((one) => valuesAt(one, rest)) ?? [value];
    return valuesAt(value, rest);
  });
}
