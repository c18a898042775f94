import { reachedPermissions } from '../policy/action.ts';
import { unmatched } from './no-effect/arns.ts';
import { unmetConditions } from './no-effect/conditions.ts';
import { keptByKeyPolicy, otherServices } from './no-effect/identity-policy.ts';
import { foreign, iamOnly, partOfPrincipals, withoutResource } from './no-effect/key-policy.ts';
import { CONDITION_KEYS, EXTERNAL_ACCOUNTS, KEY_POLICIES, PERMISSIONS_TABLE } from './references.ts';
import type { Rule } from './rule.ts';

export const noEffect: Rule = {
  id: 'no-effect',
  title: 'A statement that can never apply',
  severity: 'error',
  why: 'A statement that matches no request looks like access, or like a protection, that is not there.',
  remedy:
    'Write `"Resource": "*"` in a key policy; give permissions that are for no key in an IAM policy; name principals in full, or patterns of them in a condition on `aws:PrincipalArn`; use condition keys that the permissions have; name the key beside the bucket or queue that it protects; let the key policy leave access to IAM policies, or name the principal in it; write key ARNs with Region, account and `key/`.',
  quiet:
    'Action patterns that also reach something that works; condition keys that some of the permissions have or may have, or that this tool does not know; ARNs with placeholders. Another account is only told from the own one where the configuration names it (`account`).',
  references: [KEY_POLICIES, PERMISSIONS_TABLE, CONDITION_KEYS, EXTERNAL_ACCOUNTS],
  bad: [
    {
      title: 'A key policy statement without Resource',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Sid": "Use", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" }, «"Action"»: ["kms:Decrypt"] }
}`,
    },
    {
      title: 'Principals with a wildcard',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": [«"arn:aws:iam::111122223333:role/app-*"», "arn:aws:iam::111122223333:role/worker"] }, "Action": "kms:Decrypt", "Resource": "*" }
}`,
    },
    {
      title: 'A permission that no key policy gives',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" }, "Action": ["kms:Decrypt", «"kms:ListAliases"»], "Resource": "*" }
}`,
    },
    {
      title: 'No request to decrypt has grant operations',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAnyValue:StringEquals": { «"kms:GrantOperations"»: "Decrypt" } } }
}`,
    },
    {
      title: 'An ARN without an account, and one with a colon too many',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": [«"arn:aws:kms:us-east-1::key/1234abcd-12ab-34cd-56ef-1234567890ab"», «"arn:aws:kms:us-east-1:111122223333:key:1234abcd-12ab-34cd-56ef-1234567890ab"»] }
}`,
    },
    {
      title: 'An account ID with a digit too few, and a key ID without `key/`',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": [«"arn:aws:kms:us-east-1:11112222333:key/1234abcd-12ab-34cd-56ef-1234567890ab"», «"arn:aws:kms:us-east-1:111122223333:1234abcd-12ab-34cd-56ef-1234567890ab"»] }
}`,
    },
    {
      title: 'A bucket is no key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["s3:GetObject", «"kms:Decrypt"»], "Resource": ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"] }
}`,
    },
    {
      title: 'A permission that cannot be used from another account',
      kind: 'key-policy',
      config: { account: '111122223333' },
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::444455556666:root" }, "Action": ["kms:Decrypt", «"kms:PutKeyPolicy"»], "Resource": "*" }
}`,
    },
  ],
  good: [
    {
      title: 'The resource of a key policy is its key',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Sid": "Use", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" }, "Action": ["kms:Decrypt", "kms:List*"], "Resource": "*" }
}`,
    },
    {
      title: 'Roles by a pattern',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*" } } }
}`,
    },
    {
      title: 'One of the permissions has the condition key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:CreateGrant", "kms:DescribeKey"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAnyValue:StringEquals": { "kms:GrantOperations": "Decrypt" } } }
}`,
    },
    {
      title: 'The key stands beside the bucket',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["s3:GetObject", "kms:Decrypt"], "Resource": ["arn:aws:s3:::orders/*", "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"] }
}`,
    },
    {
      title: 'A placeholder stands for the account',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:ACCOUNT_ID:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'What can be used from another account',
      kind: 'key-policy',
      config: { account: '111122223333' },
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::444455556666:root" }, "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "*" }
}`,
    },
  ],
  *check(policy, context) {
    for (const statement of policy.statements) {
      const reached = reachedPermissions(statement, policy);
      if (statement.effect === 'unknown' || !reached.some(({ match }) => match === 'yes')) continue;
      const drafts =
        policy.kind === 'key-policy'
          ? [
              withoutResource(statement, policy),
              ...partOfPrincipals(statement),
              iamOnly(statement, reached),
              ...foreign(statement, policy, context),
            ]
          : [
              ...unmatched(statement, policy),
              otherServices(statement, reached, policy),
              ...keptByKeyPolicy(statement, policy, context),
            ];
      for (const draft of [...drafts, ...unmetConditions(statement, policy, reached)])
        if (draft) yield { ...draft, statement };
    }
  },
};
