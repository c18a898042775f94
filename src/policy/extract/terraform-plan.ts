import type { Span } from '../../source/source-file.ts';
import { child, type Entry, items, literal, type Node, type OpaqueNode } from '../../syntax/node.ts';
import type { Extraction, Extractor } from './extraction.ts';
import { extractModules } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { documentName } from './terraform-reference.ts';

/**
 * The JSON of a saved plan (`terraform show -json`, OpenTofu too): what each resource will be after the change, and the
 * data sources that are read only then (https://developer.hashicorp.com/terraform/internals/json-format). The other
 * parts of the file say the same again.
 */
export const terraformPlan: Extractor = {
  matches: isPlan,
  extract: (file, documents) => {
    const modules = new Map<string, { resources: TerraformBlock[]; data: TerraformBlock[] }>();
    for (const root of documents) {
      const configured = new Map<string, string>();
      readConfiguration(child(child(root, 'configuration'), 'root_module'), '', configured);
      for (const change of items(child(root, 'resource_changes'))) {
        const read = readChange(change, configured);
        if (read === undefined) continue;
        const module = modules.get(read.module) ?? { resources: [], data: [] };
        modules.set(read.module, module);
        module[read.isData ? 'data' : 'resources'].push(read.block);
      }
    }
    const list = [...modules].map(([folder, blocks]) => ({
      folder,
      files: [{ file, ...blocks, calls: [] }],
      called: new Map(),
    }));
    const none: Extraction = { policies: [], gaps: [] };
    return { ...(extractModules(list).get(file) ?? none), isMade: true };
  },
};

function isPlan(node: Node): boolean {
  return child(node, 'format_version') !== undefined && child(node, 'resource_changes') !== undefined;
}

/** The policy document that an attribute is configured to be, by `<resource address without keys> <attribute>`. */
function readConfiguration(module: Node | undefined, prefix: string, into: Map<string, string>): void {
  for (const resource of items(child(module, 'resources'))) {
    const address = `${prefix}${literal(child(resource, 'address')) ?? ''}`;
    const expressions = child(resource, 'expressions');
    for (const { key, value } of expressions?.type === 'map' ? expressions.entries : []) {
      const [name] = items(child(value, 'references')).flatMap((one) => {
        const found = /^data\.aws_iam_policy_document\.([\w-]+)/.exec(literal(one) ?? '')?.[1];
        return found === undefined ? [] : [found];
      });
      if (name !== undefined) into.set(`${address} ${literal(key) ?? ''}`, documentName(prefix, name));
    }
  }
  const calls = child(module, 'module_calls');
  for (const { key, value } of calls?.type === 'map' ? calls.entries : [])
    readConfiguration(child(value, 'module'), `${prefix}module.${literal(key) ?? ''}.`, into);
}

/** A change that leaves a resource behind, or a data source that is read while the plan is applied. */
function readChange(
  node: Node,
  configured: ReadonlyMap<string, string>,
): { module: string; isData: boolean; block: TerraformBlock } | undefined {
  const type = literal(child(node, 'type'));
  const named = child(node, 'address');
  const address = literal(named) ?? '';
  const change = child(node, 'change');
  const after = child(change, 'after');
  if (type === undefined || after?.type !== 'map') return undefined;
  const name = literal(child(node, 'name')) ?? '';
  const bare = address.replace(/\[[^\]]*\]/g, '');
  const at = bare.lastIndexOf(`${type}.${name}`);
  const isData = literal(child(node, 'mode')) === 'data';
  // The document that an attribute will be is known although its text is not yet.
  const target = (path: string): string | undefined => configured.get(`${bare} ${path}`);
  const body = overlay(after, child(change, 'after_unknown'), { address, path: '', target });
  if (body.type !== 'map') return undefined;
  const module = bare.slice(0, Math.max(0, isData ? at - 'data.'.length : at));
  return { module, isData, block: { type, name, body, span: node.span, head: (named ?? node).span, address } };
}

interface Attribute {
  address: string;
  path: string;
  target(path: string): string | undefined;
}

/** What is known of a value and, where it is `true` in `after_unknown`, that it is known only later. What is null is not set. */
function overlay(after: Node | undefined, unknown: Node | undefined, about: Attribute): Node {
  const { path, address } = about;
  if (unknown !== undefined && literal(unknown) === 'true') return later(unknown.span, about);
  const inside = (step: string): Attribute => ({ ...about, path: path === '' ? step : `${path}.${step}` });
  if (after?.type === 'map') {
    const entries: Entry[] = after.entries.flatMap(({ key, value }) => {
      const own = child(unknown, literal(key) ?? '');
      if (value.type === 'scalar' && value.kind === 'null' && literal(own) !== 'true') return [];
      return [{ key, value: overlay(value, own, inside(literal(key) ?? '')) }];
    });
    const known = new Set(after.entries.map(({ key }) => literal(key)));
    for (const { key, value } of unknown?.type === 'map' ? unknown.entries : [])
      if (!known.has(literal(key)) && literal(value) === 'true')
        entries.push({ key, value: overlay(undefined, value, inside(literal(key) ?? '')) });
    return { ...after, entries };
  }
  if (after?.type === 'list') {
    const own = unknown?.type === 'list' ? unknown.items : [];
    return { ...after, items: after.items.map((item, index) => overlay(item, own[index], about)) };
  }
  return after ?? later((unknown as Node).span, { ...about, address });
}

function later(span: Span, { address, path, target }: Attribute): OpaqueNode {
  const document = target(path);
  return {
    type: 'opaque',
    span,
    expression: `${address}.${path}`,
    meaning: 'unknown',
    why: 'it is known only after the plan is applied',
    ...(document !== undefined && { target: document }),
  };
}
