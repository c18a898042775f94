import { EmbeddedBuilder } from '../../source/embedded.ts';
import { type JoinedPiece, JoinedText } from '../../source/joined.ts';
import type { Span, Text } from '../../source/source-file.ts';
import { append, holedPieces } from '../../syntax/holes.ts';
import { type ListNode, literal, type Node, type OpaqueNode, type Part, type ScalarNode } from '../../syntax/node.ts';
import { MAX_OUTCOMES, outcomes } from '../../syntax/outcomes.ts';

/** Longer texts are not made: functions and loops can multiply what they are given. */
export const MAX_TEXT = 1_000_000;
/** How many elements a `for`, a dynamic block or a function's result may have before it is left alone. */
export const MAX_ELEMENTS = 1000;

export function textNode(span: Span, parts: readonly Part[]): ScalarNode {
  return { type: 'scalar', span, kind: 'string', parts: parts.length === 0 ? [''] : [...parts] };
}

export function booleanNode(span: Span, value: boolean): ScalarNode {
  return { type: 'scalar', span, kind: 'boolean', parts: [String(value)] };
}

/** A whole number; undefined for any other: Terraform's numbers have more digits than ours. */
export function numberNode(span: Span, value: number): ScalarNode | undefined {
  return Number.isSafeInteger(value) ? { type: 'scalar', span, kind: 'number', parts: [String(value)] } : undefined;
}

export function nullNode(span: Span): ScalarNode {
  return { type: 'scalar', span, kind: 'null', parts: ['null'] };
}

export function listNode(span: Span, items: readonly Node[]): ListNode | undefined {
  return items.length > MAX_ELEMENTS ? undefined : { type: 'list', span, items: [...items] };
}

/** The whole number that a value is, or is converted to. */
export function wholeNumber(node: Node | undefined): number | undefined {
  const value = numberOf(node);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** The number that a value is, or is converted to. */
export function numberOf(node: Node | undefined): number | undefined {
  const text = literal(node);
  if (node?.type !== 'scalar' || text === undefined || !/^-?\d+(?:\.\d+)?$/.test(text)) return undefined;
  return node.kind === 'number' || node.kind === 'string' ? Number(text) : undefined;
}

/** Whether a value is true, or is converted to it; undefined where that is not known. */
export function truth(node: Node | undefined): boolean | undefined {
  if (node?.type === 'opaque' && node.alternatives && !node.open) {
    const [first, ...others] = node.alternatives.map(truth);
    return others.every((one) => one === first) ? first : undefined;
  }
  const text = node?.type === 'scalar' && (node.kind === 'boolean' || node.kind === 'string') ? literal(node) : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Whether a value is null; undefined where that is not known. */
export function isNull(node: Node): boolean | undefined {
  return node.type === 'opaque' ? undefined : node.type === 'scalar' && node.kind === 'null';
}

/** Whether two values are the same; undefined where that is not known. Types are those of the text, which Terraform may convert. */
export function isEqual(left: Node, right: Node): boolean | undefined {
  const nulls = [isNull(left), isNull(right)];
  if (nulls.includes(undefined)) return undefined;
  if (nulls.includes(true)) return nulls[0] === nulls[1];
  if (left.type !== 'scalar' || right.type !== 'scalar' || left.kind !== right.kind) return undefined;
  const [a, b] = left.kind === 'number' ? [numberOf(left), numberOf(right)] : [literal(left), literal(right)];
  return a === undefined || b === undefined ? undefined : a === b;
}

/** A value that is one of several. */
export function possible(span: Span, alternatives: readonly Node[], open = false): OpaqueNode {
  const expression = span.file.slice(span);
  return {
    type: 'opaque',
    span,
    expression,
    meaning: 'unknown',
    alternatives: [...alternatives],
    ...(open && { open }),
  };
}

/** What a function gives for each outcome of its arguments; undefined where it does not for one that is known. */
export function overOutcomes(
  span: Span,
  values: readonly Node[],
  work: (values: readonly Node[]) => Node | undefined,
): Node | undefined {
  let rows: Node[][] = [[]];
  for (const value of values) {
    const own = outcomes(value);
    if (rows.length * own.length > MAX_OUTCOMES) return undefined;
    rows = rows.flatMap((row) => own.map((one) => [...row, one]));
  }
  if (rows.length < 2) return undefined;
  const results: Node[] = [];
  let open = false;
  for (const row of rows) {
    const result = work(row);
    if (result) results.push(result);
    // What a default leaves open is what nobody knows.
    else if (row.some((one) => one.type === 'opaque')) open = true;
    else return undefined;
  }
  return results.length === 0 ? undefined : possible(span, results, open);
}

/** The parts of a value inside a string: its text where it is known, holes where not; a list or map can only be JSON. */
export function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.kind === 'null' ? [''] : node.parts;
  const written = node.type === 'opaque' ? node.expression : node.span.file.slice(node.span);
  const expression = written.startsWith('${') ? written : `\${${written}}`;
  if (node.type === 'opaque') return [{ ...node, expression }];
  return jsonParts(node) ?? [{ type: 'opaque', span: node.span, expression, meaning: 'unknown' }];
}

/** Values one after the other as one text, each at its own place; undefined where it gets too long. */
export function joinedNode(span: Span, nodes: readonly Node[]): ScalarNode | undefined {
  const parts = joinParts(nodes.map(asParts));
  if (parts === undefined) return undefined;
  const pieces = nodes.map((node) =>
    node.type === 'list' || node.type === 'map' ? textNode(node.span, asParts(node)) : node,
  );
  const placed = (texts: JoinedPiece[]): Text => {
    return new JoinedText(
      span,
      texts.map(({ text, span: place }, index) => {
        const via = nodes[index]?.span.via;
        return { text, span: (start, end) => ({ ...place(start, end), ...(via && { via }) }) };
      }),
    );
  };
  return { ...textNode(span, parts), embedded: () => holedPieces(pieces, placed) };
}

/** A stretch of a text without holes, at its place. */
export function stretchOf(node: ScalarNode, start: number, end: number): ScalarNode {
  const text = literal(node) ?? '';
  const decoded = node.embedded?.();
  if (decoded?.text !== text) return textNode(node.span, [text.slice(start, end)]);
  const cut = (): EmbeddedBuilder => {
    const builder = new EmbeddedBuilder();
    builder.copy(text, start, end);
    return builder;
  };
  const { via } = node.span;
  const span = { ...decoded.span(start, end), ...(via && { via }) };
  return { ...textNode(span, [text.slice(start, end)]), embedded: () => cut().finish(decoded) };
}

/** Texts one after the other; undefined where they get too long. */
export function joinParts(pieces: Iterable<readonly Part[]>): Part[] | undefined {
  const parts: Part[] = [];
  let length = 0;
  for (const piece of pieces) {
    for (const part of piece) {
      length += typeof part === 'string' ? part.length : 1;
      if (length > MAX_TEXT) return undefined;
      append(parts, part);
    }
  }
  return parts;
}

/** A value as JSON; an unknown stands for a string. Undefined where it gets too long. */
export function jsonParts(node: Node): Part[] | undefined {
  return joinParts(json(node));
}

function* json(node: Node): Iterable<readonly Part[]> {
  if (node.type === 'list') {
    yield ['['];
    for (const [index, item] of node.items.entries()) {
      if (index > 0) yield [','];
      yield* json(item);
    }
    yield [']'];
  } else if (node.type === 'map') {
    yield ['{'];
    for (const [index, { key, value }] of node.entries.entries()) {
      yield [index > 0 ? ',' : ''];
      yield* json({ ...key, kind: 'string' });
      yield [':'];
      yield* json(value);
    }
    yield ['}'];
  } else if (node.type === 'opaque') yield ['"', node, '"'];
  else if (node.kind !== 'string') yield node.parts;
  else
    yield [
      '"',
      ...node.parts.map((part) => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part)),
      '"',
    ];
}
