import { literal, type Node, type ScalarNode } from '../../src/syntax/node.ts';
import { at, concat, inside, join, nameOf, type Placed, respell } from './placed.ts';

/** How a value that is no object and no list is written: text around it, and it in another spelling. */
export interface WriteScalar {
  before: string;
  spell(scalar: ScalarNode): string;
  after: string;
}

export const JSON_SCALAR: WriteScalar = { before: '', spell: jsonScalar, after: '' };

/** A document as JSON text, pretty or in one line. */
export function json(node: Node, write: WriteScalar = JSON_SCALAR, indent = '\n', pointer = ''): Placed {
  if (node.type === 'scalar') return concat(write.before, at(pointer, write.spell(node)), write.after);
  const [open, close] = node.type === 'map' ? ['{', '}'] : ['[', ']'];
  const step = indent === '' ? '' : `${indent}  `;
  const items = children(node, pointer).map(({ name, value, pointer: here }) =>
    concat(step, ...(name === undefined ? [] : [at(nameOf(here), name), ': ']), json(value, write, step, here)),
  );
  return items.length === 0
    ? at(pointer, open + close)
    : at(pointer, concat(open, join(items, indent === '' ? ', ' : ','), indent, close));
}

export function jsonScalar(scalar: ScalarNode): string {
  return scalar.kind === 'string' ? JSON.stringify(textOf(scalar)) : textOf(scalar);
}

export function textOf(node: Node): string {
  const text = literal(node);
  if (text === undefined) throw new Error('a document of the corpus is plain JSON');
  return text;
}

/** The values in an object or list. Of a name that stands twice each has the same pointer. */
export function children(node: Node, pointer: string): { name?: string; value: Node; pointer: string }[] {
  if (node.type === 'list') return node.items.map((value, index) => ({ value, pointer: inside(pointer, index) }));
  if (node.type !== 'map') return [];
  return node.entries.map(({ key, value }) => ({
    name: JSON.stringify(textOf(key)),
    value,
    pointer: inside(pointer, textOf(key)),
  }));
}

/** A text as a JSON string. */
export function jsonString(placed: Placed): Placed {
  return concat(
    '"',
    respell(placed, /["\\\u0000-\u001f]/g, (found) => JSON.stringify(found).slice(1, -1)),
    '"',
  );
}

/** Every character outside ASCII, and every slash, as an escape. */
export const ESCAPED: WriteScalar = {
  before: '',
  spell: (scalar) =>
    jsonScalar(scalar)
      .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('/', '\\/'),
  after: '',
};

/** A text for `Fn::Sub`, which reads `${!Name}` as `${Name}`; a variable goes to the next brace, whatever is in it. */
export function withoutVariables(placed: Placed): Placed {
  const variables = new Set([...placed.text.matchAll(/\$\{[^}]*\}/g)].map(({ index }) => index));
  return respell(placed, /\$\{/g, (found, index) => (variables.has(index) ? '${!' : found));
}
