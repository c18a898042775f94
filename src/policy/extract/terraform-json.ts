import type { SourceFile, Span } from '../../source/source-file.ts';
import type { HclParser } from '../../syntax/hcl.ts';
import { parseTemplate } from '../../syntax/hcl-template.ts';
import type { Attribute, Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { type Entry, items, literal, type MapNode, type Node } from '../../syntax/node.ts';

/** How many names stand between a block's type and its body. */
const LABELS: Readonly<Record<string, number>> = { resource: 2, data: 2, module: 1, variable: 1, output: 1, locals: 0 };

/**
 * A file in Terraform's JSON syntax, `*.tf.json` and `*.tfvars.json`, as the tree that the same file in HCL would be:
 * strings are templates (https://developer.hashicorp.com/terraform/language/syntax/json).
 */
export function readTerraformJson(file: SourceFile, documents: readonly Node[], parse: HclParser): Body {
  const body: Body = { span: file.span(0, file.text.length), attributes: [], blocks: [] };
  for (const { key, value } of documents.flatMap(entries)) {
    const labels = file.path.endsWith('.tfvars.json') ? undefined : LABELS[literal(key) ?? ''];
    if (labels !== undefined)
      body.blocks.push(...blocks(key, value, { head: key.span, labels: [], missing: labels }, parse));
    // A variable file has values, which are no templates; the other blocks of a configuration hold no policies.
    else if (file.path.endsWith('.tfvars.json')) body.attributes.push({ name: key, value: plain(value) });
  }
  return body;
}

/** The entries of a map or of every map in a list, comment keys left out. */
function entries(node: Node): Entry[] {
  return items(node)
    .flatMap((item) => (item.type === 'map' ? item.entries : []))
    .filter(({ key }) => literal(key) !== '//');
}

interface Naming {
  head: Span;
  labels: string[];
  /** How many labels are still to come. */
  missing: number;
}

function blocks(type: Entry['key'], node: Node, { head, labels, missing }: Naming, parse: HclParser): Block[] {
  if (missing > 0) {
    return entries(node).flatMap(({ key, value }) =>
      blocks(type, value, { head: key.span, labels: [...labels, literal(key) ?? ''], missing: missing - 1 }, parse),
    );
  }
  return items(node).flatMap((one) =>
    one.type === 'map' ? [{ type, labels, head, body: bodyOf(one, parse), span: one.span }] : [],
  );
}

/** A block's body. What is a nested block and what an object only the provider knows; both evaluate to the same. */
function bodyOf(map: MapNode, parse: HclParser): Body {
  const attributes: Attribute[] = [];
  const nested: Block[] = [];
  for (const { key, value } of entries(map)) {
    const name = literal(key);
    if (name === 'dynamic') nested.push(...blocks(key, value, { head: key.span, labels: [], missing: 1 }, parse));
    else if ((name === 'content' && isBody(value)) || items(value).some(isNested))
      nested.push(...blocks(key, value, { head: key.span, labels: [], missing: 0 }, parse));
    else attributes.push({ name: key, value: expression(value, parse) });
  }
  return { span: map.span, attributes, blocks: nested };
}

/** What a dynamic block makes is a body; other resources have a text of that name. */
function isBody(node: Node): boolean {
  return items(node).every(({ type }) => type === 'map');
}

/** Only a block can have dynamic blocks in it. */
function isNested(node: Node): boolean {
  return (
    node.type === 'map' &&
    node.entries.some(({ key, value }) => literal(key) === 'dynamic' || items(value).some((one) => isNested(one)))
  );
}

/** A value whose strings are templates. */
function expression(node: Node, parse: HclParser): Expression {
  const { span } = node;
  if (node.type === 'list') return { type: 'list', span, items: node.items.map((item) => expression(item, parse)) };
  if (node.type === 'map') {
    const own = entries(node).map(({ key, value }) => ({
      key: expression(key, parse),
      value: expression(value, parse),
    }));
    return { type: 'object', span, entries: own };
  }
  if (node.type === 'opaque') return { type: 'other', span };
  const isTemplate = node.kind === 'string' && node.embedded !== undefined && literal(node)?.includes('{') === true;
  const text = isTemplate ? node.embedded?.() : undefined;
  return text ? parseTemplate(text, span, parse) : { type: 'literal', span, scalar: node };
}

function plain(node: Node): Expression {
  const { span } = node;
  if (node.type === 'list') return { type: 'list', span, items: node.items.map(plain) };
  if (node.type === 'opaque') return { type: 'other', span };
  if (node.type === 'scalar') return { type: 'literal', span, scalar: node };
  const own = node.entries.map(({ key, value }) => ({ key: plain(key), value: plain(value) }));
  return { type: 'object', span, entries: own };
}
