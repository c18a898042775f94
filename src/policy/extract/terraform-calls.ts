import { literal, type Node } from '../../syntax/node.ts';
import type { Extraction } from './extraction.ts';
import { collectPolicies } from './plain.ts';
import type { TerraformBlock } from './terraform-block.ts';

/**
 * What is passed to a module that was not read: whole policy documents, and a gap where KMS permissions are passed beside
 * them, as the modules of a registry take statements (`key_statements`, `policy_statements`), each in words of its own.
 */
export function readCall(call: TerraformBlock, path: string, isDocument: (node: Node) => boolean): Extraction {
  const read: Extraction = { policies: [], gaps: [] };
  const address = `module.${call.type}`;
  collectPolicies(call.body, address, path, read, isDocument);
  const documents = read.policies.map(({ span }) => span);
  const isRead = ({ span }: Node): boolean =>
    documents.some(({ file, start, end }) => file === span.file && start <= span.start && span.end <= end);
  const permission = firstPermission(call.body, isRead);
  if (permission === undefined) return read;
  const reason = `\`${literal(permission)}\` is passed to \`${address}\`, a module that is not in these files: what it allows was not reviewed`;
  read.gaps.push({ span: permission.span, reason });
  return read;
}

/** The first text that is a KMS permission, or a pattern of some; `skips` says what not to look into. */
function firstPermission(root: Node, skips: (node: Node) => boolean): Node | undefined {
  const stack = [root];
  const seen = new Set<Node>();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node) || skips(node)) continue;
    seen.add(node);
    if (/^kms:[a-z*?]+$/i.test(literal(node) ?? '')) return node;
    if (node.type === 'map') stack.push(...node.entries.map(({ value }) => value).reverse());
    else if (node.type === 'list') stack.push(...node.items.toReversed());
    else if (node.type === 'opaque') stack.push(...(node.alternatives ?? []).toReversed());
  }
  return undefined;
}
