import { lookup } from '../../source/lookup.ts';
import { child, entry, literal, type Node, type ScalarNode } from '../../syntax/node.ts';
import type { Declared, DeclaredKind } from '../declared.ts';
import type { Extraction } from './extraction.ts';
import { evaluate } from './intrinsics.ts';
import type { Template } from './template.ts';

const KINDS: Readonly<Record<string, { kind: DeclaredKind; policy: string }>> = {
  'AWS::KMS::Key': { kind: 'key', policy: 'KeyPolicy' },
  'AWS::KMS::ReplicaKey': { kind: 'replica-key', policy: 'KeyPolicy' },
  'AWS::EC2::VPCEndpoint': { kind: 'vpc-endpoint', policy: 'PolicyDocument' },
};

/** The resource that a template declares under a logical id, and what was read of its policies; undefined for types that no rule looks at. */
export function declaredResource(
  id: ScalarNode,
  resource: Node,
  template: Template,
  read: readonly Extraction[],
): Declared | undefined {
  const type = literal(child(resource, 'Type')) ?? '';
  const properties = child(resource, 'Properties');
  const about = lookup(KINDS, type);
  if (about === undefined) return undefined;
  const property: Declared['property'] = (name) => {
    if (properties === undefined) return undefined;
    if (properties.type !== 'map') {
      const key: ScalarNode = { ...id, parts: [name] };
      return { key, value: { type: 'opaque', span: properties.span, expression: 'Properties', meaning: 'unknown' } };
    }
    // A macro may add any property: what it stands for is as unknown as a property that is an expression.
    const found = entry(properties, name) ?? entry(properties, 'Fn::Transform');
    if (found === undefined) return undefined;
    if (literal(found.key) === 'Fn::Transform') {
      const { span } = found.value;
      return { key: found.key, value: { type: 'opaque', span, expression: '!Transform', meaning: 'unknown' } };
    }
    const value = evaluate(found.value, template);
    return value.type === 'opaque' && value.meaning === 'none' ? undefined : { key: found.key, value };
  };
  const policies = read.flatMap((extraction) => extraction.policies);
  return {
    kind: about.kind,
    address: literal(id) ?? '',
    resourceType: type,
    span: id.span,
    property,
    policies,
    policyUnknown: read.some(({ gaps }) => gaps.length > 0) || (policies.length === 0 && !!property(about.policy)),
  };
}
