import type { Span } from '../../source/source-file.ts';
import type { MapNode, Node } from '../../syntax/node.ts';

/** A resource, data or module block with its body evaluated. A module's name is its type. */
export interface TerraformBlock {
  type: string;
  name: string;
  body: MapNode;
  span: Span;
  /** Where it is named: `resource "aws_kms_key" "main"`. */
  head: Span;
  /** `["key"]` of a block that stands for one of several instances. */
  instance?: string;
  /** Where it is not type and name: `module.app.aws_iam_policy.p[0]`. */
  address?: string;
}

/** How Terraform names a resource. */
export function resourceAddress({ type, name, instance, address }: TerraformBlock): string {
  return address ?? `${type}.${name}${instance ?? ''}`;
}

/** What an expression can be, each possible value by itself. */
export function outcomes(node: Node): Node[] {
  return node.type === 'opaque' && node.alternatives ? node.alternatives.flatMap(outcomes) : [node];
}

/** The name of the document or resource that a value is made of, when it is nothing else. */
export function targetOf(node: Node): string | undefined {
  const [part, ...more] = node.type === 'scalar' ? node.parts : [node];
  if (part === undefined || typeof part === 'string' || part.type !== 'opaque' || more.length > 0) return undefined;
  return part.target;
}
