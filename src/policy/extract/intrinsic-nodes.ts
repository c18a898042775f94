import type { Span } from '../../source/source-file.ts';
import type { Hole } from '../../syntax/holes.ts';
import { literal, type MapNode, type Node, type OpaqueNode, type Part } from '../../syntax/node.ts';
import { MAX_OUTCOMES, outcomes } from '../../syntax/outcomes.ts';

/** A function call as an author would write it in YAML, short enough for a message. */
export function opaque(node: MapNode): OpaqueNode {
  const [entry] = node.entries;
  const name = (entry && literal(entry.key)) ?? '';
  const argument = entry === undefined ? '' : brief(entry.value);
  return {
    type: 'opaque',
    span: node.span,
    expression: `!${name.replace('Fn::', '')} ${argument}`,
    meaning: 'unknown',
  };
}

function brief(node: Node): string {
  if (node.type !== 'list') return literal(node) ?? '…';
  return `[${node.items.map((item) => (literal(item) === '' ? '""' : (literal(item) ?? '…'))).join(', ')}]`;
}

/** Whether a value is `AWS::NoValue`: it is taken away. */
export function isNone(node: Node): boolean {
  return node.type === 'opaque' && node.meaning === 'none';
}

/** One of several values; a single one is that value, and too many are not known. */
export function oneOf(written: OpaqueNode, values: readonly Node[]): Node {
  const distinct = new Map<unknown, Node>();
  for (const value of values.flatMap(outcomes)) {
    const key = literal(value) ?? value;
    if (!distinct.has(key)) distinct.set(key, value);
  }
  const alternatives = [...distinct.values()];
  const [first] = alternatives;
  if (first === undefined || alternatives.length > MAX_OUTCOMES) return written;
  return alternatives.length === 1 ? first : { ...written, alternatives };
}

/** What a function answers for each value that its argument can have. */
export function forEachOutcome(written: OpaqueNode, argument: Node, answer: (value: Node) => Node | undefined): Node {
  return oneOf(
    written,
    outcomes(argument).map((value) => answer(value) ?? rest(written, value)),
  );
}

/** An unknown answer, which stays the other value of a parameter that has a default. */
function rest(written: OpaqueNode, value: Node): OpaqueNode {
  return value.type === 'opaque' && value.open ? { ...written, open: true } : written;
}

/** A value inside a string: its text where it is known, a hole where not, written as `${...}`. */
export function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.parts;
  if (node.type !== 'opaque') return [{ type: 'opaque', span: node.span, expression: '${…}', meaning: 'unknown' }];
  return [{ ...node, expression: node.expression.replace(/^!(?:Ref|GetAtt) (.+)$/, '${$1}') }];
}

/** The dynamic references in a text as holes (AWS CloudFormation user guide, dynamic references). */
export function dynamicReferences(text: string, span: (start: number, end: number) => Span): Hole[] {
  const holes: Hole[] = [];
  for (let start = text.indexOf('{{resolve:'); start >= 0; start = text.indexOf('{{resolve:', start + 1)) {
    const close = text.indexOf('}}', start);
    if (close < 0) break;
    const end = close + 2;
    const expression = text.slice(start, end);
    holes.push({ start, end, value: { type: 'opaque', span: span(start, end), expression, meaning: 'unknown' } });
    start = close;
  }
  return holes;
}
