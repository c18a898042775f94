import type { Node, ScalarNode } from '../../src/syntax/node.ts';
import { children, jsonScalar, textOf } from './json.ts';
import { at, concat, join, nameOf, type Placed } from './placed.ts';

/** How strings are written where they can be; else in double quotes. */
export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** Words that YAML, in one version or another, reads as something else. */
const SPECIAL = /^(?:~|null|true|false|yes|no|on|off|y|n|)$/i;
const PLAIN = /^[\p{L}\d/_.][\p{L}\p{N}\p{So}/_.@*?()=+&'!%$: -]*$/u;
const NOT_PLAIN = /: |:$|^[ -]|\s$| {2}/;

/** A document in YAML's block style; it begins with a line break, or is a scalar. `indent` is a line break with the indentation. */
export function blockYaml(node: Node, style: Style, indent: string, pointer = ''): Placed {
  if (node.type === 'scalar') return concat(' ', at(pointer, yamlScalar(node, style, `${indent}  `)));
  const own = children(node, pointer);
  if (own.length === 0) return concat(' ', at(pointer, node.type === 'map' ? '{}' : '[]'));
  const lines = own.map(({ name, value, pointer: here }) =>
    name === undefined
      ? concat('-', blockYaml(value, style, `${indent}  `, here))
      : concat(at(nameOf(here), yamlName(JSON.parse(name), style)), ':', blockYaml(value, style, `${indent}  `, here)),
  );
  return concat(indent, join(lines, indent));
}

function yamlName(name: string, style: Style): string {
  if (style === 'single') return quoted(name) ?? JSON.stringify(name);
  return style !== 'double' && /^[A-Za-z]\w*$/.test(name) && !SPECIAL.test(name) ? name : JSON.stringify(name);
}

function yamlScalar(scalar: ScalarNode, style: Style, indent: string): string {
  const text = textOf(scalar);
  const double = jsonScalar(scalar);
  // A number stays one, whatever the style.
  if (scalar.kind !== 'string') return double;
  switch (style) {
    case 'plain':
      return PLAIN.test(text) && !NOT_PLAIN.test(text) && !SPECIAL.test(text) ? text : double;
    case 'single':
      return quoted(text) ?? double;
    case 'double':
      return double;
    case 'literal':
      return isBlock(text) ? `|-${indent}${text.replaceAll('\n', indent)}` : double;
    case 'folded':
      return isBlock(text) && !text.includes('\n')
        ? `>-${indent}${text.replace(/(\S) (?=\S)/g, `$1${indent}`)}`
        : double;
  }
}

function quoted(text: string): string | undefined {
  return /[\u0000-\u001f\u007f-\u009f]/.test(text) ? undefined : `'${text.replaceAll("'", "''")}'`;
}

/** Whether a text can be a block scalar as it is. */
function isBlock(text: string): boolean {
  return /\S/.test(text) && !/^\s|\s$|\n\s|[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text);
}
