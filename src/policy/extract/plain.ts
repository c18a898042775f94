import { literal, type Node } from '../../syntax/node.ts';
import { readPolicy } from '../read.ts';
import { type Extraction, type Extractor, embeddedDocument, isDocument, isStatement } from './extraction.ts';
import { inferKind } from './kind.ts';

/** Policy documents at any depth of any JSON or YAML file, also as JSON text inside a string. */
export const plain: Extractor = {
  matches: () => true,
  extract: (file, documents) => {
    const extraction: Extraction = { policies: [], gaps: [] };
    documents.forEach((document, index) => {
      collectPolicies(document, documents.length > 1 ? `/${index}` : '', file.path, extraction);
    });
    return extraction;
  },
};

/**
 * Walks a tree and reads every policy document in it. Addresses are JSON pointers (RFC 6901) after `pointer`; the whole
 * file is `policy`. What kind a document is, its text and the file's path tell.
 * `mayBeDocument` can refuse what only looks like one. A node that is shared (a YAML alias) is read once, where it comes first.
 */
export function collectPolicies(
  root: Node,
  pointer: string,
  path: string,
  into: Extraction,
  mayBeDocument: (node: Node) => boolean = () => true,
): void {
  const seen = new Set<Node>();
  const stack: { node: Node; pointer: string }[] = [{ node: root, pointer }];
  while (stack.length > 0) {
    const { node, pointer: here } = stack.pop() as { node: Node; pointer: string };
    if (seen.has(node)) continue;
    seen.add(node);
    const isPolicy = isDocument(node) || isStatement(node) || (node.type === 'list' && node.items.some(isStatement));
    if (isPolicy && mayBeDocument(node)) {
      const policy = readPolicy(node, { kind: 'unknown', address: here === '' ? 'policy' : here });
      policy.kind = inferKind(policy, path);
      into.policies.push(policy);
    } else if (node.type === 'map') {
      for (let i = node.entries.length - 1; i >= 0; i--) {
        const { key, value } = node.entries[i] as (typeof node.entries)[number];
        stack.push({
          node: value,
          pointer: `${here}/${(literal(key) ?? '*').replaceAll('~', '~0').replaceAll('/', '~1')}`,
        });
      }
    } else if (node.type === 'list') {
      for (let i = node.items.length - 1; i >= 0; i--) {
        stack.push({ node: node.items[i] as Node, pointer: `${here}/${i}` });
      }
    } else if (node.type === 'scalar') {
      const document = embeddedDocument(node);
      if (document === undefined) continue;
      stack.push({ node: document.node, pointer: here });
      // Broken JSON in a string is worth a word only where it is a policy.
      if (isDocument(document.node)) into.gaps.push(...document.gaps);
    }
  }
}
