import { lookup } from '../../source/lookup.ts';
import type { Meaning } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';

/** Attributes that hold a policy as JSON text, by resource type; a dot goes into a nested block. Source: the Terraform AWS provider's documentation, 2026. */
export const POLICY_ATTRIBUTES: Readonly<Record<string, readonly (readonly [string, PolicyKind])[]>> = {
  aws_iam_policy: [['policy', 'identity-policy']],
  aws_iam_role_policy: [['policy', 'identity-policy']],
  aws_iam_user_policy: [['policy', 'identity-policy']],
  aws_iam_group_policy: [['policy', 'identity-policy']],
  aws_iam_role: [
    ['inline_policy.policy', 'identity-policy'],
    ['assume_role_policy', 'trust-policy'],
  ],
  aws_ssoadmin_permission_set_inline_policy: [['inline_policy', 'identity-policy']],
  aws_kms_key: [['policy', 'key-policy']],
  aws_kms_key_policy: [['policy', 'key-policy']],
  aws_kms_external_key: [['policy', 'key-policy']],
  aws_kms_replica_key: [['policy', 'key-policy']],
  aws_kms_replica_external_key: [['policy', 'key-policy']],
  aws_vpc_endpoint: [['policy', 'vpc-endpoint-policy']],
  aws_vpc_endpoint_policy: [['policy', 'vpc-endpoint-policy']],
  aws_transfer_user: [['policy', 'session-policy']],
  aws_rolesanywhere_profile: [['session_policy', 'session-policy']],
  aws_eks_pod_identity_association: [['policy', 'session-policy']],
  aws_s3_bucket_policy: [['policy', 'resource-policy']],
  aws_sqs_queue_policy: [['policy', 'resource-policy']],
  aws_sqs_queue: [['policy', 'resource-policy']],
  aws_sns_topic_policy: [['policy', 'resource-policy']],
  aws_sns_topic: [['policy', 'resource-policy']],
  aws_secretsmanager_secret_policy: [['policy', 'resource-policy']],
  aws_backup_vault_policy: [['policy', 'resource-policy']],
  aws_ecr_repository_policy: [['policy', 'resource-policy']],
  aws_ecr_registry_policy: [['policy', 'resource-policy']],
  aws_opensearch_domain_policy: [['access_policies', 'resource-policy']],
  aws_cloudwatch_log_resource_policy: [['policy_document', 'resource-policy']],
  aws_efs_file_system_policy: [['policy', 'resource-policy']],
  aws_api_gateway_rest_api_policy: [['policy', 'resource-policy']],
  aws_cloudwatch_event_bus_policy: [['policy', 'resource-policy']],
  aws_glue_resource_policy: [['policy', 'resource-policy']],
  aws_s3_bucket: [['policy', 'resource-policy']],
  aws_s3_access_point: [['policy', 'resource-policy']],
  aws_s3control_access_point_policy: [['policy', 'resource-policy']],
  aws_ses_identity_policy: [['policy', 'resource-policy']],
  aws_sesv2_email_identity_policy: [['policy', 'resource-policy']],
  aws_secretsmanager_secret: [['policy', 'resource-policy']],
  aws_api_gateway_rest_api: [['policy', 'resource-policy']],
  aws_opensearch_domain: [['access_policies', 'resource-policy']],
  aws_elasticsearch_domain: [['access_policies', 'resource-policy']],
  aws_elasticsearch_domain_policy: [['access_policies', 'resource-policy']],
  aws_glacier_vault: [['access_policy', 'resource-policy']],
  aws_glacier_vault_lock: [['policy', 'resource-policy']],
  aws_media_store_container_policy: [['policy', 'resource-policy']],
  aws_cloudwatch_log_destination_policy: [['access_policy', 'resource-policy']],
  aws_codeartifact_domain_permissions_policy: [['policy_document', 'resource-policy']],
  aws_codeartifact_repository_permissions_policy: [['policy_document', 'resource-policy']],
  aws_codebuild_resource_policy: [['policy', 'resource-policy']],
  aws_dynamodb_resource_policy: [['policy', 'resource-policy']],
  aws_kinesis_resource_policy: [['policy', 'resource-policy']],
  aws_ecrpublic_repository_policy: [['policy', 'resource-policy']],
};

/** Whether a block can matter here: its type holds policies, or its text may. The others are not evaluated. */
export function mayHoldDocument(type: string, source: string): boolean {
  return (
    lookup(POLICY_ATTRIBUTES, type) !== undefined ||
    type.startsWith('aws_kms_') ||
    // In JSON syntax the type stands around the block.
    /statement|policy|policies|\bkms:/i.test(`${type} ${source}`)
  );
}

/** `aws_organizations_policy` by its `type`; Terraform's default is a service control policy. */
export const TERRAFORM_ORGANIZATIONS_KINDS: Readonly<Record<string, PolicyKind>> = {
  SERVICE_CONTROL_POLICY: 'service-control-policy',
  RESOURCE_CONTROL_POLICY: 'resource-control-policy',
};

const KEY_TYPES = new Set([
  'aws_kms_key',
  'aws_kms_external_key',
  'aws_kms_replica_key',
  'aws_kms_replica_external_key',
]);

/** Whether a resource type is a KMS key. */
export function isKeyType(type: string): boolean {
  return KEY_TYPES.has(type);
}

/**
 * What a reference such as `aws_kms_key.main.arn` stands for, by resource type and attribute; an index
 * (`[0]`, `[each.key]`, `.*`) changes nothing. References to a module, a variable or another type are `unknown`.
 */
export function referenceMeaning(expression: string): Meaning {
  const path = expression
    .trim()
    .replace(/\[[^\]]*\]|\.\*(?=\.)/g, '')
    .split('.');
  const isData = path[0] === 'data';
  const [type = '', , ...rest] = isData ? path.slice(1) : path;
  const attribute = rest.join('.');
  if (isData && type === 'aws_caller_identity')
    return attribute === 'account_id' || attribute === 'id' ? 'account' : 'unknown';
  if (isData && type === 'aws_region') return ['name', 'region', 'id'].includes(attribute) ? 'region' : 'unknown';
  if (isData && type === 'aws_partition') {
    if (attribute === 'partition' || attribute === 'id') return 'partition';
    return attribute === 'dns_suffix' ? 'url-suffix' : 'unknown';
  }
  if (KEY_TYPES.has(type))
    return attribute === 'arn' ? 'key-arn' : ['key_id', 'id'].includes(attribute) ? 'key-id' : 'unknown';
  if (type === 'aws_kms_alias') {
    if (attribute === 'arn') return 'alias-arn';
    if (attribute === 'target_key_arn') return 'key-arn';
    if (attribute === 'target_key_id') return 'key-id';
    // The id of the resource is its name; the id of the data source is an ARN.
    return ['name', 'id'].includes(attribute) && !(isData && attribute === 'id') ? 'alias-name' : 'unknown';
  }
  return 'unknown';
}
