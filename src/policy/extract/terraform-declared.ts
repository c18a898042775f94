import { lookup } from '../../source/lookup.ts';
import { child, entry, type Node } from '../../syntax/node.ts';
import type { Declared, DeclaredKind } from '../declared.ts';
import type { Policy } from '../policy.ts';
import { outcomes, resourceAddress, type TerraformBlock, targetOf } from './terraform-block.ts';

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

/**
 * The resources of one file that rules look at. `all` are the blocks of its module, `own` the policies of its files,
 * `named` the documents of the run by their names, wherever they stand.
 */
export function declaredResources(
  blocks: readonly TerraformBlock[],
  all: readonly TerraformBlock[],
  own: readonly Policy[],
  named: ReadonlyMap<string, Policy>,
): Declared[] {
  const attached = all.filter(({ type }) => type === 'aws_vpc_endpoint_policy');
  return blocks.flatMap((block): Declared[] => {
    const kind = lookup(KINDS, block.type);
    if (kind === undefined) return [];
    const holders = [block];
    let policyUnknown = false;
    for (const holder of kind === 'vpc-endpoint' ? attached : []) {
      const endpoint = referencedEndpoint(child(holder.body, 'vpc_endpoint_id'));
      if (endpoint === undefined) policyUnknown = true;
      else if (endpoint === `${block.type}.${block.name}`) holders.push(holder);
    }
    const read = holders.map((holder) => policiesOf(holder, own, named));
    return [
      {
        kind,
        address: resourceAddress(block),
        resourceType: block.type,
        span: block.head,
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

/** An attribute or block that is set. */
function attribute({ body }: TerraformBlock, name: string): ReturnType<Declared['property']> {
  const found = entry(body, name);
  return found?.value.type === 'scalar' && found.value.kind === 'null' ? undefined : found;
}

/** `aws_vpc_endpoint.NAME` where a value is that endpoint's id and nothing else. */
function referencedEndpoint(node: Node | undefined): string | undefined {
  const [part, ...more] = node?.type === 'scalar' ? node.parts : [node];
  if (part === undefined || typeof part === 'string' || part.type !== 'opaque' || more.length > 0) return undefined;
  return /^(?:\$\{)?(aws_vpc_endpoint\.[\w-]+)(?:\[[^\]]*\])?\.id\}?$/.exec(part.expression)?.[1];
}

function policiesOf(
  holder: TerraformBlock,
  all: readonly Policy[],
  named: ReadonlyMap<string, Policy>,
): { policies: Policy[]; unknown: boolean } {
  const value = attribute(holder, 'policy')?.value;
  if (value === undefined) return { policies: [], unknown: false };
  const own = all.filter(({ address, resourceType }) => {
    return resourceType === holder.type && address === resourceAddress(holder);
  });
  const documents = outcomes(value).map((one) => named.get(targetOf(one) ?? ''));
  const unknown = documents.some((document) => (document === undefined ? own.length === 0 : document.whole !== true));
  return { policies: [...own, ...documents.filter((policy) => policy !== undefined)], unknown };
}
