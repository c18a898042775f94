import type { Span } from '../../source/source-file.ts';
import { literal, type Node, type Part } from '../../syntax/node.ts';
import { isAlike, isUnordered, opaqueOnly } from './terraform-elements.ts';
import type { FunctionTable } from './terraform-functions.ts';
import {
  asParts,
  booleanNode,
  joinedNode,
  listNode,
  MAX_ELEMENTS,
  stretchOf,
  textNode,
  wholeNumber,
} from './terraform-values.ts';

/** How many pieces a text may be cut into. */
const MAX_PIECES = MAX_ELEMENTS;
const MAX_INDENT = 1000;

export const TEXT_FUNCTIONS: FunctionTable = {
  join: ({ span, values: [delimiter, ...lists] }) => join(span, delimiter, lists),
  split: ({ span, values: [delimiter, whole] }) => {
    const by = literal(delimiter);
    const pieces = by ? stretches(whole, by) : undefined;
    return pieces && listNode(span, pieces);
  },
  format: ({ span, values: [pattern, ...values] }) => format(span, pattern, values),
  formatlist: ({ span, values: [pattern, ...values] }) => formatList(span, pattern, values),
  replace: ({ span, values: [first, from, to] }) => replace(span, first, literal(from), to),
  indent: ({ span, values: [count, first] }) => {
    const spaces = wholeNumber(count);
    if (spaces === undefined || spaces < 0 || spaces > MAX_INDENT) return undefined;
    return replace(span, first, '\n', textNode(span, [`\n${' '.repeat(spaces)}`]));
  },
  lower: ({ span, values: [first] }) => onText(span, first, (text) => text.toLowerCase()),
  upper: ({ span, values: [first] }) => onText(span, first, (text) => text.toUpperCase()),
  title: ({ span, values: [first] }) =>
    onText(span, first, (text) => text.replace(/(?<!\w)[a-z]/g, (letter) => letter.toUpperCase())),
  strrev: ({ span, values: [first] }) =>
    onText(span, first, (text) => (/^[\x20-\x7e]*$/.test(text) ? [...text].reverse().join('') : undefined)),
  substr: ({ values: [first, offset, length] }) =>
    cut(first, (text) => substring(text, wholeNumber(offset), wholeNumber(length))),
  trim: ({ values: [first, characters] }) => cut(first, (text) => trim(text, literal(characters))),
  trimspace: ({ values: [first] }) =>
    cut(first, (text) => [text.length - text.trimStart().length, text.trimEnd().length]) ?? withHoles(first),
  chomp: ({ values: [first] }) => cut(first, (text) => [0, text.replace(/[\r\n]+$/, '').length]) ?? withHoles(first),
  trimprefix: ({ values: [first, end] }) =>
    cut(first, (text) => {
      const prefix = literal(end);
      return prefix === undefined ? undefined : [text.startsWith(prefix) ? prefix.length : 0, text.length];
    }),
  trimsuffix: ({ values: [first, end] }) =>
    cut(first, (text) => {
      const suffix = literal(end);
      return suffix === undefined ? undefined : [0, text.length - (text.endsWith(suffix) ? suffix.length : 0)];
    }),
  startswith: ({ span, values: [first, end] }) => ask(span, first, end, (text, part) => text.startsWith(part)),
  endswith: ({ span, values: [first, end] }) => ask(span, first, end, (text, part) => text.endsWith(part)),
  strcontains: ({ span, values: [first, part] }) => ask(span, first, part, (text, one) => text.includes(one)),
  basename: ({ span, values: [first] }) => lastStep(span, first),
  dirname: ({ span, values: [first] }) => withoutLastStep(span, first),
};

/** Texts with holes begin and end with what matters; white space around them is no policy's affair. */
function withHoles(node: Node | undefined): Node | undefined {
  return node?.type === 'scalar' && node.kind === 'string' ? node : opaqueOnly(node);
}

/** A text made of another one, at that one's place; undefined where it has holes. */
function onText(span: Span, node: Node | undefined, change: (text: string) => string | undefined): Node | undefined {
  const known = literal(node);
  const changed = known === undefined ? undefined : change(known);
  if (changed === undefined || node === undefined) return undefined;
  return changed === known ? node : textNode(span, [changed]);
}

function ask(
  span: Span,
  node: Node | undefined,
  part: Node | undefined,
  answer: (text: string, part: string) => boolean,
): Node | undefined {
  const [text, wanted] = [literal(node), literal(part)];
  return text === undefined || wanted === undefined ? undefined : booleanNode(span, answer(text, wanted));
}

/** A stretch of a text, at its place. */
function cut(node: Node | undefined, stretch: (text: string) => [number, number] | undefined): Node | undefined {
  const text = literal(node);
  if (node?.type !== 'scalar' || text === undefined) return undefined;
  const [start, end] = stretch(text) ?? [];
  if (start === undefined || end === undefined) return undefined;
  return start === 0 && end === text.length ? node : stretchOf(node, start, Math.max(start, end));
}

/** The pieces of a text between others. */
function stretches(node: Node | undefined, by: string): Node[] | undefined {
  const text = literal(node);
  if (node?.type !== 'scalar' || text === undefined) return undefined;
  const pieces = text.split(by);
  if (pieces.length > MAX_PIECES) return undefined;
  let at = 0;
  return pieces.map((piece) => {
    const start = at;
    at += piece.length + by.length;
    return stretchOf(node, start, start + piece.length);
  });
}

function replace(
  span: Span,
  whole: Node | undefined,
  from: string | undefined,
  to: Node | undefined,
): Node | undefined {
  // Between slashes it is a regular expression.
  if (!from || to === undefined || (from.length > 1 && from.startsWith('/') && from.endsWith('/'))) return undefined;
  const pieces = stretches(whole, from);
  if (pieces?.length === 1) return whole;
  return pieces && joinedNode(span, between(pieces, to));
}

/** Nodes with another one between each two. */
function between(nodes: readonly Node[], delimiter: Node): Node[] {
  return nodes.flatMap((node, index) => (index > 0 ? [delimiter, node] : [node]));
}

/** The offsets of a part of a text. */
function substring(text: string, offset?: number, length?: number): [number, number] | undefined {
  if (offset === undefined || length === undefined || !/^[\x20-\x7e]*$/.test(text)) return undefined;
  const from = Math.min(offset < 0 ? Math.max(0, text.length + offset) : offset, text.length);
  return [from, length < 0 ? text.length : Math.min(from + length, text.length)];
}

function trim(text: string, characters: string | undefined): [number, number] | undefined {
  if (characters === undefined) return undefined;
  const set = new Set(characters);
  let [start, end] = [0, text.length];
  while (start < end && set.has(text[start] as string)) start++;
  while (end > start && set.has(text[end - 1] as string)) end--;
  return [start, end];
}

function join(span: Span, delimiter: Node | undefined, lists: readonly Node[]): Node | undefined {
  if (delimiter === undefined || lists.length === 0) return undefined;
  // What is made of a resource that is there once or not at all.
  const [first, second] = lists;
  if (literal(delimiter) === '' && second === undefined && isAlike(first)) return first;
  const items: Node[] = [];
  for (const list of lists) {
    if (list.type !== 'list' || isUnordered(list)) return undefined;
    items.push(...list.items);
  }
  return joinedNode(span, between(items, delimiter));
}

/** `%%`, a verb with an optional number of the argument, or a whole number with leading zeros. */
const VERBS = /(%%|%(?:\[\d{1,3}\])?(?:[sdvqt]|0?\d{1,2}d))/;

/** `format` with the verbs that texts of policies use; undefined for every other. */
function format(span: Span, pattern: Node | undefined, values: readonly Node[]): Node | undefined {
  const text = literal(pattern);
  if (pattern?.type !== 'scalar' || text === undefined) return undefined;
  const pieces = text.split(VERBS);
  if (pieces.length > MAX_PIECES) return undefined;
  const nodes: Node[] = [];
  let used = 0;
  let at = 0;
  for (const piece of pieces) {
    if (VERBS.test(piece) && piece !== '%%') {
      const index = /^%\[(\d+)\]/.exec(piece)?.[1];
      if (index !== undefined) used = Number(index) - 1;
      const value = values[used++];
      const shown = value && verb(span, piece, value);
      if (shown === undefined) return undefined;
      nodes.push(shown);
    } else if (piece.includes('%') && piece !== '%%') return undefined;
    else nodes.push(stretchOf(pattern, at, at + (piece === '%%' ? 1 : piece.length)));
    at += piece.length;
  }
  return joinedNode(span, nodes);
}

function verb(span: Span, piece: string, value: Node): Node | undefined {
  const padded = /(0?)(\d+)d$/.exec(piece);
  if (padded) {
    const known = wholeNumber(value);
    if (known === undefined || known < 0) return undefined;
    return textNode(span, [String(known).padStart(Number(padded[2]), padded[1] === '0' ? '0' : ' ')]);
  }
  if (!piece.endsWith('q')) return value;
  const quoted = (part: Part): Part => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part);
  return textNode(span, ['"', ...asParts(value).map(quoted), '"']);
}

function formatList(span: Span, pattern: Node | undefined, values: readonly Node[]): Node | undefined {
  const lists = values.flatMap((value) => (value.type === 'list' ? [value.items] : []));
  const count = lists.length === 0 ? 1 : Math.max(...lists.map((items) => items.length));
  if (lists.some((items) => items.length !== count)) return undefined;
  // A value that is not known may be a list.
  if (lists.length === 0 && values.some(({ type }) => type === 'opaque')) return undefined;
  const items: Node[] = [];
  for (let i = 0; i < count; i++) {
    const row = values.map((value) => (value.type === 'list' ? (value.items[i] as Node) : value));
    const one = format(span, pattern, row);
    if (one === undefined) return undefined;
    items.push(one);
  }
  return listNode(span, items);
}

/** The last step of a path, which may begin with a hole such as `${path.module}`. */
function lastStep(span: Span, node: Node | undefined): Node | undefined {
  const last = node?.type === 'scalar' ? node.parts.at(-1) : undefined;
  if (node?.type !== 'scalar' || typeof last !== 'string') return undefined;
  const text = last.replace(/\/+$/, '');
  const at = text.lastIndexOf('/');
  if (text === '' || (at < 0 && node.parts.length > 1)) return undefined;
  return textNode(span, [text.slice(at + 1)]);
}

function withoutLastStep(span: Span, node: Node | undefined): Node | undefined {
  if (node?.type !== 'scalar') return undefined;
  const last = node.parts.at(-1);
  if (typeof last !== 'string') return undefined;
  const at = last.lastIndexOf('/');
  if (at < 0) return node.parts.length > 1 ? undefined : textNode(span, ['.']);
  return textNode(span, [...node.parts.slice(0, -1), last.slice(0, at === 0 && node.parts.length === 1 ? 1 : at)]);
}
