import type { Span } from '../../source/source-file.ts';
import type { MapNode, Node } from '../../syntax/node.ts';

/** A resource or data block with its body evaluated. */
export interface TerraformBlock {
  type: string;
  name: string;
  body: MapNode;
  /** Where it is named: `resource "aws_kms_key" "main"`. */
  span: Span;
  /** The attributes of a plan whose values are known only after it is applied. */
  later?: Node;
  /** Where it is not type and name: `module.app.aws_iam_policy.p[0]`. */
  address?: string;
}

/** How Terraform names a resource. */
export function resourceAddress({ type, name, address }: TerraformBlock): string {
  return address ?? `${type}.${name}`;
}

/** What an expression can be, each possible value by itself. */
export function outcomes(node: Node): Node[] {
  return node.type === 'opaque' && node.alternatives ? node.alternatives.flatMap(outcomes) : [node];
}

/** `data.aws_iam_policy_document.NAME` where a value is that document's JSON and nothing else. */
export function documentReference(node: Node): string | undefined {
  const [part, ...more] = node.type === 'scalar' ? node.parts : [node];
  if (part === undefined || typeof part === 'string' || part.type !== 'opaque' || more.length > 0) return undefined;
  const match = /^(?:\$\{)?(data\.aws_iam_policy_document\.[\w-]+)(?:\[[^\]]*\])?\.(?:minified_)?json\}?$/.exec(
    part.expression,
  );
  return match?.[1];
}
