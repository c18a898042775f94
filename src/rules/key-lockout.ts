import { matchAction, reachedPermissions } from '../policy/action.ts';
import { flag } from '../policy/declared.ts';
import { isEverybody, isStar } from '../policy/deny.ts';
import { mayGiveOwn } from '../policy/key-access.ts';
import { OWN_ACCOUNT } from '../policy/pattern.ts';
import type { Policy, Statement, Value } from '../policy/policy.ts';
import { accountOf, isAccount } from '../policy/principal.ts';
import { element } from '../policy/read.ts';
import type { ScalarNode } from '../syntax/node.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { CREATE_KEY, DEFAULT_KEY_POLICY, KEY_POLICIES } from './references.ts';
import type { Context, Rule } from './rule.ts';

export const keyLockout: Rule = {
  id: 'key-lockout',
  title: 'Nobody can change the key policy',
  severity: 'error',
  why: 'Only a principal to whom the key policy gives `kms:PutKeyPolicy` can change the key policy, and no administrator of the account stands above it. A key whose policy nobody can change stays as it is until AWS Support helps. AWS refuses such a policy, unless `BypassPolicyLockoutSafetyCheck` tells it not to look.',
  remedy:
    'Keep the statement that gives the account `kms:*` (`arn:aws:iam::ACCOUNT:root`), or name administrators with `kms:PutKeyPolicy`. Except them from a Deny. Leave the safety check on.',
  quiet:
    'A principal with `kms:PutKeyPolicy` who is, or may be, of the own account (`account` in the configuration tells foreign ones), also under a condition; no policy at all, for which AWS puts its default; documents that no resource of a template has as its whole policy; a Deny with a condition.',
  references: [DEFAULT_KEY_POLICY, KEY_POLICIES, CREATE_KEY],
  bad: [
    {
      title: 'Only the use of the key is given',
      template: 'CloudFormation',
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": {
    "Version": "2012-10-17",
    «"Statement"»: { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/orders" }, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*" }
  } } } }
}`,
    },
    {
      title: 'Only another account may change it',
      template: 'CloudFormation',
      config: { account: '444455556666' },
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": {
    "Version": "2012-10-17",
    «"Statement"»: { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
  } } } }
}`,
    },
    {
      title: 'A Deny that exempts nobody',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
    { "Effect": "Deny", "Principal": "*", "Action": ["kms:ScheduleKeyDeletion", «"kms:Put*"»], "Resource": "*" }
  ]
}`,
    },
    {
      title: 'The safety check is off',
      template: 'CloudFormation',
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "BypassPolicyLockoutSafetyCheck": «true» } } }
}`,
    },
    {
      title: 'The safety check of a policy in a resource of its own is off',
      template: 'Terraform',
      text: `{
  "resource": { "aws_kms_key_policy": { "orders": { "key_id": "\${aws_kms_key.orders.id}", "bypass_policy_lockout_safety_check": «true» } } }
}`,
    },
  ],
  good: [
    {
      title: 'The account, as AWS puts it into every key policy',
      template: 'CloudFormation',
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": {
    "Version": "2012-10-17",
    "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
  } } } }
}`,
    },
    {
      title: 'One administrator, with a condition',
      template: 'CloudFormation',
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "BypassPolicyLockoutSafetyCheck": false, "KeyPolicy": {
    "Version": "2012-10-17",
    "Statement": {
      "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/admin" }, "Action": ["kms:Put*", "kms:Describe*"], "Resource": "*",
      "Condition": { "Bool": { "aws:MultiFactorAuthPresent": true } }
    }
  } } } }
}`,
    },
    {
      title: 'No policy: AWS puts its default',
      template: 'CloudFormation',
      text: `{ "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "Description": "orders" } } } }`,
    },
    {
      title: 'A Deny for everybody but the administrators',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
    {
      "Effect": "Deny", "Principal": "*", "Action": "kms:PutKeyPolicy", "Resource": "*",
      "Condition": { "ArnNotEquals": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/admin" } }
    }
  ]
}`,
    },
  ],
  *check(policy, context) {
    if (policy.kind !== 'key-policy') return;
    for (const statement of policy.statements) {
      const place = deniesAll(statement, policy, context);
      if (place === undefined) continue;
      const denied = statement.action ? valueNames([place as Value]) : code('NotAction');
      yield {
        statement,
        span: place.span,
        offending: 'Deny',
        message: `${/^`kms:PutKeyPolicy`$/i.test(denied) ? 'This Deny' : denied} takes ${code('kms:PutKeyPolicy')} from everybody of the account, without a condition: nobody can change this key policy again without AWS Support.`,
        advice: `Add a condition that exempts the administrators, ${code('"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::ACCOUNT:role/ADMIN"}')}, or leave ${code('kms:PutKeyPolicy')} out of the Deny.`,
      };
      return;
    }
    const statements = element(policy.node, 'Statement');
    if (!policy.whole || statements === undefined || policy.gaps.length > 0) return;
    if (
      policy.statements.length === 0 ||
      policy.statements.some((one) => mayGiveOwn(one, policy, 'PutKeyPolicy', context.config.account))
    )
      return;
    const { span } = statements.key;
    const [first] = policy.statements;
    yield {
      // A document that is made of others has no statements of its own to point at.
      span: span.start === span.end && first ? first.span : span,
      offending: 'nobody',
      message: `No statement lets anybody of this account call ${code('kms:PutKeyPolicy')}: AWS refuses this key policy, and where the safety check is off nobody can change it again.`,
      advice: `Add the statement ${code('{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::ACCOUNT:root"}, "Action": "kms:*", "Resource": "*"}')}, or give an administrator ${code('kms:PutKeyPolicy')}.`,
    };
  },
  *checkDeclared(declared) {
    const bypass = declared.property('BypassPolicyLockoutSafetyCheck');
    if (bypass === undefined || flag(declared, 'BypassPolicyLockoutSafetyCheck', 'no') !== 'yes') return;
    yield {
      span: bypass.value.span,
      offending: 'bypass',
      message: `AWS does not look whether anybody can still change the key policy of ${code(declared.address)}: a mistake in it makes the key unmanageable.`,
      advice: 'Write `false` or remove it, so that AWS refuses a key policy that locks its author out.',
      repair: {
        title: 'Leave the safety check on',
        changes: [{ change: 'value', at: bypass.value.span, by: { flag: false } }],
      },
    };
  },
};

/** Where a Deny certainly takes the change of the key policy from everybody of the own account. */
function deniesAll(deny: Statement, policy: Policy, { config }: Context): Value | ScalarNode | undefined {
  if (deny.effect !== 'Deny' || deny.optional || deny.conditionsUnknown || deny.conditions.length > 0) return undefined;
  if (!deny.resource?.values.some((value) => isStar(value, policy) && !value.optional)) return undefined;
  const everybody = deny.principal?.principals.some((principal) => {
    const { type, value } = principal;
    if (value.optional) return false;
    if (isEverybody(principal)) return true;
    const account = type === 'AWS' && isAccount(value, policy) ? accountOf(value, policy) : undefined;
    return account !== undefined && (account === OWN_ACCOUNT || account === config.account);
  });
  const reached = reachedPermissions(deny, policy).find(({ permission }) => permission.name === 'PutKeyPolicy');
  if (!everybody || reached?.match !== 'yes') return undefined;
  if (deny.notAction) return deny.notAction.key;
  return reached.values.find((value) => !value.optional && matchAction(value, reached.permission, policy) === 'yes');
}
