import { type Entry, type ListNode, literal, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { MAX_ELEMENTS, numberNode } from './terraform-values.ts';

/** One element of a collection: of a list its index is the key, of a set the element itself. */
export interface Element {
  key: Node;
  value: Node;
}

/** The elements of a list or map whose members are known, in the order in which Terraform takes them; undefined for anything else. */
export function knownElements(node: Node): Element[] | undefined {
  return node.type === 'list' && hasSpread(node) ? undefined : allElements(node);
}

/** The same, with what stands for any number of members among them. */
export function allElements(node: Node): Element[] | undefined {
  if (node.type === 'list' && node.items.length <= MAX_ELEMENTS) {
    return node.items.map((value, index) => ({
      key: node.isSet ? value : (numberNode(value.span, index) ?? value),
      value,
    }));
  }
  return node.type === 'map' && node.entries.length <= MAX_ELEMENTS ? inOrder(node.entries) : undefined;
}

/** What is not known stands for its members in a list that it is made a part of, however many they are. */
export function spread(node: Node): Node {
  return node.type === 'opaque' ? { ...node, spread: true } : node;
}

/** Whether a member stands for any number of members. */
export function isSpread(node: Node): node is OpaqueNode {
  return node.type === 'opaque' && node.spread === true;
}

/** Whether it is not known how many members a list has. */
export function hasSpread({ items }: ListNode): boolean {
  return items.some(isSpread);
}

/** Whether a value is a list of which each member is known to be the same kind of thing: `aws_kms_key.k[*].arn`. */
export function isAlike(node: Node | undefined): node is OpaqueNode {
  return node?.type === 'opaque' && node.meaning !== 'unknown' && node.expression.includes('*');
}

/** Entries by their keys, as Terraform sorts maps; as they stand where a key is not known. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const keys = entries.map(({ key }) => literal(key));
  return keys.includes(undefined) ? [...entries] : entries.toSorted((a, b) => compare(literal(a.key), literal(b.key)));
}

export function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A list or set as a set: equal members once, in order where they are all known. */
export function toSet(node: Node): Node | undefined {
  if (node.type !== 'list') return opaqueOnly(node);
  const items = distinct(node.items);
  const known = items.every((item) => item.type === 'scalar' && item.kind === 'string' && literal(item) !== undefined);
  return { ...node, items: known ? items.toSorted((a, b) => compare(literal(a), literal(b))) : items, isSet: true };
}

/** Whether the order of the members is not the one in which they stand here. */
export function isUnordered(node: ListNode): boolean {
  return node.isSet === true && node.items.length > 1 && node.items.some((item) => literal(item) === undefined);
}

export function distinct(items: readonly Node[]): Node[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = literal(item);
    if (item.type !== 'scalar' || text === undefined) return true;
    const key = `${item.kind} ${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** The members of a value that is a list, each of which has its known place. */
export function ordered(node: Node | undefined): Node[] | undefined {
  return node?.type === 'list' && !isUnordered(node) && !hasSpread(node) ? node.items : undefined;
}

/** The texts of members that are all known. */
export function texts(node: Node | undefined): string[] | undefined {
  if (node?.type !== 'list') return undefined;
  const all = node.items.map((item) => literal(item));
  return all.includes(undefined) ? undefined : (all as string[]);
}

/** What is not known stays what it is; of several outcomes each is looked at by itself. */
export function opaqueOnly(node: Node | undefined): Node | undefined {
  return node?.type === 'opaque' && node.alternatives === undefined ? node : undefined;
}
