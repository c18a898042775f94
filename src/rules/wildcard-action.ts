import type { Permission } from '../kms/permissions.ts';
import { isEveryAction } from '../policy/action.ts';
import { allowedKms, isFullAccess, wholeServicePatterns } from '../policy/allow.ts';
import { reachOfKeys } from '../policy/arn.ts';
import type { Repair } from '../policy/change.ts';
import { mayNarrow, pinsOwner } from '../policy/condition.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { names } from './phrase.ts';
import { BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

/** A longer list than this nobody reads; a person should say what is needed. */
const MAX_LISTED = 8;

export const wildcardAction: Rule = {
  id: 'wildcard-action',
  title: 'An action pattern mixes administration and use',
  severity: 'warning',
  why: '`kms:*` gives the use of keys, their administration and their destruction in one word, and whatever AWS adds later. People who use keys should not be able to delete them or to rewrite their key policies.',
  remedy:
    'List the permissions that are needed: for use `kms:Encrypt`, `kms:Decrypt`, `kms:ReEncrypt*`, `kms:GenerateDataKey*`, `kms:DescribeKey`; administration in the key policy.',
  quiet:
    'Patterns whose permissions are of one sort (`kms:GenerateDataKey*`, `kms:List*`), key policies, Deny statements, and a Deny in the same document that takes the administration away.',
  references: [BEST_PRACTICES],
  bad: [
    {
      title: 'Everything on one key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": «"kms:*"», "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'A pattern that means less than it says',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": [«"kms:*Key*"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'A short pattern that reaches both',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", «"kms:En*"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  good: [
    {
      title: 'Use only',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:Decrypt"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'The account in its key policy',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      if (statement.notAction || isFullAccess(statement, policy)) continue;
      const whole = new Set(wholeServicePatterns(statement, policy));
      for (const value of statement.action?.values ?? []) {
        if (!reachesKeys(statement, policy, isEveryAction(value, policy))) continue;
        const reached = allowed.reached.filter((one) => one.values.includes(value)).map((one) => one.permission);
        const administration = reached.filter(administers);
        const use = reached.filter((permission) => permission.cryptographic && permission.on === 'key');
        if (administration.length === 0 || use.length === 0 || reached.length < 2) continue;
        yield {
          statement,
          span: value.span,
          offending: show(value),
          severity:
            statement.conditions.some(mayNarrow) && pinsOwner(statement, policy) === 'no' ? 'notice' : 'warning',
          message: whole.has(value)
            ? `${code(show(value))} is every KMS permission: besides the use of keys also ${names(worst(administration))}.`
            : `${code(show(value))} reaches both the use of keys (${names(worst(use))}) and their administration (${names(worst(administration))}).`,
          advice: `List the permissions that are needed, for use of a key ${names(['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'])}; give administration in the key policy.`,
          repair: listed(value, reached, statement),
        };
      }
    }
  },
};

/** A pattern of a few names, which are also what it means today. */
function listed(value: Value, reached: readonly Permission[], { action }: Statement): Repair | undefined {
  const others = action?.values.map(show) ?? [];
  const names = reached.map(({ name }) => `kms:${name}`).filter((name) => !others.includes(name));
  if (value.optional || !/^kms:/i.test(show(value)) || names.length > MAX_LISTED || names.length === 0)
    return undefined;
  const title = `List the ${names.length} permissions that ${code(show(value))} stands for`;
  return { title, changes: [{ change: 'actions', at: value.span, by: names }] };
}

function administers(permission: Permission): boolean {
  return (
    !permission.cryptographic &&
    permission.on === 'key' &&
    ['medium', 'high', 'critical'].includes(permission.sensitivity ?? '')
  );
}

/** Up to three names, the most sensitive ones first. */
function worst(permissions: readonly Permission[]): string[] {
  const rank = ['critical', 'high', 'medium', 'low', undefined];
  const sorted = permissions.toSorted((a, b) => rank.indexOf(a.sensitivity) - rank.indexOf(b.sensitivity));
  return sorted.slice(0, 3).map((permission) => `kms:${permission.name}`);
}

/** Whether keys are among the resources. A reference beside `kms:*` is for a key, beside `*` it may be for anything. */
function reachesKeys(statement: Statement, policy: Policy, certainly: boolean): boolean {
  if (statement.notResource) return true;
  // An empty list is yet to be filled; IAM refuses it.
  if (statement.resource?.values.length === 0) return !certainly;
  const reach = statement.resource?.values.map((value) => reachOfKeys(patternOf(value, policy)).accounts) ?? [];
  return reach.some((accounts) => accounts !== 'none' && !(certainly && accounts === 'unknown'));
}
