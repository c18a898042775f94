import { EmbeddedBuilder } from '../../source/embedded.ts';
import type { Span, Text } from '../../source/source-file.ts';
import { restoreHoles } from '../../syntax/holes.ts';
import { parseJson } from '../../syntax/json.ts';
import { literal, type Node, type Parsed } from '../../syntax/node.ts';
import type { FunctionTable } from './terraform-functions.ts';
import { jsonParts, textNode } from './terraform-values.ts';

export const ENCODING_FUNCTIONS: FunctionTable = {
  jsonencode: ({ span, values: [first] }) => encoded(span, first),
  // JSON is YAML, and a policy in it is the same policy.
  yamlencode: ({ span, values: [first] }) => encoded(span, first),
  jsondecode: ({ values: [first] }) => first && decoded(first, parseJson),
  yamldecode: ({ values: [first], yaml }) => first && yaml && decoded(first, yaml),
};

/** A list or map stands for its own text, so that what is in it keeps its place; so does what is not known. */
function encoded(span: Node['span'], node: Node | undefined): Node | undefined {
  if (node?.type !== 'scalar') return node;
  const parts = jsonParts(node);
  return parts && textNode(span, parts);
}

/** A text as the value that it stands for; its places are those of the text. */
function decoded(node: Node, parse: (text: Text) => Parsed): Node | undefined {
  if (node.type !== 'scalar') return node.type === 'opaque' ? undefined : node;
  const source = node.embedded?.() ?? placedAt(node);
  if (source === undefined) return undefined;
  const { documents, problems } = parse(source);
  const [document, ...more] = documents;
  if (document === undefined || more.length > 0 || problems.length > 0) return undefined;
  const { via } = node.span;
  const value = restoreHoles(document, source);
  return via ? byTheWay(value, via) : value;
}

/** A value with the way that its text came. */
function byTheWay(node: Node, via: readonly Span[]): Node {
  const on = (one: Node): Node => byTheWay(one, via);
  const span = { ...node.span, via: [...via] };
  if (node.type === 'list') return { ...node, span, items: node.items.map(on) };
  if (node.type === 'map')
    return { ...node, span, entries: node.entries.map(({ key, value }) => ({ key, value: on(value) })) };
  return { ...node, span };
}

/** A text that was made by functions, all of it at their place; undefined where it has holes. */
function placedAt(node: Node): Text | undefined {
  const known = literal(node);
  if (known === undefined) return undefined;
  const builder = new EmbeddedBuilder();
  builder.replace(known, node.span.start, node.span.end);
  return builder.finish(node.span.file);
}
