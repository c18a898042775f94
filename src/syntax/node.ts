import type { Span, Text } from '../source/source-file.ts';

/**
 * One tree for every language. A parser gives maps, lists and scalars; evaluating a template's
 * expressions (CloudFormation intrinsics, Terraform references) adds opaque nodes and strings
 * with holes. Every node knows its place in the file.
 */
export type Node = MapNode | ListNode | ScalarNode | OpaqueNode;

export interface MapNode {
  type: 'map';
  span: Span;
  /** In source order, duplicate keys kept. */
  entries: Entry[];
}

export interface Entry {
  key: ScalarNode;
  value: Node;
}

export interface ListNode {
  type: 'list';
  span: Span;
  items: Node[];
  /** One of Terraform's sets: its members have no numbers. */
  isSet?: true;
}

export interface ScalarNode {
  type: 'scalar';
  /** The whole literal, its quotes included. */
  span: Span;
  /** What the language says the scalar is. A date or an account id that YAML would convert stays a string. */
  kind: 'string' | 'number' | 'boolean' | 'null';
  /** The decoded text and its holes, in order. A scalar without holes has one string (perhaps empty). */
  parts: Part[];
  /** The decoded text with the way back to the file, for documents inside a string; absent on computed scalars. */
  embedded?: () => Text;
}

export type Part = string | OpaqueNode;

/** An expression that can be quoted but not evaluated to text. */
export interface OpaqueNode {
  type: 'opaque';
  span: Span;
  /** As the author wrote it, shortened for a message: `!Ref KeyArn`, `${var.key_arn}`. */
  expression: string;
  /** What is known of the value although its text is not. */
  meaning: Meaning;
  /** The possible values where the template lists them all (both branches of `Fn::If`, allowed values). */
  alternatives?: Node[];
  /** What decides between the alternatives, where that has a name or a text of its own: a condition. */
  decidedBy?: string;
  /** Why it cannot be evaluated, in plain words, where there is more to say than that it cannot. */
  why?: string;
  /** The name of a document that another part of the template declares and that this is the JSON of; unique in a run. */
  target?: string;
  /** The alternatives are not all: a parameter has a default, and whoever deploys may give another value. */
  open?: true;
  /** In a list: it stands for any number of members, none too; each alternative for its own. */
  spread?: true;
}

/**
 * What a reference stands for.
 * `account` `partition` `region` `url-suffix`: the own ones, the same on both sides of any comparison.
 * `key-arn` `key-id` `alias-arn` `alias-name`: of a KMS key or alias declared in the template.
 * `other-arn`: of a resource that is certainly no KMS key and no alias.
 * `none`: the element is removed (`AWS::NoValue`).
 */
export type Meaning =
  | 'unknown'
  | 'account'
  | 'partition'
  | 'region'
  | 'url-suffix'
  | 'key-arn'
  | 'key-id'
  | 'alias-arn'
  | 'alias-name'
  | 'other-arn'
  | 'none';

/** What a parser could not read: a place and the parser's words. */
export interface Problem {
  span: Span;
  message: string;
  /** The text may be valid; it is over a bound of what is read. Nobody is to blame for it, and nothing after it is read. */
  bound?: true;
}

/** A parser returns a tree and problems, and never throws on user text. `documents` is empty for an empty file. */
export interface Parsed {
  documents: Node[];
  problems: Problem[];
  /** The comments, in the order of the text; looked for only where one of them may be to this tool. */
  comments?: Span[];
}

/** The text of a scalar without holes; undefined for every other node. */
export function literal(node: Node | undefined): string | undefined {
  if (node?.type !== 'scalar' || node.parts.length > 1) return undefined;
  const [part = ''] = node.parts;
  return typeof part === 'string' ? part : undefined;
}

/** The first entry of a map with exactly this key. Duplicates are the rule `duplicate-element`'s affair. */
export function child(node: Node | undefined, key: string): Node | undefined {
  return entry(node, key)?.value;
}

export function entry(node: Node | undefined, key: string): Entry | undefined {
  if (node?.type !== 'map') return undefined;
  for (const candidate of node.entries) {
    const { parts } = candidate.key;
    if (parts[0] === key && parts.length === 1) return candidate;
  }
  return undefined;
}

/** A list's items; a single value is a list of one, as IAM reads it. */
export function items(node: Node | undefined): Node[] {
  if (node === undefined) return [];
  return node.type === 'list' ? node.items : [node];
}
