import { EmbeddedBuilder } from '../../source/embedded.ts';
import type { Span } from '../../source/source-file.ts';
import { append, restoreHoles } from '../../syntax/holes.ts';
import { parseJson } from '../../syntax/json.ts';
import { child, type Entry, literal, type Node, type OpaqueNode, type Part } from '../../syntax/node.ts';

/** A call of a function whose arguments were evaluated. */
export interface Call {
  span: Span;
  name: string;
  values: readonly Node[];
}

/** Functions that give back their first argument, as far as policies are concerned. */
const SAME = new Set([
  ...['jsonencode', 'toset', 'tolist', 'tomap', 'tostring', 'sort', 'distinct', 'compact', 'reverse'],
  ...['sensitive', 'nonsensitive', 'trimspace', 'chomp', 'ephemeralasnull', 'one'],
]);

/**
 * Terraform's functions on known values (https://developer.hashicorp.com/terraform/language/functions);
 * undefined where the function is not one of these, or its arguments are not known well enough.
 */
export function callFunction({ span, name, values }: Call): Node | undefined {
  const [first, second, third] = values;
  if (SAME.has(name)) return name === 'one' && first?.type === 'list' ? first.items[0] : first;
  switch (name) {
    case 'concat':
    case 'setunion':
      return { type: 'list', span, items: values.flatMap((value) => (value.type === 'list' ? value.items : [value])) };
    case 'flatten':
      return first && { type: 'list', span, items: flattened(first) };
    case 'coalesce':
    case 'coalescelist':
    case 'try':
      return values.length === 1 ? first : possible(span, values);
    case 'merge':
      return merge(span, values);
    case 'zipmap':
      return first?.type === 'list' && second?.type === 'list' ? zip(span, first.items, second.items) : undefined;
    case 'keys':
      return first?.type === 'map' ? { type: 'list', span, items: first.entries.map(({ key }) => key) } : undefined;
    case 'values':
      return first?.type === 'map' ? { type: 'list', span, items: first.entries.map(({ value }) => value) } : undefined;
    case 'lookup':
      return first?.type === 'map' && second ? (child(first, literal(second) ?? '') ?? third) : undefined;
    case 'element':
      return first?.type === 'list' && second ? element(first.items, literal(second)) : undefined;
    case 'join':
      return first && second ? join(span, first, second) : undefined;
    case 'split':
      return first && second ? split(span, first, second) : undefined;
    case 'format':
      return first && format(span, first, values.slice(1));
    case 'formatlist':
      return first && formatList(span, first, values.slice(1));
    case 'replace':
      return onText(span, first, (text) => replaced(text, literal(second), literal(third)));
    case 'lower':
      return onText(span, first, (text) => text.toLowerCase());
    case 'upper':
      return onText(span, first, (text) => text.toUpperCase());
    case 'trimprefix':
      return onText(span, first, (text) => trimmed(text, literal(second), 'startsWith'));
    case 'trimsuffix':
      return onText(span, first, (text) => trimmed(text, literal(second), 'endsWith'));
    case 'jsondecode':
      return first && decode(first);
    default:
      return undefined;
  }
}

/** The parts of a value inside a string: its text where it is known, holes where not. */
export function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.parts;
  const written = node.type === 'opaque' ? node.expression : node.span.file.slice(node.span);
  const expression = written.startsWith('${') ? written : `\${${written}}`;
  return [
    node.type === 'opaque'
      ? { ...node, expression }
      : { type: 'opaque', span: node.span, expression, meaning: 'unknown' },
  ];
}

function text(span: Span, parts: Part[]): Node {
  return { type: 'scalar', span, kind: 'string', parts: parts.length === 0 ? [''] : parts };
}

/** A text made of another one, at that one's place; undefined where it has holes. */
function onText(span: Span, node: Node | undefined, change: (text: string) => string | undefined): Node | undefined {
  const known = literal(node);
  const changed = known === undefined ? undefined : change(known);
  if (changed === undefined || node === undefined) return undefined;
  return changed === known ? node : text(span, [changed]);
}

function replaced(whole: string, from: string | undefined, to: string | undefined): string | undefined {
  // Between slashes it is a regular expression.
  if (from === undefined || to === undefined || from === '' || /^\/.*\/$/.test(from)) return undefined;
  return whole.replaceAll(from, () => to);
}

function trimmed(whole: string, end: string | undefined, where: 'startsWith' | 'endsWith'): string | undefined {
  if (end === undefined) return undefined;
  if (!whole[where](end)) return whole;
  return where === 'startsWith' ? whole.slice(end.length) : whole.slice(0, whole.length - end.length);
}

function possible(span: Span, alternatives: readonly Node[]): OpaqueNode {
  return {
    type: 'opaque',
    span,
    expression: span.file.slice(span),
    meaning: 'unknown',
    alternatives: [...alternatives],
  };
}

function flattened(node: Node): Node[] {
  return node.type === 'list' ? node.items.flatMap(flattened) : [node];
}

/** Maps joined, the later one winning; undefined where one of them is not known. */
function merge(span: Span, values: readonly Node[]): Node | undefined {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    if (value.type !== 'map') return undefined;
    for (const entry of value.entries) entries.set(literal(entry.key) ?? '', entry);
  }
  return { type: 'map', span, entries: [...entries.values()] };
}

function zip(span: Span, keys: readonly Node[], values: readonly Node[]): Node | undefined {
  const entries = keys.flatMap((key, index): Entry[] => {
    const value = values[index];
    return key.type === 'scalar' && value ? [{ key, value }] : [];
  });
  return entries.length === keys.length ? { type: 'map', span, entries } : undefined;
}

function element(items: readonly Node[], index: string | undefined): Node | undefined {
  const at = Number(index);
  return index !== undefined && Number.isInteger(at) && items.length > 0
    ? items[((at % items.length) + items.length) % items.length]
    : undefined;
}

function join(span: Span, delimiter: Node, list: Node): Node | undefined {
  const between = literal(delimiter);
  if (between === undefined || list.type !== 'list') return undefined;
  const parts: Part[] = [];
  list.items.forEach((item, index) => {
    if (index > 0) append(parts, between);
    for (const part of asParts(item)) append(parts, part);
  });
  return text(span, parts);
}

function split(span: Span, delimiter: Node, whole: Node): Node | undefined {
  const [by, known] = [literal(delimiter), literal(whole)];
  if (!by || known === undefined) return undefined;
  return { type: 'list', span, items: known.split(by).map((piece) => text(whole.span, [piece])) };
}

/** `format` with `%s`, `%d`, `%v` and `%q` only. */
function format(span: Span, pattern: Node, values: readonly Node[]): Node | undefined {
  const known = literal(pattern);
  if (known === undefined) return undefined;
  const parts: Part[] = [];
  let used = 0;
  for (const piece of known.split(/(%%|%[sdvq])/)) {
    if (piece === '%%') append(parts, '%');
    else if (/^%[sdvq]$/.test(piece)) {
      const value = values[used++];
      if (value === undefined) return undefined;
      if (piece === '%q') append(parts, '"');
      for (const part of asParts(value)) append(parts, part);
      if (piece === '%q') append(parts, '"');
    } else if (piece.includes('%')) return undefined;
    else append(parts, piece);
  }
  return text(span, parts);
}

function formatList(span: Span, pattern: Node, values: readonly Node[]): Node | undefined {
  const count = Math.max(0, ...values.map((value) => (value.type === 'list' ? value.items.length : 0)));
  const items: Node[] = [];
  for (let i = 0; i < count; i++) {
    const row = values.map((value) => (value.type === 'list' ? value.items[i] : value));
    const one = row.includes(undefined) ? undefined : format(span, pattern, row as Node[]);
    if (one === undefined) return undefined;
    items.push(one);
  }
  return { type: 'list', span, items };
}

/** A JSON text as the value that it stands for; its places are those of the text. */
function decode(node: Node): Node | undefined {
  if (node.type !== 'scalar') return undefined;
  if (node.embedded === undefined) {
    const known = literal(node);
    if (known === undefined) return undefined;
    const builder = new EmbeddedBuilder();
    builder.replace(known, node.span.start, node.span.end);
    return parseJson(builder.finish(node.span.file)).documents[0];
  }
  const source = node.embedded();
  const { documents, problems } = parseJson(source);
  return documents[0] && problems.length === 0 ? restoreHoles(documents[0], source) : undefined;
}
