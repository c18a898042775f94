import { child, items, literal, type Node } from '../../syntax/node.ts';

/**
 * The identities that a policy hangs on, as far as its own resource says: logical ids, Terraform addresses, names. Several
 * policies of one identity add up, and what moves from one to another is not new.
 */

/** Where CloudFormation's resources name them; none: the resource is the identity. */
const CLOUDFORMATION: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Policy': ['Roles', 'Users', 'Groups'],
  'AWS::IAM::ManagedPolicy': ['Roles', 'Users', 'Groups'],
  'AWS::IAM::RolePolicy': ['RoleName'],
  'AWS::IAM::UserPolicy': ['UserName'],
  'AWS::IAM::GroupPolicy': ['GroupName'],
  'AWS::IAM::Role': [],
  'AWS::IAM::User': [],
  'AWS::IAM::Group': [],
  'AWS::Serverless::Function': [],
  'AWS::Serverless::StateMachine': [],
};

const TERRAFORM: Readonly<Record<string, string | undefined>> = {
  aws_iam_role_policy: 'role',
  aws_iam_user_policy: 'user',
  aws_iam_group_policy: 'group',
  aws_kms_key_policy: 'key_id',
};

/** The holders of a CloudFormation resource's policies. */
export function cloudformationHolders(name: string, type: string, properties: Node): string[] {
  if (!Object.hasOwn(CLOUDFORMATION, type)) return [];
  const named = CLOUDFORMATION[type] ?? [];
  if (named.length === 0) return [name];
  return named.flatMap((property) =>
    items(child(properties, property)).flatMap((item) => literal(child(item, 'Ref')) ?? literal(item) ?? []),
  );
}

/** The holders of a Terraform resource's policies: one that it names in an attribute, else itself. */
export function terraformHolders(type: string, address: string, body: Node): string[] {
  if (!Object.hasOwn(TERRAFORM, type)) return [address];
  const value = child(body, TERRAFORM[type] ?? '');
  const written = value?.type === 'opaque' ? value.expression : literal(value);
  return [written?.replace(/^\$\{(.*)\}$/, '$1').replace(/\.(?:id|name|arn|key_id)$/, '') ?? address];
}
