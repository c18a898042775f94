import { JoinedText } from '../../source/joined.ts';
import type { Text } from '../../source/source-file.ts';
import { append, type Hole, holedPieces, holedText, splitHoles } from '../../syntax/holes.ts';
import { child, items, literal, type Node, type OpaqueNode, type Part, type ScalarNode } from '../../syntax/node.ts';
import { outcomes, startsLikeJson } from '../../syntax/outcomes.ts';
import { asParts, dynamicReferences, forEachOutcome, isNone } from './intrinsic-nodes.ts';
import { attribute, attributePath, reference } from './intrinsic-references.ts';
import { evaluate } from './intrinsics.ts';
import type { Template } from './template.ts';

/** `Fn::Sub` in both forms. Its `${!Name}` is the plain text `${Name}`, which IAM reads as a policy variable. */
export function substitute(written: OpaqueNode, argument: Node, template: Template): Node {
  const [text, variables] = argument.type === 'list' ? argument.items : [argument];
  if (text?.type !== 'scalar' || text.embedded === undefined) return written;
  const decoded: Text = text.embedded();
  const holes = variablesOf(decoded.text).map(({ start, end, name }): Hole => {
    // What follows the sign is text as it stands.
    if (name.startsWith('!')) return { start, end: decoded.text.indexOf('!', start) + 1, value: '${' };
    const given = variables && child(variables, name);
    const value = given ? evaluate(given, template) : variable(name, decoded.span(start, end), template);
    return { start, end, value: asParts(value) };
  });
  holes.push(...dynamicReferences(decoded.text, (start, end) => decoded.span(start, end)));
  const apart = withoutOverlap(holes);
  const outer = holedText(decoded, apart);
  const parts = splitHoles(decoded.text, apart);
  return { type: 'scalar', span: text.span, kind: 'string', parts, ...(outer ? { embedded: () => outer } : {}) };
}

/** In order; a variable inside a dynamic reference is a part of it. */
function withoutOverlap(holes: readonly Hole[]): Hole[] {
  let end = 0;
  return holes
    .toSorted((a, b) => a.start - b.start)
    .filter((hole) => {
      const isFree = hole.start >= end;
      if (isFree) end = hole.end;
      return isFree;
    });
}

/** Every `${...}` of a text. */
function variablesOf(text: string): { start: number; end: number; name: string }[] {
  const found: { start: number; end: number; name: string }[] = [];
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', start + 1)) {
    const close = text.indexOf('}', start);
    if (close < 0) break;
    found.push({ start, end: close + 1, name: text.slice(start + 2, close).trim() });
    start = close;
  }
  return found;
}

/** `${Name}` or `${Name.Attribute}` inside `Fn::Sub`. */
function variable(name: string, span: OpaqueNode['span'], template: Template): Node {
  const written: OpaqueNode = { type: 'opaque', span, expression: `\${${name}}`, meaning: 'unknown' };
  if (!name.includes('.')) return reference(written, name, template);
  return attribute(written, attributePath({ type: 'scalar', span, kind: 'string', parts: [name] }), template);
}

/** `Fn::Join` over a list, or over each list that a parameter or mapping can be. */
export function join(written: OpaqueNode, argument: Node, template: Template): Node {
  const [first, second] = items(argument);
  const delimiter = first && evaluate(first, template);
  const between = literal(delimiter);
  if (delimiter?.type !== 'scalar' || between === undefined || second === undefined) return written;
  return forEachOutcome(written, evaluate(second, template), (list) =>
    list.type === 'list' && list.items.every(isOneText) ? joined(written, delimiter, between, list.items) : undefined,
  );
}

/** A list or a removed value among the outcomes changes how many pieces there are. */
function isOneText(item: Node): boolean {
  return outcomes(item).every((one) => one.type !== 'list' && !isNone(one));
}

function joined(written: OpaqueNode, delimiter: ScalarNode, between: string, list: readonly Node[]): Node {
  const pieces = list.flatMap((piece, index) => (index > 0 && between !== '' ? [delimiter, piece] : [piece]));
  const [only] = pieces;
  if (only?.type === 'scalar' && pieces.length === 1) return only;
  const parts: Part[] = [];
  for (const piece of pieces) for (const part of asParts(piece)) append(parts, part);
  // A dynamic reference that is put together from pieces.
  if (parts.some((part) => typeof part === 'string' && part.includes('{{resolve:'))) return written;
  const scalar: ScalarNode = {
    type: 'scalar',
    span: written.span,
    kind: 'string',
    parts: parts.length === 0 ? [''] : parts,
  };
  if (!startsLikeJson(parts[0])) return scalar;
  return { ...scalar, embedded: () => holedPieces(pieces, (texts) => new JoinedText(written.span, texts)) };
}

/** `Fn::Split`: the pieces of each text that it can be. What is not known may have the delimiter in it. */
export function split(written: OpaqueNode, argument: Node, template: Template): Node {
  const [first, second] = items(argument);
  const delimiter = literal(first && evaluate(first, template));
  if (!delimiter || second === undefined) return written;
  return forEachOutcome(written, evaluate(second, template), (source) => {
    const pieces: Part[][] = [[]];
    for (const part of source.type === 'scalar' ? source.parts : [undefined]) {
      if (part === undefined || (typeof part !== 'string' && !isPlain(part, delimiter))) return undefined;
      if (typeof part === 'string') {
        part.split(delimiter).forEach((piece, index) => {
          if (index > 0) pieces.push([]);
          append(pieces.at(-1) as Part[], piece);
        });
      } else pieces.at(-1)?.push(part);
    }
    const list = pieces.map(
      (parts): ScalarNode => ({
        type: 'scalar',
        span: source.span,
        kind: 'string',
        parts: parts.length === 0 ? [''] : parts,
      }),
    );
    return { type: 'list', span: written.span, items: list };
  });
}

/** Accounts, partitions and Regions have letters, digits and dashes, so that no other delimiter is in them. */
function isPlain({ meaning }: OpaqueNode, delimiter: string): boolean {
  return (meaning === 'account' || meaning === 'partition' || meaning === 'region') && !/^[a-z0-9-]/.test(delimiter);
}
