import type { Span } from '../../source/source-file.ts';
import { child, type Entry, literal, type MapNode, type Node } from '../../syntax/node.ts';
import {
  compare,
  distinct,
  hasSpread,
  inOrder,
  isAlike,
  isSpread,
  isUnordered,
  opaqueOnly,
  ordered,
  spread,
  texts,
  toSet,
} from './terraform-elements.ts';
import type { FunctionTable } from './terraform-functions.ts';
import {
  booleanNode,
  isEqual,
  listNode,
  MAX_ELEMENTS,
  nullNode,
  numberNode,
  possible,
  textNode,
  truth,
  wholeNumber,
} from './terraform-values.ts';

export const COLLECTION_FUNCTIONS: FunctionTable = {
  toset: ({ values: [first] }) => first && toSet(first),
  // A value that is not known may be a list of any length; it stands for its members.
  concat: ({ span, values }) =>
    listNode(
      span,
      values.flatMap((value) => (value.type === 'list' ? value.items : [spread(value)])),
    ),
  setunion: ({ span, values }) => {
    const list = listNode(
      span,
      values.flatMap((value) => (value.type === 'list' ? value.items : [spread(value)])),
    );
    return list && toSet(list);
  },
  setintersection: ({ span, values }) =>
    fromSets(span, values, (item, others) => others.every((one) => has(one, item))),
  setsubtract: ({ span, values }) =>
    fromSets(span, values, (item, [other]) => other !== undefined && !has(other, item)),
  setproduct: ({ span, values }) => product(span, values),
  flatten: ({ span, values: [first] }) => first && listNode(span, flattened(first)),
  distinct: ({ values: [first] }) =>
    first?.type === 'list' ? { ...first, items: distinct(first.items) } : opaqueOnly(first),
  compact: ({ values: [first] }) =>
    first?.type === 'list'
      ? { ...first, items: first.items.filter((item) => !isEmptyText(item)).map(spread) }
      : opaqueOnly(first),
  reverse: ({ values: [first] }) => {
    const items = ordered(first);
    return items && first?.type === 'list' ? { ...first, items: items.toReversed() } : opaqueOnly(first);
  },
  sort: ({ values: [first] }) => {
    if (first?.type !== 'list') return opaqueOnly(first);
    // Of members that are not known, the order is not either.
    if (texts(first) === undefined) return { ...first, isSet: true };
    return { type: 'list', span: first.span, items: first.items.toSorted((a, b) => compare(literal(a), literal(b))) };
  },
  coalescelist: ({ span, values }) =>
    firstOf(span, values, (value) => {
      if (value.type !== 'list') return undefined;
      return value.items.some((item) => !isSpread(item)) || (value.items.length > 0 ? undefined : false);
    }),
  merge: ({ span, values }) => merge(span, values),
  zipmap: ({ span, values: [first, second] }) =>
    first?.type === 'list' && second?.type === 'list' && !hasSpread(second)
      ? zip(span, first.items, second.items)
      : undefined,
  keys: ({ span, values: [first] }) =>
    first?.type === 'map'
      ? listNode(
          span,
          inOrder(first.entries).map(({ key }) => key),
        )
      : undefined,
  values: ({ span, values: [first] }) =>
    first?.type === 'map'
      ? listNode(
          span,
          inOrder(first.entries).map(({ value }) => value),
        )
      : undefined,
  lookup: ({ span, values: [first, key, other] }) =>
    first?.type === 'map' && key ? lookUp(span, first, key, other) : undefined,
  element: ({ values: [first, index] }) => {
    const [items, at] = [ordered(first), wholeNumber(index)];
    if (isAlike(first)) return first;
    if (!items || at === undefined || items.length === 0) return undefined;
    return items[((at % items.length) + items.length) % items.length];
  },
  index: ({ span, values: [first, wanted] }) => {
    const [all, text] = [texts(first), literal(wanted)];
    const at = all && text !== undefined ? all.indexOf(text) : -1;
    return at < 0 ? undefined : numberNode(span, at);
  },
  slice: ({ span, values: [first, start, end] }) => {
    const [items, from, to] = [ordered(first), wholeNumber(start), wholeNumber(end)];
    if (!items || from === undefined || to === undefined || from < 0 || from > to || to > items.length)
      return undefined;
    return listNode(span, items.slice(from, to));
  },
  chunklist: ({ span, values: [first, size] }) => {
    const [items, length] = [ordered(first), wholeNumber(size)];
    if (!items || length === undefined || length < 0) return undefined;
    const step = length === 0 ? Math.max(1, items.length) : length;
    const chunks = Array.from({ length: Math.ceil(items.length / step) }, (_, i) =>
      items.slice(i * step, (i + 1) * step),
    );
    return listNode(
      span,
      chunks.map((chunk) => ({ type: 'list', span, items: chunk })),
    );
  },
  range: ({ span, values }) => range(span, values.map(wholeNumber)),
  length: ({ span, values: [first] }) => {
    if (first?.type === 'map') return numberNode(span, first.entries.length);
    if (first?.type === 'list')
      return isUnordered(first) || hasSpread(first) ? undefined : numberNode(span, first.items.length);
    const text = first?.type === 'scalar' && first.kind === 'string' ? literal(first) : undefined;
    // Terraform counts grapheme clusters, which are the characters of plain text only.
    return text !== undefined && /^[\x20-\x7e]*$/.test(text) ? numberNode(span, text.length) : undefined;
  },
  contains: ({ span, values: [first, wanted] }) => {
    if (first?.type !== 'list' || wanted === undefined) return undefined;
    const answers = first.items.map((item) => isEqual(item, wanted));
    if (answers.includes(true)) return booleanNode(span, true);
    return answers.includes(undefined) ? undefined : booleanNode(span, false);
  },
  one: ({ span, values: [first] }) => {
    if (first?.type !== 'list' || first.items.length > 1 || hasSpread(first)) return opaqueOnly(first);
    return first.items[0] ?? nullNode(span);
  },
  alltrue: ({ span, values: [first] }) => every(span, first, true),
  anytrue: ({ span, values: [first] }) => every(span, first, false),
  transpose: ({ span, values: [first] }) => transpose(span, first),
  matchkeys: ({ span, values: [first, keys, wanted] }) => {
    const [items, all, some] = [ordered(first), texts(keys), texts(wanted)];
    if (!items || all?.length !== items.length || !some) return undefined;
    return listNode(
      span,
      items.filter((_, index) => some.includes(all[index] ?? '')),
    );
  },
};

/** The first value that passes; where it is not known whether one does, it or a later one. */
export function firstOf(
  span: Span,
  values: readonly Node[],
  passes: (value: Node) => boolean | undefined,
): Node | undefined {
  const candidates: Node[] = [];
  for (const value of values) {
    const answer = passes(value);
    if (answer === false) continue;
    candidates.push(value);
    if (answer === true) break;
  }
  return candidates.length > 1 ? possible(span, candidates) : candidates[0];
}

function lists(values: readonly Node[]): Node[][] | undefined {
  const all = values.map((value) => (value.type === 'list' && !hasSpread(value) ? value.items : undefined));
  return all.includes(undefined) ? undefined : (all as Node[][]);
}

function has(list: readonly Node[], wanted: Node): boolean {
  return list.some((item) => isEqual(item, wanted) === true);
}

function fromSets(
  span: Span,
  values: readonly Node[],
  keep: (item: Node, others: Node[][]) => boolean,
): Node | undefined {
  const [first, ...others] = lists(values) ?? [];
  if (first === undefined || values.some((value) => texts(value) === undefined)) return undefined;
  const list = listNode(
    span,
    first.filter((item) => keep(item, others)),
  );
  return list && toSet(list);
}

function product(span: Span, values: readonly Node[]): Node | undefined {
  const all = lists(values);
  if (all === undefined || all.length < 2) return undefined;
  let rows: Node[][] = [[]];
  for (const items of all) {
    if (rows.length * items.length > MAX_ELEMENTS) return undefined;
    rows = rows.flatMap((row) => items.map((item) => [...row, item]));
  }
  const list = listNode(
    span,
    rows.map((row) => ({ type: 'list', span, items: row })),
  );
  const isSet = values.some((value) => value.type === 'list' && value.isSet);
  return list && isSet ? { ...list, isSet: true } : list;
}

function flattened(node: Node): Node[] {
  return node.type === 'list' ? node.items.flatMap(flattened) : [isText(node) ? node : spread(node)];
}

/** Whether what is not known is one text all the same: an attribute of one resource, whose name is that of a text. */
function isText(node: Node): boolean {
  return node.type === 'opaque' && /\.(?:arn|id|name|json)$/.test(node.expression) && !node.expression.includes('*');
}

function isEmptyText(node: Node): boolean {
  return node.type === 'scalar' && (node.kind === 'null' || literal(node) === '');
}

/** Maps joined, the later one winning; undefined where one of them is not known. */
function merge(span: Span, values: readonly Node[]): MapNode | undefined {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    if (value.type === 'scalar' && value.kind === 'null') continue;
    if (value.type !== 'map') return undefined;
    for (const entry of value.entries) entries.set(literal(entry.key) ?? '', entry);
  }
  return { type: 'map', span, entries: [...entries.values()] };
}

function zip(span: Span, keys: readonly Node[], values: readonly Node[]): MapNode | undefined {
  const entries = keys.flatMap((key, index): Entry[] => {
    const value = values[index];
    return key.type === 'scalar' && value ? [{ key, value }] : [];
  });
  return entries.length === keys.length ? { type: 'map', span, entries } : undefined;
}

/** A part of a map by its key; with a key that is not known, any part or the default. */
function lookUp(span: Span, map: MapNode, key: Node, other: Node | undefined): Node | undefined {
  const name = literal(key);
  if (name !== undefined) {
    const isWhole = map.entries.every((entry) => literal(entry.key) !== undefined);
    return child(map, name) ?? (isWhole ? other : undefined);
  }
  const all = [...map.entries.map(({ value }) => value), ...(other ? [other] : [])];
  return all.length > 0 && all.length <= MAX_ELEMENTS ? possible(span, all) : undefined;
}

function range(span: Span, numbers: readonly (number | undefined)[]): Node | undefined {
  const [a, b, c] = numbers;
  if (numbers.includes(undefined) || a === undefined) return undefined;
  const [start, end] = b === undefined ? [0, a] : [a, b];
  const step = c ?? (end < start ? -1 : 1);
  if (step === 0 || (end - start) / step > MAX_ELEMENTS || (end - start) / step < 0) return undefined;
  const count = Math.ceil((end - start) / step);
  return listNode(
    span,
    Array.from({ length: count }, (_, index) => numberNode(span, start + index * step) ?? nullNode(span)),
  );
}

/** Whether all members are true, or one is. */
function every(span: Span, list: Node | undefined, all: boolean): Node | undefined {
  if (list?.type !== 'list') return undefined;
  const answers = list.items.map(truth);
  if (answers.includes(!all)) return booleanNode(span, !all);
  return answers.includes(undefined) ? undefined : booleanNode(span, all);
}

/** A map of lists of keys the other way round. */
function transpose(span: Span, map: Node | undefined): Node | undefined {
  if (map?.type !== 'map') return undefined;
  const turned = new Map<string, Node[]>();
  for (const { key, value } of inOrder(map.entries)) {
    for (const text of texts(value) ?? []) turned.set(text, [...(turned.get(text) ?? []), key]);
    if (texts(value) === undefined) return undefined;
  }
  const entries = [...turned].map(([name, items]): Entry => {
    return { key: textNode(span, [name]), value: { type: 'list', span, items } };
  });
  return { type: 'map', span, entries: inOrder(entries) };
}
