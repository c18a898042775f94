import type { Node } from '../src/syntax/node.ts';

/** A tree with one of its values, counted from 0, replaced by one that cannot be read; undefined where there are not so many. */
export function blind(root: Node, target: number): { root: Node; what: string } | undefined {
  let count = 0;
  let what: string | undefined;
  const visit = (node: Node): Node => {
    if ((node.type === 'scalar' || node.type === 'list') && count++ === target) {
      what = node.span.file.slice(node.span);
      return { type: 'opaque', span: node.span, expression: '${var.x}', meaning: 'unknown' };
    }
    if (node.type === 'list') return { ...node, items: node.items.map(visit) };
    if (node.type === 'map')
      return { ...node, entries: node.entries.map(({ key, value }) => ({ key, value: visit(value) })) };
    return node;
  };
  const blinded = visit(root);
  return what === undefined ? undefined : { root: blinded, what };
}
