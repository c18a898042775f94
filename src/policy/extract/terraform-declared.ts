import { lookup } from '../../source/lookup.ts';
import { child, entry, literal, type Node } from '../../syntax/node.ts';
import type { Declared, DeclaredKind } from '../declared.ts';
import type { Policy } from '../policy.ts';
import { documentReference, outcomes, resourceAddress, type TerraformBlock } from './terraform-block.ts';

const KINDS: Readonly<Record<string, DeclaredKind>> = {
  aws_kms_key: 'key',
  aws_kms_replica_key: 'replica-key',
  aws_kms_external_key: 'external-key',
  aws_kms_replica_external_key: 'external-key',
  aws_kms_key_policy: 'key-policy',
  aws_kms_grant: 'grant',
  aws_vpc_endpoint: 'vpc-endpoint',
};

/** Properties whose name is not CloudFormation's in snake case. Source: the Terraform AWS provider's documentation, 2026. */
const NAMES: Readonly<Record<string, string>> = {
  KeySpec: 'customer_master_key_spec',
  KeyPolicy: 'policy',
  PolicyDocument: 'policy',
  Enabled: 'is_enabled',
};

/** The resources of one file that rules look at. Their policies may stand in other files of the module. */
export function declaredResources(
  own: readonly TerraformBlock[],
  all: readonly TerraformBlock[],
  policies: readonly Policy[],
): Declared[] {
  const attached = all.filter(({ type }) => type === 'aws_vpc_endpoint_policy');
  return own.flatMap((block): Declared[] => {
    const kind = lookup(KINDS, block.type);
    if (kind === undefined) return [];
    const holders = [block];
    let policyUnknown = false;
    for (const holder of kind === 'vpc-endpoint' ? attached : []) {
      const endpoint = referencedEndpoint(child(holder.body, 'vpc_endpoint_id'));
      if (endpoint === undefined) policyUnknown = true;
      else if (endpoint === `${block.type}.${block.name}`) holders.push(holder);
    }
    const read = holders.map((holder) => policiesOf(holder, policies));
    return [
      {
        kind,
        address: resourceAddress(block),
        resourceType: block.type,
        span: block.span,
        property: (name) => attribute(block, lookup(NAMES, name) ?? snakeCase(name)),
        policies: read.flatMap((one) => one.policies),
        policyUnknown: policyUnknown || read.some((one) => one.unknown),
      },
    ];
  });
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}

/** An attribute or block; what a plan does not know yet is opaque. */
function attribute({ body, later }: TerraformBlock, name: string): ReturnType<Declared['property']> {
  const found = entry(body, name);
  if (found) return found.value.type === 'scalar' && found.value.kind === 'null' ? undefined : found;
  const unknown = entry(later, name);
  if (unknown === undefined || literal(unknown.value) !== 'true') return undefined;
  const { span } = unknown.value;
  return { key: unknown.key, value: { type: 'opaque', span, expression: name, meaning: 'unknown' } };
}

/** `aws_vpc_endpoint.NAME` where a value is that endpoint's id and nothing else. */
function referencedEndpoint(node: Node | undefined): string | undefined {
  const [part, ...more] = node?.type === 'scalar' ? node.parts : [node];
  if (part === undefined || typeof part === 'string' || part.type !== 'opaque' || more.length > 0) return undefined;
  return /^(?:\$\{)?(aws_vpc_endpoint\.[\w-]+)(?:\[[^\]]*\])?\.id\}?$/.exec(part.expression)?.[1];
}

function policiesOf(holder: TerraformBlock, all: readonly Policy[]): { policies: Policy[]; unknown: boolean } {
  const value = attribute(holder, 'policy')?.value;
  if (value === undefined) return { policies: [], unknown: false };
  const own = all.filter(({ address, resourceType }) => {
    return resourceType === holder.type && address === resourceAddress(holder);
  });
  const documents = outcomes(value).map(documentReference);
  const found = documents.map((document) => all.find(({ address }) => address === document));
  const unknown = documents.some((document, index) => {
    return document === undefined ? own.length === 0 : found[index]?.whole !== true;
  });
  return { policies: [...own, ...found.filter((policy) => policy !== undefined)], unknown };
}
