import type { PolicyKind } from '../policy.ts';

/**
 * Where CloudFormation resources hold policy documents, by resource type and property path; `[]` stands for
 * every item of a list. Source: the CloudFormation resource specification (@aws-cdk/aws-service-spec), 2026.
 */
export const POLICY_PROPERTIES: Readonly<Record<string, readonly (readonly [string, PolicyKind])[]>> = {
  'AWS::IAM::Policy': [['PolicyDocument', 'identity-policy']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity-policy']],
  'AWS::IAM::RolePolicy': [['PolicyDocument', 'identity-policy']],
  'AWS::IAM::UserPolicy': [['PolicyDocument', 'identity-policy']],
  'AWS::IAM::GroupPolicy': [['PolicyDocument', 'identity-policy']],
  'AWS::IAM::Role': [
    ['Policies[].PolicyDocument', 'identity-policy'],
    ['AssumeRolePolicyDocument', 'trust-policy'],
  ],
  'AWS::IAM::User': [['Policies[].PolicyDocument', 'identity-policy']],
  'AWS::IAM::Group': [['Policies[].PolicyDocument', 'identity-policy']],
  'AWS::SSO::PermissionSet': [['InlinePolicy', 'identity-policy']],
  'AWS::KMS::Key': [['KeyPolicy', 'key-policy']],
  'AWS::KMS::ReplicaKey': [['KeyPolicy', 'key-policy']],
  'AWS::EC2::VPCEndpoint': [['PolicyDocument', 'vpc-endpoint-policy']],
  'AWS::RolesAnywhere::Profile': [['SessionPolicy', 'session-policy']],
  'AWS::Transfer::User': [['Policy', 'session-policy']],
  'AWS::EKS::PodIdentityAssociation': [['Policy', 'session-policy']],
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::S3::AccessPoint': [['Policy', 'resource-policy']],
  'AWS::SNS::TopicPolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::SNS::TopicInlinePolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::SQS::QueuePolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::SQS::QueueInlinePolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::SecretsManager::ResourcePolicy': [['ResourcePolicy', 'resource-policy']],
  'AWS::SSM::ResourcePolicy': [['Policy', 'resource-policy']],
  'AWS::ECR::Repository': [['RepositoryPolicyText', 'resource-policy']],
  'AWS::ECR::RegistryPolicy': [['PolicyText', 'resource-policy']],
  'AWS::EFS::FileSystem': [['FileSystemPolicy', 'resource-policy']],
  'AWS::Backup::BackupVault': [['AccessPolicy', 'resource-policy']],
  'AWS::Events::EventBus': [['Policy', 'resource-policy']],
  'AWS::Events::EventBusPolicy': [['Statement', 'resource-policy']],
  'AWS::Lambda::ResourcePolicy': [['Policy', 'resource-policy']],
  'AWS::Logs::ResourcePolicy': [['PolicyDocument', 'resource-policy']],
  'AWS::Logs::Destination': [['DestinationPolicy', 'resource-policy']],
  'AWS::OpenSearchService::Domain': [['AccessPolicies', 'resource-policy']],
  'AWS::Elasticsearch::Domain': [['AccessPolicies', 'resource-policy']],
  'AWS::ApiGateway::RestApi': [['Policy', 'resource-policy']],
  'AWS::Kinesis::ResourcePolicy': [['ResourcePolicy', 'resource-policy']],
  'AWS::MSK::ClusterPolicy': [['Policy', 'resource-policy']],
  'AWS::IoT::Policy': [['PolicyDocument', 'resource-policy']],
  'AWS::ODB::OdbNetwork': [['KmsPolicyDocument', 'vpc-endpoint-policy']],
  'AWS::Serverless::Function': [
    ['Policies', 'identity-policy'],
    ['AssumeRolePolicyDocument', 'trust-policy'],
  ],
  'AWS::Serverless::StateMachine': [['Policies', 'identity-policy']],
};

/** `AWS::Organizations::Policy` by its `Type`. */
export const ORGANIZATIONS_KINDS: Readonly<Record<string, PolicyKind>> = {
  SERVICE_CONTROL_POLICY: 'service-control-policy',
  RESOURCE_CONTROL_POLICY: 'resource-control-policy',
};
