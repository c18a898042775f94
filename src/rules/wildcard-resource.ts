import type { Permission } from '../kms/permissions.ts';
import { type Allowed, allowedKms, isFullAccess, patternsOf } from '../policy/allow.ts';
import { reachOfKeys } from '../policy/arn.ts';
import { callerConditions, narrowingCondition, pinsOwner } from '../policy/condition.ts';
import type { Config } from '../policy/config.ts';
import { deniesOtherOwners, isDenied } from '../policy/deny.ts';
import { patternOf } from '../policy/pattern.ts';
import { pinOwner } from '../policy/pin-owner.ts';
import { type Condition, type Policy, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { declaredKeys, names, valueNames } from './phrase.ts';
import { BEST_PRACTICES, PERMISSIONS_TABLE } from './references.ts';
import type { Draft, Rule } from './rule.ts';

export const wildcardResource: Rule = {
  id: 'wildcard-resource',
  title: 'Resource does not pin the account that owns the key',
  severity: 'error',
  why: 'An IAM policy that allows KMS permissions on `"Resource": "*"` allows them on every key that the caller is let into, also keys in accounts that you do not know. For permissions that work across accounts (`kms:Decrypt`, `kms:Encrypt`, `kms:CreateGrant`, ...) the owner of a foreign key only has to name your account in its key policy, and your data can be encrypted under, or sent through, a key that you do not control.',
  remedy:
    'Name the key ARNs in `Resource`. Where listing the keys is impractical, pin the account: `arn:aws:kms:REGION:ACCOUNT:key/*`. A condition on `aws:ResourceAccount` does the same. Keep `"*"` in a statement of its own for the permissions that need it (`kms:CreateKey`, `kms:ListKeys`, `kms:ListAliases`, `kms:GenerateRandom`).',
  quiet:
    'Permissions that need `"*"`, alias permissions alone, an account in the ARN (twelve digits, `AWS::AccountId`, `data.aws_caller_identity`, `${aws:PrincipalAccount}`), a positive condition on `aws:ResourceAccount`, `aws:ResourceOrgID` or `aws:ResourceOrgPaths`, and a Deny in the same document that leaves only keys of one account. Permissions that only read settings of the own account\'s keys (`kms:ListResourceTags`, `kms:GetKeyPolicy`) are reported at notice.',
  references: [BEST_PRACTICES, PERMISSIONS_TABLE],
  bad: [
    {
      title: 'Every key of every account',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": «"*"» }
  ]
}`,
    },
    {
      title: 'A wildcard in the account',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": «"arn:aws:kms:us-east-1:11112222????:key/*"» }
}`,
    },
    {
      title: 'A condition on the caller says nothing about the key',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "kms:Decrypt", "Resource": «"*"»,
    "Condition": { "StringEquals": { "kms:CallerAccount": "111122223333" } }
  }
}`,
    },
    {
      title: 'One key, of any account',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": «"arn:aws:kms:us-east-1:*:key/1234abcd-12ab-34cd-56ef-1234567890ab"» }
}`,
    },
    {
      title: 'Permissions that need "*" beside others that do not',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Keys",
      "Effect": "Allow",
      "Action": ["kms:ListAliases", "kms:DescribeKey", "kms:Decrypt"],
      "Resource": «"*"»
    }
  ]
}`,
    },
    {
      title: 'Permissions of another service in the same statement',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["logs:CreateLogGroup", "kms:Decrypt"], "Resource": «"*"» }
  ]
}`,
    },
    {
      title: 'Everything but one key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", «"NotResource"»: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  good: [
    {
      title: 'The key is named',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'A condition pins the owner of the key',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } }
  }
}`,
    },
    {
      title: 'Permissions that need "*"',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:ListKeys", "kms:ListAliases", "kms:GenerateRandom"], "Resource": "*" }
}`,
    },
    {
      title: 'A Deny takes every other account away',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" },
    { "Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": { "StringNotEquals": { "aws:ResourceAccount": "111122223333" } } }
  ]
}`,
    },
  ],
  *check(policy, { config }) {
    if (policy.kind !== 'identity-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      if (statement.notAction || isFullAccess(statement, policy) || pinsOwner(statement, policy) !== 'no') continue;
      const keyed = allowed.permissions.filter((permission) => permission.on === 'key');
      if (statement.notResource && keyed.length > 0) yield fromNotResource(allowed, keyed);
      for (const value of statement.resource?.values ?? []) {
        if (reachOfKeys(patternOf(value, policy)).accounts !== 'many') continue;
        const open = keyed.filter(
          (permission) =>
            isDenied(policy, statement, permission, value) === 'no' &&
            deniesOtherOwners(policy, statement, permission, value) === 'no',
        );
        if (open.length > 0) yield draft(allowed, open, value, policy, config);
      }
    }
  },
};

function draft(allowed: Allowed, open: Permission[], value: Value, policy: Policy, config: Config): Draft {
  const foreign = open.filter((permission) => permission.crossAccount);
  const narrowing = narrowingCondition(allowed.statement);
  const subject = foreign.length > 0 ? foreign : open;
  const patterns = patternsOf(allowed, subject);
  const [what, areMany] = [valueNames(patterns), patterns.length > 1];
  const reach =
    foreign.length > 0
      ? `${code(show(value))} does not say whose key: ${what} ${areMany ? 'are' : 'is'} allowed on keys of any account that lets this principal in, not only on yours`
      : `${code(show(value))} reaches every key in every Region: ${what} should name the keys ${areMany ? 'they are' : 'it is'} for`;
  return {
    statement: allowed.statement,
    span: value.span,
    // The permissions belong to it: one more of them on the same resource is a new finding.
    offending: `${show(value)} ${patternsOf(allowed, open).map(show).join(' ')}`,
    severity: foreign.length > 0 && !narrowing ? 'error' : open.every(onlyLooks) ? 'notice' : 'warning',
    message: [`${reach}.`, ...unhelpful(allowed, narrowing)].join(' '),
    advice: advice(allowed, policy),
    repair: pinOwner(allowed.statement, value, policy, config.account),
  };
}

/** It only reads settings of the own account's keys, for which AWS itself writes `"*"`. */
function onlyLooks({ access, crossAccount }: Permission): boolean {
  return crossAccount !== true && (access === 'Read' || access === 'List');
}

/** Why the conditions of the statement do not pin the owner, in a sentence for each sort. */
function unhelpful({ statement }: Allowed, narrowing: Condition | undefined): string[] {
  const caller = [...new Set(callerConditions(statement).map(({ key }) => key))];
  const are = caller.length > 1;
  return [
    ...(narrowing ? [`${code(narrowing.key)} narrows this, but whoever owns a foreign key can meet it too.`] : []),
    ...(caller.length > 0 ? [`${names(caller)} ${are ? 'say' : 'says'} who calls, not whose key is used.`] : []),
  ];
}

function advice(allowed: Allowed, policy: Policy): string {
  const account = policy.resourceType?.startsWith('AWS::') ? '${AWS::AccountId}' : '111122223333';
  const region = policy.resourceType?.startsWith('AWS::') ? '${AWS::Region}' : 'us-east-1';
  const arn = `arn:aws:kms:${region}:${account}:key/*`;
  const starred = allowed.permissions.filter((permission) => permission.on === 'none');
  // A pattern that also reaches key permissions cannot move as a whole; the names can.
  const split =
    starred.length > 0
      ? ` Move ${names(starred.map((permission) => `kms:${permission.name}`))} to a statement of ${starred.length > 1 ? 'their' : 'its'} own with ${code('"Resource": "*"')}: ${starred.length > 1 ? 'they work' : 'it works'} with nothing else.`
      : '';
  return `Write the ARN of each key in ${code('Resource')}${declaredKeys(policy)}, or at least pin the account: ${code(arn)} (${code('*')} may stand for the Region).${split}`;
}

function fromNotResource(allowed: Allowed, keyed: Permission[]): Draft {
  const element = allowed.statement.notResource as NonNullable<Allowed['statement']['notResource']>;
  const foreign = keyed.some((permission) => permission.crossAccount);
  return {
    statement: allowed.statement,
    span: element.key.span,
    offending: `NotResource ${element.values.map(show).join(' ')}`,
    severity: foreign ? 'error' : 'warning',
    message: `${code('NotResource')} in an Allow gives ${valueNames(patternsOf(allowed, keyed))} on every key of every account except the ones that it lists.`,
    advice: `Write ${code('Resource')} with the ARNs of the keys that are meant; to keep some keys out, add a ${code('Deny')} statement for them.`,
  };
}
