/** Terraform's names of CloudFormation's resource types, as far as the rules' examples use them (Terraform AWS provider documentation, 2026). */
export const TERRAFORM_TYPES: Readonly<Record<string, string>> = {
  'AWS::EC2::VPCEndpoint': 'aws_vpc_endpoint',
  'AWS::IAM::ManagedPolicy': 'aws_iam_policy',
  'AWS::KMS::Key': 'aws_kms_key',
  'AWS::KMS::ReplicaKey': 'aws_kms_replica_key',
};

/** Terraform's names of their properties. */
export const TERRAFORM_PROPERTIES: Readonly<Record<string, string>> = {
  BypassPolicyLockoutSafetyCheck: 'bypass_policy_lockout_safety_check',
  Description: 'description',
  EnableKeyRotation: 'enable_key_rotation',
  KeyPolicy: 'policy',
  KeySpec: 'customer_master_key_spec',
  KeyUsage: 'key_usage',
  PolicyDocument: 'policy',
  PrimaryKeyArn: 'primary_key_arn',
  ServiceName: 'service_name',
  VpcEndpointType: 'vpc_endpoint_type',
};
