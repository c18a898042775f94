import { type Allowed, allowedKms, belongsInKeyPolicy, patternsOf, wholeServicePatterns } from '../policy/allow.ts';
import { isEverybody } from '../policy/deny.ts';
import { type Principal, show } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { KEY_POLICIES } from './references.ts';
import type { Rule } from './rule.ts';

export const mixedDuties: Rule = {
  id: 'mixed-duties',
  title: 'One principal administers and uses the key',
  severity: 'notice',
  why: 'Key administrators decide who may use a key, key users read what it protects. A principal that is both can give itself what it lacks and destroy the key, and no second person has to agree.',
  remedy: 'Give administration and cryptographic operations to different principals.',
  quiet:
    'The account principal, which only lets IAM policies decide; `"*"`, which is for `public-key`; `kms:*`, which does not tell what was meant; services; principals that only read what is known of the key.',
  references: [KEY_POLICIES],
  bad: [
    {
      title: 'In two statements',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/ops" }, "Action": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], "Resource": "*" },
    { "Effect": "Allow", "Principal": { "AWS": ["arn:aws:iam::111122223333:role/app", «"arn:aws:iam::111122223333:role/ops"»] }, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*" }
  ]
}`,
    },
    {
      title: 'In one statement',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": «"arn:aws:iam::111122223333:role/ops"» }, "Action": ["kms:Decrypt", "kms:PutKeyPolicy"], "Resource": "*" }
}`,
    },
  ],
  good: [
    {
      title: 'Administrators and users',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/admin" }, "Action": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], "Resource": "*" },
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" }, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*" }
  ]
}`,
    },
    {
      title: 'The account principal',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": ["kms:Decrypt", "kms:PutKeyPolicy"], "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'key-policy') return;
    const administers = new Map<string, Allowed>();
    const uses = new Map<string, Allowed>();
    for (const allowed of allowedKms(policy)) {
      const { statement, permissions } = allowed;
      if (statement.conditions.length > 0 || statement.conditionsUnknown || statement.optional) continue;
      if (wholeServicePatterns(statement, policy).length > 0) continue;
      for (const principal of statement.principal?.principals ?? []) {
        const name = personOf(principal);
        if (name === undefined) continue;
        const was = administers.has(name) && uses.has(name);
        if (permissions.some(belongsInKeyPolicy)) administers.set(name, administers.get(name) ?? allowed);
        if (permissions.some((permission) => permission.cryptographic)) uses.set(name, uses.get(name) ?? allowed);
        const [one, other] = [administers.get(name), uses.get(name)];
        if (was || one === undefined || other === undefined) continue;
        const first = one === allowed ? other : one;
        const administration = valueNames(patternsOf(one, one.permissions.filter(belongsInKeyPolicy)));
        const use = valueNames(
          patternsOf(
            other,
            other.permissions.filter((permission) => permission.cryptographic),
          ),
        );
        yield {
          statement,
          span: principal.value.span,
          offending: name,
          message: `${code(name)} administers this key (${administration}) and uses it (${use}).`,
          advice: 'Give the two to different principals, or take out the one that is not needed.',
          related:
            first === allowed ? [] : [{ span: first.statement.span, note: 'the statement that gives the other half' }],
        };
      }
    }
  },
};

/** A user or role by its ARN; undefined for accounts, services, everybody and what is not known. */
function personOf(principal: Principal): string | undefined {
  const { type, value } = principal;
  if (type !== 'AWS' || isEverybody(principal) || value.optional) return undefined;
  let arn = '';
  for (const part of value.parts) {
    if (typeof part === 'string') arn += part;
    else if (part.meaning === 'account') arn += '000000000000';
    else if (part.meaning === 'partition') arn += 'aws';
    else return undefined;
  }
  return /^arn:[\w-]+:(?:iam|sts)::\d{12}:(?:user|role|assumed-role)\/[^*?]+$/.test(arn) ? show(value) : undefined;
}
