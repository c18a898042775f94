import type { Node, OpaqueNode, Part, ScalarNode } from './node.ts';

/** How many values an expression may have before it is simply not known. */
export const MAX_OUTCOMES = 32;

/**
 * The possible values of a node: the alternatives of an expression, opened, and of a string with such expressions in it every
 * combination. What an expression may be besides its alternatives is the expression without them. A node with one value is
 * its own only outcome; so is a JSON document in a string, whose strings have outcomes of their own.
 */
export function outcomes(node: Node): Node[] {
  if (node.type === 'scalar') return spellings(node);
  if (node.type !== 'opaque' || node.alternatives === undefined) return [node];
  const known = node.alternatives.flatMap(outcomes);
  return node.open ? [...known, remainder(node)] : known;
}

/** An expression with none of its alternatives. */
function remainder({ alternatives: _, ...rest }: OpaqueNode): OpaqueNode {
  return rest;
}

function spellings(node: ScalarNode): Node[] {
  if (!node.parts.some((part) => typeof part !== 'string' && part.alternatives) || startsLikeJson(node.parts[0])) {
    return [node];
  }
  let all: Part[][] = [[]];
  for (const part of node.parts) {
    const choices = typeof part === 'string' ? [[part]] : outcomes(part).map((one) => partsOf(one, part));
    if (all.length * choices.length > MAX_OUTCOMES) return [node];
    all = all.flatMap((parts) => choices.map((choice) => choice.reduce(joined, parts)));
  }
  return all.map((parts) => ({
    type: 'scalar',
    span: node.span,
    kind: 'string',
    parts: parts.length === 0 ? [''] : parts,
  }));
}

/** A value inside a string: a list or map has no text there. */
function partsOf(value: Node, written: OpaqueNode): readonly Part[] {
  if (value.type === 'scalar') return value.parts;
  if (value.type !== 'opaque') return [remainder(written)];
  return value.meaning === 'none' ? [] : [value];
}

/** The parts with one more; literal text joins the literal text before it. */
function joined(parts: Part[], part: Part): Part[] {
  const last = parts.at(-1);
  return typeof part === 'string' && typeof last === 'string' ? [...parts.slice(0, -1), last + part] : [...parts, part];
}

/** Whether a text can only be a JSON document. */
export function startsLikeJson(text: Part | undefined): boolean {
  return typeof text === 'string' && /^\s*[[{]/.test(text);
}
