import type { Span, Text } from '../source/source-file.ts';
import { decodeYamlScalar } from './embedded-string.ts';
import type { Entry, MapNode, Node, ScalarNode } from './node.ts';

/** CloudFormation's short tags, read as their long form (AWS CloudFormation user guide, intrinsic functions). */
export const SHORT_TAGS: ReadonlySet<string> = new Set([
  'Ref',
  'Condition',
  'Sub',
  'GetAtt',
  'Join',
  'If',
  'ImportValue',
  'Select',
  'Split',
  'FindInMap',
  'Base64',
  'Cidr',
  'Equals',
  'And',
  'Or',
  'Not',
  'Transform',
  'GetAZs',
  'ToJsonString',
  'Length',
  'Contains',
  'EachMemberIn',
  'EachMemberEquals',
  'RefAll',
  'ValueOf',
  'ValueOfAll',
  'Rain',
]);

/** How many nodes aliases may stand for together in one file; a bomb stands for billions. */
export const MAX_ALIASED_NODES = 200_000;

/** The kinds of plain scalars (YAML 1.2.2, section 10.3.2), looked at only where a first character allows one. */
const MAYBE_TYPED = /^[-+.\d~nNtTfF]/;
const NULL = /^(?:~|null|Null|NULL)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const NUMBER =
  /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** What a plain scalar is by its text. */
export function kindOf(plain: string): ScalarNode['kind'] {
  if (plain === '') return 'null';
  if (!MAYBE_TYPED.test(plain)) return 'string';
  if (NULL.test(plain)) return 'null';
  if (BOOLEAN.test(plain)) return 'boolean';
  return NUMBER.test(plain) ? 'number' : 'string';
}

/** A scalar that the file has; the decoder of its text is asked only where it holds a document. */
export function yamlScalar(text: Text, span: Span, kind: ScalarNode['kind'], value: string): ScalarNode {
  return { type: 'scalar', span, kind, parts: [value], embedded: () => decodeYamlScalar(text, span, value) };
}

/** What stands where nothing is written. */
export function emptyScalar(text: Text, offset: number): ScalarNode {
  return { type: 'scalar', span: text.span(offset, offset), kind: 'null', parts: [''] };
}

/** A value with a short tag as CloudFormation's long form; `span` is the value's. */
export function longForm(name: string, tagStart: number, span: Span, value: Node): MapNode {
  const outer: Span = { ...span, start: Math.min(tagStart, span.start) };
  const key: ScalarNode = {
    type: 'scalar',
    span: { ...span, start: outer.start, end: Math.min(outer.start + name.length + 1, span.end) },
    kind: 'string',
    parts: [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`],
  };
  return { type: 'map', span: outer, entries: [{ key, value }] };
}

/** Whether a key brings the entries of another map: `<<`, not in quotes. */
export function isMergeKey({ parts, span }: ScalarNode): boolean {
  return parts[0] === '<<' && span.end - span.start === 2;
}

/** A map's own entries, then those that its merge keys bring and that it has not. */
export function mergedEntries(entries: readonly Entry[]): Entry[] {
  const result = entries.filter(({ key }) => !isMergeKey(key));
  const own = new Set(result.map(({ key }) => key.parts[0]));
  for (const { key, value } of entries) {
    if (!isMergeKey(key)) continue;
    for (const entry of brought(value)) {
      if (own.has(entry.key.parts[0])) continue;
      own.add(entry.key.parts[0]);
      result.push(entry);
    }
  }
  return result;
}

/** The entries that a merge key's value brings, the first of several maps winning. */
function brought(node: Node): Entry[] {
  if (node.type === 'map') return node.entries;
  return node.type === 'list' ? node.items.flatMap(brought) : [];
}

/** Counts what aliases stand for when each is written out. */
export class AliasCount {
  readonly #sizes = new Map<Node, number>();
  #aliased = 0;

  /** Whether one more alias of a node may be followed; it is counted then. */
  follow(node: Node): boolean {
    const size = this.#size(node);
    if (this.#aliased + size > MAX_ALIASED_NODES) return false;
    this.#aliased += size;
    return true;
  }

  /** Aliases come after what they stand for, so each size is a sum of known ones. */
  #size(node: Node): number {
    let size = this.#sizes.get(node);
    if (size === undefined) {
      size = 1;
      if (node.type === 'list') for (const item of node.items) size += this.#size(item);
      if (node.type === 'map') for (const { value } of node.entries) size += 1 + this.#size(value);
      this.#sizes.set(node, size);
    }
    return size;
  }
}
