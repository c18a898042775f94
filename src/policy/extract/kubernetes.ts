import { lookup } from '../../source/lookup.ts';
import { child, items, literal, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { type Extraction, type Extractor, merge, readPolicyProperty } from './extraction.ts';

type Fields = readonly (readonly [path: string, kind: PolicyKind])[];

/**
 * Fields that hold policies in the manifests of AWS Controllers for Kubernetes, by service and kind; `{}` stands for
 * every value of a map. Sources: https://aws-controllers-k8s.github.io/community/reference/ and the types of
 * https://github.com/aws-controllers-k8s/kms-controller and `iam-controller`, 2026.
 */
const ACK: Readonly<Record<string, Fields>> = {
  'kms/Key': [['spec.policy', 'key-policy']],
  'kms/ReplicaKey': [['spec.policy', 'key-policy']],
  'iam/Policy': [['spec.policyDocument', 'identity-policy']],
  'iam/Role': [
    ['spec.inlinePolicies{}', 'identity-policy'],
    ['spec.assumeRolePolicyDocument', 'trust-policy'],
  ],
  'iam/User': [['spec.inlinePolicies{}', 'identity-policy']],
  'iam/Group': [['spec.inlinePolicies{}', 'identity-policy']],
  'ec2/VPCEndpoint': [['spec.policyDocument', 'vpc-endpoint-policy']],
  's3/Bucket': [['spec.policy', 'resource-policy']],
  'sqs/Queue': [['spec.policy', 'resource-policy']],
  'sns/Topic': [['spec.policy', 'resource-policy']],
  'ecr/Repository': [['spec.policy', 'resource-policy']],
};

/**
 * The same for Crossplane's AWS providers (Upbound's and the community's), under `spec.forProvider`; `[]` stands for
 * every item of a list. Sources: https://marketplace.upbound.io/providers/upbound/provider-family-aws and the types of
 * https://github.com/crossplane-contrib/provider-aws, 2026.
 */
const CROSSPLANE: Readonly<Record<string, Fields>> = {
  'kms/Key': [['policy', 'key-policy']],
  'kms/KeyPolicy': [['policy', 'key-policy']],
  'kms/ExternalKey': [['policy', 'key-policy']],
  'kms/ReplicaKey': [['policy', 'key-policy']],
  'kms/ReplicaExternalKey': [['policy', 'key-policy']],
  'iam/Policy': [
    ['policy', 'identity-policy'],
    ['document', 'identity-policy'],
  ],
  'iam/RolePolicy': [
    ['policy', 'identity-policy'],
    ['document', 'identity-policy'],
  ],
  'iam/UserPolicy': [['policy', 'identity-policy']],
  'iam/GroupPolicy': [['policy', 'identity-policy']],
  'iam/Role': [
    ['inlinePolicy[].policy', 'identity-policy'],
    ['inlinePolicies[].policy', 'identity-policy'],
    ['assumeRolePolicy', 'trust-policy'],
    ['assumeRolePolicyDocument', 'trust-policy'],
  ],
  'ec2/VPCEndpoint': [
    ['policy', 'vpc-endpoint-policy'],
    ['policyDocument', 'vpc-endpoint-policy'],
  ],
  's3/BucketPolicy': [['policy', 'resource-policy']],
  'sqs/QueuePolicy': [['policy', 'resource-policy']],
  'sns/TopicPolicy': [['policy', 'resource-policy']],
  'secretsmanager/SecretPolicy': [['policy', 'resource-policy']],
};

/** How deep lists of manifests and compositions may be nested. */
const MAX_NESTING = 5;

/** Manifests of AWS Controllers for Kubernetes and of Crossplane, also in a `List` or a Composition. */
export const kubernetes: Extractor = {
  matches: (root) => manifests(root).length > 0,
  extract: (_file, documents) => merge(documents.flatMap((root) => manifests(root)).flatMap(readManifest)),
};

interface Manifest {
  node: Node;
  kind: string;
  fields: Fields;
}

/** The manifests of these two in a document. */
function manifests(node: Node, nesting = 0): Manifest[] {
  const version = literal(child(node, 'apiVersion'));
  const kind = literal(child(node, 'kind'));
  if (version === undefined || kind === undefined || nesting > MAX_NESTING) return [];
  const group = version.split('/', 1)[0] ?? '';
  const service = group.split('.', 1)[0] ?? '';
  if (group.endsWith('.services.k8s.aws')) {
    const fields = lookup(ACK, `${service}/${kind}`);
    return fields ? [{ node, kind, fields }] : [];
  }
  if (/\.aws\.(?:m\.)?(?:upbound|crossplane)\.io$/.test(group)) {
    const fields = lookup(CROSSPLANE, `${service}/${kind}`);
    const under = fields?.map(([path, policy]) => [`spec.forProvider.${path}`, policy] as const);
    return under ? [{ node, kind, fields: under }] : [];
  }
  const inner = [
    ...items(kind.endsWith('List') ? child(node, 'items') : undefined),
    ...compositionBases(child(node, 'spec')),
  ];
  return inner.flatMap((one) => manifests(one, nesting + 1));
}

/** What a Composition makes: `spec.resources[].base`, or those of its pipeline's patch-and-transform steps. */
function compositionBases(spec: Node | undefined): Node[] {
  const steps = items(child(spec, 'pipeline')).flatMap((step) => {
    const input = child(step, 'input');
    return input ? [input] : [];
  });
  return [spec, ...steps].flatMap((one) =>
    items(child(one, 'resources')).flatMap((resource) => {
      const base = child(resource, 'base');
      return base ? [base] : [];
    }),
  );
}

function readManifest({ node, kind, fields }: Manifest): Extraction[] {
  const metadata = child(node, 'metadata');
  const name = literal(child(metadata, 'name')) ?? literal(child(metadata, 'generateName'));
  const owner = name === undefined ? kind : `${kind}/${name}`;
  return fields.flatMap(([path, policy]) =>
    valuesAt(node, path.split('.'), owner).map(({ value, address }) =>
      readPolicyProperty(value, { kind: policy, address, resourceType: kind }),
    ),
  );
}

function valuesAt(node: Node, [step, ...rest]: string[], address: string): { value: Node; address: string }[] {
  if (step === undefined) return [{ value: node, address }];
  const name = step.replace(/\[\]|\{\}$/, '');
  const value = child(node, name);
  const here = name === 'spec' || name === 'forProvider' ? address : `${address}.${name}`;
  if (value === undefined) return [];
  if (step.endsWith('[]')) return items(value).flatMap((item, index) => valuesAt(item, rest, `${here}[${index}]`));
  if (!step.endsWith('{}')) return valuesAt(value, rest, here);
  const entries = value.type === 'map' ? value.entries : [];
  return entries.flatMap((entry) => valuesAt(entry.value, rest, `${here}.${literal(entry.key) ?? '*'}`));
}
