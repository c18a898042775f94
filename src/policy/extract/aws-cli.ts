import { lookup } from '../../source/lookup.ts';
import { child, items, literal, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { ORGANIZATIONS_KINDS } from './cloudformation-types.ts';
import { type Extraction, type Extractor, merge, readPolicyProperty } from './extraction.ts';

/** What a call's input or output holds: a member, the members of which one must stand beside it, and what the policy is. */
interface Shape {
  member: string;
  beside: readonly string[];
  kind: PolicyKind;
}

/**
 * The shapes of the calls that carry policies. Sources: API references of AWS KMS (CreateKey, PutKeyPolicy, GetKeyPolicy),
 * IAM (PutRolePolicy, CreatePolicy, CreateRole, GetRolePolicy), EC2 (CreateVpcEndpoint), S3 (PutBucketPolicy) and
 * Secrets Manager (PutResourcePolicy), 2026. The first that fits is taken.
 */
const SHAPES: readonly Shape[] = [
  {
    member: 'PolicyDocument',
    beside: ['ServiceName', 'VpcEndpointId', 'VpcEndpointType'],
    kind: 'vpc-endpoint-policy',
  },
  {
    member: 'PolicyDocument',
    beside: ['RoleName', 'UserName', 'GroupName', 'PolicyName', 'PolicyArn'],
    kind: 'identity-policy',
  },
  { member: 'AssumeRolePolicyDocument', beside: ['RoleName'], kind: 'trust-policy' },
  { member: 'Policy', beside: ['Bucket'], kind: 'resource-policy' },
  { member: 'ResourcePolicy', beside: ['SecretId'], kind: 'resource-policy' },
  {
    member: 'Policy',
    beside: ['KeyId', 'KeySpec', 'CustomerMasterKeySpec', 'KeyUsage', 'BypassPolicyLockoutSafetyCheck', 'MultiRegion'],
    kind: 'key-policy',
  },
  { member: 'Policy', beside: ['PolicyName'], kind: 'key-policy' },
];

/** The lists of `aws iam get-account-authorization-details`, and where each entry holds policies. */
const DETAILS: readonly (readonly [list: string, path: readonly string[], kind: PolicyKind])[] = [
  ['UserDetailList', ['UserPolicyList', 'PolicyDocument'], 'identity-policy'],
  ['GroupDetailList', ['GroupPolicyList', 'PolicyDocument'], 'identity-policy'],
  ['RoleDetailList', ['RolePolicyList', 'PolicyDocument'], 'identity-policy'],
  ['RoleDetailList', ['AssumeRolePolicyDocument'], 'trust-policy'],
  ['Policies', ['PolicyVersionList', 'Document'], 'identity-policy'],
];

/**
 * Files for `aws ... --cli-input-json` (or `-yaml`), and what the calls that read policies print
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html).
 */
export const awsCli: Extractor = {
  matches: (root) => found(root).length > 0,
  extract: (_file, documents) =>
    merge(
      documents
        .flatMap(found)
        .map(
          ({ node, kind, address }): Extraction => readPolicyProperty(node, { kind, address, resourceType: 'AWS CLI' }),
        ),
    ),
};

interface Found {
  node: Node;
  kind: PolicyKind;
  address: string;
}

function found(root: Node): Found[] {
  if (root.type !== 'map') return [];
  const content = child(root, 'Content');
  const organizations = lookup(ORGANIZATIONS_KINDS, literal(child(root, 'Type')) ?? '');
  if (content && organizations) return [{ node: content, kind: organizations, address: 'Content' }];
  const version = child(child(root, 'PolicyVersion'), 'Document');
  if (version) return [{ node: version, kind: 'identity-policy', address: 'PolicyVersion.Document' }];
  const details = DETAILS.flatMap(([list, path, kind]) =>
    items(child(root, list)).flatMap((entry, index) => inside(entry, path, kind, `${list}[${index}]`)),
  );
  if (details.length > 0) return details;
  const members = new Map<string, Found>();
  for (const { member, beside, kind } of SHAPES) {
    const node = child(root, member);
    if (node === undefined || members.has(member) || !beside.some((name) => child(root, name))) continue;
    members.set(member, { node, kind, address: member });
  }
  return [...members.values()];
}

function inside(node: Node, [step, ...rest]: readonly string[], kind: PolicyKind, address: string): Found[] {
  if (step === undefined) return [{ node, kind, address }];
  const value = child(node, step);
  if (value?.type !== 'list') return value ? inside(value, rest, kind, `${address}.${step}`) : [];
  return value.items.flatMap((item, index) => inside(item, rest, kind, `${address}.${step}[${index}]`));
}
