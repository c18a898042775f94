import { allowedKms } from '../policy/allow.ts';
import { reachOfKeys } from '../policy/arn.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import type { Declared } from '../policy/declared.ts';
import { isEverybody } from '../policy/deny.ts';
import { patternOf } from '../policy/pattern.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import { code } from './code.ts';
import { BEST_PRACTICES, VPC_ENDPOINTS } from './references.ts';
import type { Draft, Rule } from './rule.ts';

/** Condition keys that say who calls, or whose key it is. */
const PERIMETER = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'kms:calleraccount',
]);

export const openEndpointPolicy: Rule = {
  id: 'open-endpoint-policy',
  title: 'A VPC endpoint through which every key can be used',
  severity: 'notice',
  why: 'Who has no policy on a VPC endpoint has the default one, which lets everything through: anybody in the VPC, with credentials of whatever account, can encrypt data there under a key of an account that nobody here controls. An endpoint policy is where a network says which keys it is for.',
  remedy:
    'Write a policy that limits the callers (`aws:PrincipalOrgID`, `aws:PrincipalAccount`) or the keys (`aws:ResourceOrgID`, `aws:ResourceAccount`, key ARNs with their account).',
  quiet:
    'Endpoints of other services, or of a service that is not in the files; named principals; ARNs with their account; a condition on the account or organization of the caller or of the key, in the Allow or in a Deny; a policy that could not be read.',
  references: [VPC_ENDPOINTS, BEST_PRACTICES],
  bad: [
    {
      title: 'No policy',
      template: 'CloudFormation',
      text: `{
  "Resources": { «"KmsEndpoint"»: { "Type": "AWS::EC2::VPCEndpoint", "Properties": { "ServiceName": "com.amazonaws.us-east-1.kms", "VpcEndpointType": "Interface" } } }
}`,
    },
    {
      title: 'The default policy, written out',
      template: 'CloudFormation',
      text: `{
  "Resources": { "KmsEndpoint": { "Type": "AWS::EC2::VPCEndpoint", "Properties": { "ServiceName": "com.amazonaws.us-east-1.kms-fips", "PolicyDocument": {
    "Version": "2012-10-17",
    "Statement": { "Effect": "Allow", "Principal": «"*"», "Action": "*", "Resource": "*" }
  } } } }
}`,
    },
    {
      title: 'Any key, for anybody',
      kind: 'vpc-endpoint-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": «"*"» }, "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "arn:aws:kms:us-east-1:*:key/*" }
}`,
    },
  ],
  good: [
    {
      title: 'Callers of one organization',
      kind: 'vpc-endpoint-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*",
    "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
  }
}`,
    },
    {
      title: 'Keys of one account',
      kind: 'vpc-endpoint-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*" }
}`,
    },
    {
      title: 'Keys of other organizations are denied',
      template: 'CloudFormation',
      text: `{
  "Resources": { "KmsEndpoint": { "Type": "AWS::EC2::VPCEndpoint", "Properties": { "ServiceName": "com.amazonaws.us-east-1.kms", "PolicyDocument": {
    "Version": "2012-10-17",
    "Statement": [
      { "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" },
      { "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": { "StringNotEquals": { "aws:ResourceOrgID": "o-a1b2c3d4e5" } } }
    ]
  } } } }
}`,
    },
    {
      title: 'The endpoint of another service',
      template: 'CloudFormation',
      text: `{ "Resources": { "BucketEndpoint": { "Type": "AWS::EC2::VPCEndpoint", "Properties": { "ServiceName": "com.amazonaws.us-east-1.s3" } } } }`,
    },
    {
      title: 'A policy in a resource of its own',
      template: 'Terraform',
      text: `{
  "resource": {
    "aws_vpc_endpoint": { "kms": { "service_name": "com.amazonaws.us-east-1.kms" } },
    "aws_vpc_endpoint_policy": { "kms": { "vpc_endpoint_id": "\${aws_vpc_endpoint.kms.id}", "policy": "\${var.policy}" } }
  }
}`,
    },
  ],
  // A statement that names KMS is for KMS, on whichever endpoint it hangs.
  *check(policy) {
    if (policy.kind === 'vpc-endpoint-policy') yield* openStatements(policy, true);
  },
  // One that speaks of every service is for KMS where the endpoint is.
  *checkDeclared(declared) {
    if (declared.kind !== 'vpc-endpoint' || !isForKms(declared)) return;
    for (const policy of declared.policies) {
      for (const draft of openStatements(policy, false)) yield { ...draft, policy };
    }
    if (declared.policies.length > 0 || declared.policyUnknown) return;
    yield {
      span: declared.span,
      offending: 'no policy',
      message: `${code(declared.address)} has no policy: through it anybody in the VPC can use every key, of whatever account, that lets them.`,
      advice: ADVICE,
    };
  },
};

const ADVICE = `Write a policy that allows the keys or callers that are meant, with ${code('"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}')} or the account of the keys in their ARNs.`;

/** `com.amazonaws.us-east-1.kms`, `com.amazonaws.us-east-1.kms-fips`, with whatever Region. */
function isForKms(declared: Declared): boolean {
  const name = declared.property('ServiceName')?.value;
  const last = name?.type === 'scalar' ? name.parts.at(-1) : undefined;
  return typeof last === 'string' && /\.kms(?:-fips)?$/.test(last);
}

/** The statements that let everybody use keys of many accounts: those that name KMS, or those that do not. */
function* openStatements(policy: Policy, namingKms: boolean): Iterable<Draft> {
  if (policy.statements.some((statement) => statement.effect !== 'Allow' && isPerimeter(statement))) return;
  for (const { statement, permissions } of allowedKms(policy)) {
    const everybody = statement.principal?.principals.find(isEverybody);
    const isOpen =
      everybody !== undefined &&
      namesKms(statement, policy) === namingKms &&
      !isPerimeter(statement) &&
      permissions.some((permission) => permission.crossAccount) &&
      statement.resource?.values.some((value) => reachOfKeys(patternOf(value, policy)).accounts === 'many');
    if (!isOpen) continue;
    yield {
      statement,
      span: everybody.value.span,
      offending: '*',
      message:
        'Through this endpoint every principal can use keys of every account: data can leave under a key that nobody here controls.',
      advice: ADVICE,
    };
  }
}

function namesKms(statement: Statement, policy: Policy): boolean {
  const patterns = statement.action?.values.map((value) => patternOf(value, policy).glob.slice(0, 4).join('')) ?? [];
  return patterns.some((pattern) => pattern.toLowerCase() === 'kms:');
}

/** Whether a statement tells callers or keys apart by their account or organization, or may do so. */
function isPerimeter({ conditions, conditionsUnknown, effect, notResource, notPrincipal }: Statement): boolean {
  if (conditionsUnknown) return true;
  // What a Deny spares is all that it leaves.
  if (effect !== 'Allow' && (notResource || notPrincipal)) return true;
  return conditions.some(({ key, operator }) => {
    const { negated, base } = readOperator(operator);
    return PERIMETER.has(foldKey(key)) && (effect !== 'Allow' || (!negated && base !== 'null'));
  });
}
