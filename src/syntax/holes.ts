import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Span, Text } from '../source/source-file.ts';
import type { Node, OpaqueNode, Part, ScalarNode } from './node.ts';

/**
 * A text with holes, such as the JSON in `!Sub '{"Resource": "${Key.Arn}"}'`: each hole is one placeholder
 * character, so that any parser can read the text, and stands for an opaque node.
 */
export interface HoledText extends Text {
  readonly holes: readonly OpaqueNode[];
}

/** Placeholders are code units of the private use area, counted from here. */
const FIRST = 0xe000;
/** More holes than the area has places are refused; no real document comes near. */
const MAX_HOLES = 6000;

/** A hole that was found in a text: offsets in it, and what stands there: strings where they can be told, opaque nodes where not. */
export interface Hole {
  start: number;
  end: number;
  value: Part | readonly Part[];
}

/** The parts of a text with holes, in order; literal neighbours are joined. */
export function splitHoles(text: string, holes: readonly Hole[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const hole of holes) {
    append(parts, text.slice(at, hole.start));
    for (const part of partsOf(hole.value)) append(parts, part);
    at = hole.end;
  }
  append(parts, text.slice(at));
  return parts.length === 0 ? [''] : parts;
}

function partsOf(value: Hole['value']): readonly Part[] {
  return typeof value === 'string' || 'type' in value ? [value as Part] : value;
}

/** Appends a part; literal text joins the literal text before it, empty text disappears. */
export function append(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (part === '') return;
  if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
  else parts.push(part);
}

/** The same text as one that a parser can read, or undefined where it has more holes than can be told apart. */
export function holedText(outer: Text, holes: readonly Hole[]): HoledText | undefined {
  if (holes.length > MAX_HOLES) return undefined;
  const builder = new EmbeddedBuilder();
  const opaque: OpaqueNode[] = [];
  let at = 0;
  for (const hole of holes) {
    builder.copy(outer.text, at, hole.start);
    for (const part of partsOf(hole.value)) {
      const text = typeof part === 'string' ? part : String.fromCharCode(FIRST + opaque.push(part) - 1);
      builder.replace(text, hole.start, hole.end);
    }
    at = hole.end;
  }
  builder.copy(outer.text, at, outer.text.length);
  const embedded = builder.finish(outer);
  return {
    file: embedded.file,
    text: embedded.text,
    span: (start: number, end: number): Span => embedded.span(start, end),
    holes: opaque,
  };
}

/** Puts the holes of a parsed text back: every placeholder in a scalar becomes its opaque node again. Changes the tree in place. */
export function restoreHoles(root: Node, text: Text): Node {
  const { holes } = text as Partial<HoledText>;
  if (!holes || holes.length === 0) return root;
  const stack: Node[] = [root];
  while (stack.length > 0) {
    const node = stack.pop() as Node;
    if (node.type === 'scalar') restore(node, holes);
    else if (node.type === 'list') for (const item of node.items) stack.push(item);
    else if (node.type === 'map') for (const { key, value } of node.entries) stack.push(key, value);
  }
  return root;
}

function restore(node: ScalarNode, holes: readonly OpaqueNode[]): void {
  const parts: Part[] = [];
  for (const part of node.parts) {
    if (typeof part !== 'string') {
      parts.push(part);
      continue;
    }
    let at = 0;
    for (let i = 0; i < part.length; i++) {
      const hole = holes[part.charCodeAt(i) - FIRST];
      if (hole === undefined) continue;
      append(parts, part.slice(at, i));
      parts.push(hole);
      at = i + 1;
    }
    append(parts, part.slice(at));
  }
  node.parts = parts.length === 0 ? [''] : parts;
}

/** A piece of a text that a template joins, as `join` wants it. */
interface Piece {
  text: string;
  span(start: number, end: number): Span;
}

/**
 * Nodes one after the other as a text that a parser can read: strings as they are, with their holes, and a hole for
 * every other node. `join` makes one text of the pieces.
 */
export function holedPieces(nodes: readonly Node[], join: (pieces: Piece[]) => Text): HoledText {
  const holes: OpaqueNode[] = [];
  const hole = (node: OpaqueNode): string => String.fromCharCode(FIRST + holes.push(node) - 1);
  const pieces = nodes.map((node): Piece => {
    const parts: readonly Part[] = node.type === 'scalar' ? node.parts : node.type === 'opaque' ? [node] : ['null'];
    const text = parts.map((part) => (typeof part === 'string' ? part : hole(part))).join('');
    const decoded = node.type === 'scalar' ? node.embedded?.() : undefined;
    // A placeholder is one character in both, so that the places hold.
    const fits = decoded?.text.length === text.length;
    return { text, span: (start, end) => (fits ? decoded.span(start, end) : node.span) };
  });
  const outer = join(pieces);
  return { file: outer.file, text: outer.text, span: (start, end) => outer.span(start, end), holes };
}
