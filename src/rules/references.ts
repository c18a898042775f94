/** The pages that the rules cite. */
export const BEST_PRACTICES = {
  title: 'Best practices for IAM policies (AWS KMS developer guide)',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html',
};
export const PERMISSIONS_TABLE = {
  title: 'AWS KMS permissions',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
};
export const KEY_POLICIES = {
  title: 'Key policies in AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
};
export const CONDITION_KEYS = {
  title: 'Condition keys for AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
};
export const ALIAS_ACCESS = {
  title: 'Controlling access to aliases',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html',
};
export const EXTERNAL_ACCOUNTS = {
  title: 'Allowing users in other accounts to use a KMS key',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
};
export const IAM_JSON = {
  title: 'IAM JSON policy elements',
  url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html',
};
export const IAM_GRAMMAR = {
  title: 'Grammar of the IAM JSON policy language',
  url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
};
export const DEFAULT_KEY_POLICY = {
  title: 'Default key policy',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
};
export const CREATE_KEY = {
  title: 'CreateKey (AWS KMS API reference)',
  url: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html',
};
export const SERVICE_PERMISSIONS = {
  title: 'Permissions for AWS services in key policies',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html',
};
export const LEAST_PRIVILEGE = {
  title: 'Least-privilege permissions for AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
};
export const SNS_KEYS = {
  title: 'Key management for Amazon SNS (event sources and encrypted topics)',
  url: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
};
export const VPC_ENDPOINTS = {
  title: 'Connecting to AWS KMS through a VPC endpoint',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-vpc-endpoint.html',
};
export const GRANTS = {
  title: 'Grants in AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html',
};
export const ROTATION = {
  title: 'Rotating AWS KMS keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html',
};

export const CONDITION_OPERATORS = {
  title: 'IAM JSON policy elements: Condition operators',
  url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
};

export const ABAC = {
  title: 'ABAC for AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html',
};
