import { PERMISSIONS } from '../kms/permissions.ts';
import { type Reached, reachedPermissions } from '../policy/action.ts';
import { allowedKms } from '../policy/allow.ts';
import { isOfOtherService, reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { type Repair, takeOut } from '../policy/change.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import { keepsFromOwn, referencedKey } from '../policy/key-access.ts';
import { OWN_ACCOUNT, patternOf } from '../policy/pattern.ts';
import { type Condition, type Policy, type Statement, show, type Value } from '../policy/policy.ts';
import { accountOf } from '../policy/principal.ts';
import { code } from './code.ts';
import { declaredKeys, names, valueNames } from './phrase.ts';
import { CONDITION_KEYS, EXTERNAL_ACCOUNTS, KEY_POLICIES, PERMISSIONS_TABLE } from './references.ts';
import type { Context, Draft, Rule } from './rule.ts';

export const noEffect: Rule = {
  id: 'no-effect',
  title: 'A statement that can never apply',
  severity: 'error',
  why: 'A statement that matches no request looks like access, or like a protection, that is not there.',
  remedy:
    'Write `"Resource": "*"` in a key policy; give permissions that are for no key in an IAM policy; use condition keys that the permissions have; name the key beside the bucket or queue that it protects; let the key policy leave access to IAM policies, or name the principal in it; write key ARNs with Region, account and `key/`.',
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
          ? [withoutResource(statement, policy), iamOnly(statement, reached), ...foreign(statement, policy, context)]
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

type Dead = Omit<Draft, 'statement'>;

/** What the statement does not do. */
function nothing({ effect }: Statement): string {
  return effect === 'Deny' ? 'denies nothing' : 'allows nothing';
}

/** A key policy statement without Resource has no effect (KMS developer guide, Key policies: elements). */
function withoutResource(statement: Statement, policy: Policy): Dead | undefined {
  const element = statement.action ?? statement.notAction;
  if (statement.resource || statement.notResource || element === undefined || statement.optional) return undefined;
  // A document made of others may get it there.
  if (policy.gaps.length > 0) return undefined;
  return {
    span: element.key.span,
    offending: 'Resource',
    message: `This statement has no ${code('Resource')}, so in a key policy it ${nothing(statement)}.`,
    advice: `Add ${code('"Resource": "*"')}, which in a key policy is the key itself.`,
  };
}

/** Action patterns of a key policy that only reach permissions for no key. */
function iamOnly(statement: Statement, reached: readonly Reached[]): Dead | undefined {
  const dead = deadValues(statement, reached, ({ permission }) => permission.iamOnly === true);
  const [first] = dead;
  if (first === undefined) return undefined;
  return {
    span: first.span,
    offending: dead.map(show).join(' '),
    // It does no harm, and AWS's own examples have it.
    severity: 'notice',
    message: `${valueNames(dead)} ${dead.length > 1 ? 'are' : 'is'} not for a key: a key policy cannot ${statement.effect === 'Deny' ? 'deny' : 'give'} ${dead.length > 1 ? 'them' : 'it'}.`,
    advice: `Take ${dead.length > 1 ? 'them' : 'it'} out here, and give what is needed in an IAM policy with ${code('"Resource": "*"')}.`,
    repair: takenOut(dead, statement),
  };
}

/** Action patterns that only reach permissions which other accounts cannot use, where all principals are of other accounts. */
function foreign(statement: Statement, policy: Policy, { config }: Context): Dead[] {
  const { principal, effect } = statement;
  const allowed = allowedKms(policy).find((one) => one.statement === statement);
  if (config.account === undefined || effect !== 'Allow' || !principal || principal.incomplete || !allowed) return [];
  const accounts = principal.principals.map(({ type, value }) =>
    type === 'AWS' ? accountOf(value, policy) : undefined,
  );
  const isForeign = accounts.every(
    (account) => account !== undefined && account !== OWN_ACCOUNT && account !== config.account,
  );
  if (!isForeign || accounts.length === 0) return [];
  const dead = deadValues(
    statement,
    allowed.reached,
    ({ permission }) => permission.crossAccount !== true && permission.iamOnly !== true,
  );
  const [first] = dead;
  if (first === undefined) return [];
  return [
    {
      span: first.span,
      offending: `cross-account ${dead.map(show).join(' ')}`,
      message: `${valueNames(dead)} cannot be used from another account, so ${names([...new Set(accounts as string[])])} ${dead.length > 1 ? 'do not get them' : 'does not get it'}.`,
      advice: 'Take it out, or give it to a principal of the account that owns the key.',
      repair: takenOut(dead, statement, 'what-it-says'),
    },
  ];
}

/** Dead actions go where others stay. */
function takenOut(dead: readonly Value[], { action }: Statement, keeps?: Repair['keeps']): Repair | undefined {
  const stays = action?.values.some((value) => !value.optional && !dead.includes(value));
  const repair = stays ? takeOut(dead, 'Take out what does nothing here') : undefined;
  return repair && keeps ? { ...repair, keeps } : repair;
}

/** The action patterns that certainly reach something, and nothing but what is dead. */
function deadValues(statement: Statement, reached: readonly Reached[], isDead: (one: Reached) => boolean): Value[] {
  return (statement.action?.values ?? []).filter((value) => {
    const own = reached.filter(({ values }) => values.includes(value));
    return own.length > 0 && own.every((one) => one.match === 'yes' && isDead(one));
  });
}

/** Action patterns for keys in a statement whose resources are all of other services: what KMS checks is a key, an alias or `*`. */
function otherServices(statement: Statement, reached: readonly Reached[], policy: Policy): Dead | undefined {
  const { action, resource } = statement;
  if (!action || !resource || resource.incomplete || resource.values.length === 0) return undefined;
  if (!resource.values.every((value) => isOfOtherService(value, policy))) return undefined;
  const dead = action.values.filter((value) => {
    const own = reached.filter(({ values }) => values.includes(value));
    // Permissions for no key are the affair of `star-required`.
    return (
      /^kms:/i.test(show(value)) && own.some(({ permission, match }) => match === 'yes' && permission.on !== 'none')
    );
  });
  const [first] = dead;
  if (first === undefined) return undefined;
  const are = dead.length > 1;
  return {
    span: first.span,
    offending: `other service ${dead.map(show).join(' ')}`,
    message: `${valueNames(dead)} ${are ? 'are' : 'is'} for keys, and all that this statement names is of another service (${valueNames(resource.values)}): it ${nothing(statement)} with ${are ? 'them' : 'it'}.`,
    advice: `Move ${are ? 'them' : 'it'} to a statement of ${are ? 'their' : 'its'} own with the ARN of the key in ${code('Resource')}${declaredKeys(policy)}.`,
  };
}

/** Keys of the same template whose own policy gives the account none of what an IAM policy allows on them. */
function keptByKeyPolicy(statement: Statement, policy: Policy, { config }: Context): Dead[] {
  const { beside = [] } = policy;
  const keyed = allowedKms(policy)
    .find((one) => one.statement === statement)
    ?.permissions.filter(({ on }) => on === 'key');
  if (policy.kind !== 'identity-policy' || !keyed || keyed.length === 0 || beside.length === 0) return [];
  return (statement.resource?.values ?? []).flatMap((value): Dead[] => {
    const key = referencedKey(value, beside);
    const wanted = keyed.map(({ name }) => name);
    if (key === undefined || !keepsFromOwn(key, wanted, beside, config.account)) return [];
    const are = wanted.length > 1;
    return [
      {
        span: value.span,
        offending: `key policy ${show(value)}`,
        message: `The key policy of ${code(key.address)} gives ${names(wanted.map((name) => `kms:${name}`))} to nobody of this account, and does not leave ${are ? 'them' : 'it'} to IAM policies: here ${are ? 'they allow' : 'it allows'} nothing.`,
        advice: `Name this principal in the key policy with ${are ? 'these permissions' : 'this permission'}, or add the statement that leaves access to IAM policies: ${code('{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::ACCOUNT:root"}, "Action": "kms:*", "Resource": "*"}')}.`,
        related: [{ span: key.span, note: 'the key' }],
      },
    ];
  });
}

/** KMS ARNs that match neither key nor alias. */
function unmatched(statement: Statement, policy: Policy): Dead[] {
  return (statement.resource?.values ?? []).flatMap((value): Dead[] => {
    const pattern = patternOf(value, policy);
    const wrong = faultOf(pattern.glob.map((token) => (token.length === 1 ? token : '*')).join(''));
    if (wrong === undefined || pattern.unknown) return [];
    if (reachOfKeys(pattern).accounts !== 'none' || reachOfAliases(pattern).accounts !== 'none') return [];
    return [
      {
        span: value.span,
        offending: show(value),
        message: `${code(show(value))} ${wrong}: it matches no key, so with it this statement ${nothing(statement)}.`,
        advice: `Write ${code(mended(show(value)))}.`,
      },
    ];
  });
}

/** The key ARN that was probably meant, with names for what is not there. */
function mended(written: string): string {
  const [, partition, , ...fields] = written.split(':');
  const account = fields.find((field) => /^\d{12}$/.test(field));
  const [first = ''] = fields;
  const region = /^[a-z0-9*-]+$/.test(first) && first !== account && first !== 'key' ? first : 'REGION';
  const id = fields.filter((field) => field !== '' && field !== account && field !== first).join('/');
  return `arn:${partition}:kms:${region}:${account ?? 'ACCOUNT'}:key/${id.replace(/^(?:key\/+)+/, '') || 'KEY_ID'}`;
}

/**
 * What is wrong with the fields of a KMS ARN, in words; undefined where nothing certain is. Anything that looks like a
 * placeholder is left alone: it is replaced before the policy is used.
 */
function faultOf(text: string): string | undefined {
  if (!/^arn:[a-z-]+:kms:[a-z0-9:/*-]*$/.test(text)) return undefined;
  const [, , , region = '', account, resource, ...more] = text.split(':');
  if (account === undefined || resource === undefined) return undefined;
  if (!/^(?:\d{12}|\*|)$/.test(account)) return undefined;
  if (more.length > 0) return resource === 'key' ? 'has a colon after `key` instead of a slash' : 'has too many colons';
  if (region === '') return 'has no Region';
  return account === '' ? 'has no account' : undefined;
}

/** Conditions on KMS condition keys that no permission of the statement has. */
function unmetConditions(statement: Statement, policy: Policy, reached: readonly Reached[]): Dead[] {
  const { action } = statement;
  const isKms = (value: Value): boolean => /^kms:/i.test(show(value)) && !patternOf(value, policy).unknown;
  if (!action || action.incomplete || !action.values.every(isKms)) return [];
  // The published table has no keys at all for some permissions.
  if (reached.some(({ match, permission }) => match !== 'yes' || permission.conditionKeys.length === 0)) return [];
  return statement.conditions.flatMap((condition): Dead[] => {
    if (!needsKey(condition) || !PERMISSIONS.some((permission) => carries(permission.conditionKeys, condition)))
      return [];
    if (reached.some(({ permission }) => carries(permission.conditionKeys, condition))) return [];
    const verbs = names(reached.map(({ permission }) => `kms:${permission.name}`));
    return [
      {
        span: condition.keyNode.span,
        offending: `${condition.operator} ${condition.key}`,
        message: `No request for ${verbs} has ${code(condition.key)}, so this statement ${nothing(statement)}.`,
        advice:
          'Use a condition key that these permissions have, or move the condition to the statement that it is meant for.',
      },
    ];
  });
}

/** Whether a condition on a key of KMS is false where the key is absent. */
function needsKey({ operator, key }: Condition): boolean {
  const { base, set, ifExists, negated } = readOperator(operator);
  if (!foldKey(key).startsWith('kms:') || base === 'null' || ifExists || set === 'ForAllValues') return false;
  return !negated || set === 'ForAnyValue';
}

/** Whether a condition key is among these, one of which may end in a name of the author's. */
function carries(keys: readonly string[], { key }: Condition): boolean {
  const folded = foldKey(key);
  return keys.some((one) => {
    const known = foldKey(one);
    return known.endsWith('*') ? folded.startsWith(known.slice(0, -1)) : folded === known;
  });
}
