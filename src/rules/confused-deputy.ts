import { type Allowed, allowedKms } from '../policy/allow.ts';
import { foldKey, hasValue, readOperator } from '../policy/condition.ts';
import { ANY, STAR } from '../policy/glob.ts';
import { isExact, isUnknown, OWN_ACCOUNT, type Pattern, patternOf } from '../policy/pattern.ts';
import type { Condition, Policy, Principal } from '../policy/policy.ts';
import { code } from './code.ts';
import { names, valueNames, whyNoGuard } from './phrase.ts';
import { LEAST_PRIVILEGE, SERVICE_PERMISSIONS, SNS_KEYS } from './references.ts';
import type { Rule } from './rule.ts';

/** Condition keys that say for whose resource or account a service calls. */
const SOURCES = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'kms:calleraccount',
]);

const CONTEXT = 'kms:encryptioncontext:';

/** Services whose calls to KMS carry none of these keys, as AWS documents: EventBridge (the SNS developer guide, key management). */
const WITHOUT_SOURCE = new Set(['events']);

export const confusedDeputy: Rule = {
  id: 'confused-deputy',
  title: 'A service may use the key for anybody',
  severity: 'warning',
  why: 'A service acts for all its customers. When the key policy lets `sns.amazonaws.com` use the key and says no more, whoever can make that service use the key, from whatever account, does what only the key owner should (the confused deputy).',
  remedy:
    'Add a condition on `aws:SourceArn`, or on `aws:SourceAccount` where the ARN is not known yet; for symmetric keys also on `kms:EncryptionContext:...` with the ARN or account that the service puts there.',
  quiet:
    'A positive condition on `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`, or on an encryption context with an account in it; `kms:CallerAccount`; `kms:CreateGrant` with `kms:GrantIsForAWSResource`; permissions that only read metadata; EventBridge (`events.amazonaws.com`), whose calls carry none of these keys.',
  references: [SERVICE_PERMISSIONS, LEAST_PRIVILEGE, SNS_KEYS],
  bad: [
    {
      title: 'Any topic of any account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "Service": «"sns.amazonaws.com"» }, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*" }
}`,
    },
    {
      title: 'Trails of every account',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": «"cloudtrail.amazonaws.com"» }, "Action": "kms:GenerateDataKey*", "Resource": "*",
    "Condition": { "StringLike": { "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:*:trail/*" } }
  }
}`,
    },
    {
      title: 'A condition that holds where the key is absent, and one that everything meets',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": [«"sns.amazonaws.com"»] }, "Action": "kms:GenerateDataKey", "Resource": "*",
    "Condition": { "StringEqualsIfExists": { "aws:SourceAccount": "111122223333" }, "ArnLike": { "aws:SourceArn": "*" } }
  }
}`,
    },
  ],
  good: [
    {
      title: 'One trail',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "cloudtrail.amazonaws.com" }, "Action": "kms:GenerateDataKey*", "Resource": "*",
    "Condition": { "StringEquals": { "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/finance" } }
  }
}`,
    },
    {
      title: 'Log groups of one account, by the encryption context',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "logs.us-east-1.amazonaws.com" }, "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*",
    "Condition": { "ArnLike": { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:*" } }
  }
}`,
    },
    {
      title: 'Mail of one account, by the encryption context; the account is still to be filled in',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "ses.amazonaws.com" }, "Action": "kms:GenerateDataKey*", "Resource": "*",
    "Condition": { "StringEquals": { "kms:EncryptionContext:aws:ses:source-account": "ACCOUNT" } }
  }
}`,
    },
    {
      title: 'EventBridge, which sends no source',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" }, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*" }
}`,
    },
    {
      title: 'Grants for the resources of a service',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "Service": "dnssec-route53.amazonaws.com" }, "Action": "kms:CreateGrant", "Resource": "*",
    "Condition": { "Bool": { "kms:GrantIsForAWSResource": true } }
  }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'key-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      const services = statement.principal?.principals.filter((one) => tellsSource(one, policy)) ?? [];
      const [first] = services;
      if (first === undefined || statement.conditionsUnknown || !gives(allowed)) continue;
      if (statement.conditions.some((condition) => guards(condition, policy))) continue;
      const values = services.map(({ value }) => value);
      yield {
        statement,
        span: first.value.span,
        offending: names(values.map((value) => patternOf(value, policy).glob.join(''))),
        message: [
          `${valueNames(values)} may use this key for whichever customer makes it do so, also one of another account.`,
          ...statement.conditions.filter(isAboutSource).map(whyNoGuard),
        ].join(' '),
        advice: `Add ${code('"StringEquals": {"aws:SourceAccount": "ACCOUNT"}')} to the conditions, or ${code('aws:SourceArn')} with the resource that the service works for.`,
      };
    }
  },
};

/** Whether a principal certainly is a service whose calls can say what they are for. */
function tellsSource({ type, value }: Principal, policy: Policy): boolean {
  const { glob } = patternOf(value, policy);
  const dot = glob.indexOf('.');
  const name = glob.slice(0, dot);
  return type === 'Service' && dot > 0 && !name.some(isUnknown) && !WITHOUT_SOURCE.has(name.join(''));
}

/** Whether more than metadata is given; a grant that only AWS services can ask for is for the resource's owner. */
function gives({ statement, permissions }: Allowed): boolean {
  const forResources = statement.conditions.some(
    (condition) => foldKey(condition.key) === 'kms:grantisforawsresource' && !hasValue(condition, 'false'),
  );
  return permissions.some(
    ({ access, name }) => access !== 'Read' && access !== 'List' && !(forResources && name === 'CreateGrant'),
  );
}

/** Whether a condition is on a key that says for whose resource or account a service calls. */
function isAboutSource({ key }: Condition): boolean {
  return SOURCES.has(foldKey(key)) || foldKey(key).startsWith(CONTEXT);
}

/** Whether a condition says for whom the service may call, or may say it. A test that an absent key passes says nothing. */
function guards(condition: Condition, policy: Policy): boolean {
  const key = foldKey(condition.key);
  const isContext = key.startsWith(CONTEXT);
  const { base, negated, wildcards, ifExists, set } = readOperator(condition.operator);
  if (!isAboutSource(condition) || negated || base === 'null') return false;
  if (ifExists || set === 'ForAllValues') return false;
  if (condition.incomplete) return true;
  return condition.values.every((value) => {
    const pattern = patternOf(value, policy);
    if (isContext) return pattern.unknown || namesAccount(pattern) || (isAccountKey(key) && isExact(pattern));
    return pattern.unknown || !isOpen(pattern, wildcards);
  });
}

/** Whether a service puts an account there, so that a placeholder can only be for one: `kms:EncryptionContext:aws:ses:source-account`. */
function isAccountKey(key: string): boolean {
  return key.startsWith(`${CONTEXT}aws:`) && key.endsWith('account');
}

/** Whether a text has an account in it: twelve digits, or the own one. */
function namesAccount({ glob }: Pattern): boolean {
  return glob.includes(OWN_ACCOUNT) || /(?:^|\D)\d{12}(?!\d)/.test(glob.join(''));
}

/** An ARN or account that those of many accounts match. A bucket's ARN has no account and is one bucket's all the same. */
function isOpen({ glob }: Pattern, wildcards: boolean): boolean {
  const text = glob.join('');
  if (!wildcards) return false;
  if (!text.startsWith('arn:')) return glob.indexOf(STAR) === 0 || glob.includes(ANY);
  const fields = text.split(':');
  const account = fields[4] ?? STAR;
  if (account === '') return (fields[5] ?? STAR).startsWith(STAR);
  return account.includes(STAR) || account.includes(ANY);
}
