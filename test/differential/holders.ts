import type { PolicyKind } from '../../src/policy/policy.ts';

/**
 * Where each kind of policy hangs in each language. `%` stands for the policy: in CloudFormation, ACK, Crossplane and
 * the AWS CLI as an object or as JSON text in a string, in Terraform as an expression.
 */
export interface Holders {
  /** Bodies of a CloudFormation resource, as JSON. */
  cloudformation?: readonly string[];
  /** Other resources that tell what the first one is. */
  beside?: string;
  /** A CloudFormation resource in block YAML, to be followed by the policy. */
  block?: readonly string[];
  /** Terraform resources: type, the attribute that is the policy, and the block around it. */
  terraform?: readonly { type: string; attribute: string; around?: string; more?: Readonly<Record<string, string>> }[];
  /** Kubernetes manifests in YAML, to be followed by a string. */
  manifests?: readonly string[];
  cli?: readonly string[];
}

const MANIFEST = (group: string, kind: string, spec: string): string =>
  `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: m}\nspec:\n${spec}`;
const ack = (service: string, kind: string, field: string): string =>
  MANIFEST(`${service}.services.k8s.aws/v1alpha1`, kind, `  ${field}:`);
const crossplane = (service: string, kind: string, field: string): string =>
  MANIFEST(`${service}.aws.upbound.io/v1beta1`, kind, `  forProvider:\n    ${field}:`);
const resource = (type: string, property: string, more = ''): string =>
  `{"Type": "${type}", "Properties": {${more}"${property}": %}}`;
const block = (type: string, ...path: string[]): string =>
  `Resources:\n  A:\n    Type: ${type}\n    Properties:${path.map((step, index) => `\n${'  '.repeat(index + 3)}${step}:`).join('')}`;

const IDENTITY: Holders = {
  cloudformation: [
    resource('AWS::IAM::ManagedPolicy', 'PolicyDocument'),
    '{"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyName": "p", "PolicyDocument": %}]}}',
    resource('AWS::SSO::PermissionSet', 'InlinePolicy'),
    '{"Type": "AWS::Serverless::Function", "Properties": {"Policies": ["AWSLambdaBasicExecutionRole", %]}}',
  ],
  block: [block('AWS::IAM::Policy', 'PolicyDocument'), block('AWS::Serverless::StateMachine', 'Policies')],
  terraform: [
    { type: 'aws_iam_policy', attribute: 'policy' },
    { type: 'aws_iam_role_policy', attribute: 'policy' },
    { type: 'aws_iam_role', attribute: 'policy', around: 'inline_policy' },
    { type: 'aws_ssoadmin_permission_set_inline_policy', attribute: 'inline_policy' },
  ],
  manifests: [
    ack('iam', 'Policy', 'policyDocument'),
    ack('iam', 'Role', 'inlinePolicies:\n    app'),
    crossplane('iam', 'Policy', 'policy'),
    crossplane('iam', 'RolePolicy', 'policy'),
    crossplane('iam', 'RolePolicy', 'document'),
  ],
  cli: ['{"RoleName": "r", "PolicyName": "p", "PolicyDocument": %}', '{"PolicyVersion": {"Document": %}}'],
};

const KEY: Holders = {
  cloudformation: [resource('AWS::KMS::Key', 'KeyPolicy'), resource('AWS::KMS::ReplicaKey', 'KeyPolicy')],
  block: [block('AWS::KMS::Key', 'KeyPolicy')],
  terraform: [
    { type: 'aws_kms_key', attribute: 'policy' },
    { type: 'aws_kms_key_policy', attribute: 'policy', more: { key_id: 'k' } },
    { type: 'aws_kms_replica_external_key', attribute: 'policy' },
  ],
  manifests: [
    ack('kms', 'Key', 'policy'),
    ack('kms', 'ReplicaKey', 'policy'),
    crossplane('kms', 'Key', 'policy'),
    crossplane('kms', 'KeyPolicy', 'policy'),
  ],
  cli: ['{"KeyId": "k", "PolicyName": "default", "Policy": %}', '{"KeySpec": "SYMMETRIC_DEFAULT", "Policy": %}'],
};

const ENDPOINT: Holders = {
  cloudformation: [resource('AWS::EC2::VPCEndpoint', 'PolicyDocument')],
  block: [block('AWS::EC2::VPCEndpoint', 'PolicyDocument')],
  terraform: [
    { type: 'aws_vpc_endpoint', attribute: 'policy' },
    { type: 'aws_vpc_endpoint_policy', attribute: 'policy' },
  ],
  manifests: [ack('ec2', 'VPCEndpoint', 'policyDocument'), crossplane('ec2', 'VPCEndpoint', 'policy')],
  cli: ['{"VpcEndpointId": "vpce-1", "PolicyDocument": %}'],
};

const organizations = (type: string): Holders => ({
  cloudformation: [resource('AWS::Organizations::Policy', 'Content', `"Type": "${type}", `)],
  block: [`${block('AWS::Organizations::Policy')}\n      Type: ${type}\n      Content:`],
  terraform: [{ type: 'aws_organizations_policy', attribute: 'content', more: { type } }],
  cli: [`{"Type": "${type}", "Name": "n", "Content": %}`],
});

const BOUNDED = '"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "A"}}}';

/** `unknown` hangs nowhere: then the file does not tell what it is. */
export const HOLDERS: Readonly<Record<Exclude<PolicyKind, 'unknown'>, Holders>> = {
  'identity-policy': IDENTITY,
  'key-policy': KEY,
  'vpc-endpoint-policy': ENDPOINT,
  'service-control-policy': organizations('SERVICE_CONTROL_POLICY'),
  'resource-control-policy': organizations('RESOURCE_CONTROL_POLICY'),
  'permissions-boundary': {
    cloudformation: [resource('AWS::IAM::ManagedPolicy', 'PolicyDocument')],
    beside: BOUNDED,
  },
  'session-policy': {
    cloudformation: [
      resource('AWS::Transfer::User', 'Policy'),
      resource('AWS::RolesAnywhere::Profile', 'SessionPolicy'),
      resource('AWS::EKS::PodIdentityAssociation', 'Policy'),
    ],
    block: [block('AWS::Transfer::User', 'Policy')],
    terraform: [
      { type: 'aws_transfer_user', attribute: 'policy' },
      { type: 'aws_rolesanywhere_profile', attribute: 'session_policy' },
    ],
  },
  'resource-policy': {
    cloudformation: [
      resource('AWS::S3::BucketPolicy', 'PolicyDocument'),
      resource('AWS::SQS::QueuePolicy', 'PolicyDocument'),
      resource('AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy'),
      '{"Type": "AWS::DynamoDB::Table", "Properties": {"ResourcePolicy": {"PolicyDocument": %}}}',
    ],
    block: [
      block('AWS::SNS::TopicPolicy', 'PolicyDocument'),
      block('AWS::DynamoDB::Table', 'StreamSpecification', 'ResourcePolicy', 'PolicyDocument'),
    ],
    terraform: [
      { type: 'aws_s3_bucket_policy', attribute: 'policy' },
      { type: 'aws_opensearch_domain_policy', attribute: 'access_policies' },
    ],
    manifests: [ack('s3', 'Bucket', 'policy'), crossplane('sqs', 'QueuePolicy', 'policy')],
    cli: ['{"Bucket": "b", "Policy": %}', '{"SecretId": "s", "ResourcePolicy": %}'],
  },
  'trust-policy': {
    cloudformation: [resource('AWS::IAM::Role', 'AssumeRolePolicyDocument')],
    block: [block('AWS::IAM::Role', 'AssumeRolePolicyDocument')],
    terraform: [{ type: 'aws_iam_role', attribute: 'assume_role_policy' }],
    manifests: [ack('iam', 'Role', 'assumeRolePolicyDocument'), crossplane('iam', 'Role', 'assumeRolePolicy')],
    cli: ['{"RoleName": "r", "AssumeRolePolicyDocument": %}'],
  },
};
