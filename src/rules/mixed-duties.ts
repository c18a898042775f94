import { type Allowed, allowedKms, belongsInKeyPolicy, patternsOf, wholeServicePatterns } from '../policy/allow.ts';
import type { Policy, Principal, Value } from '../policy/policy.ts';
import { show } from '../policy/policy.ts';
import { isIdentity } from '../policy/principal.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { DEFAULT_KEY_POLICY, LEAST_PRIVILEGE } from './references.ts';
import type { Rule } from './rule.ts';

export const mixedDuties: Rule = {
  id: 'mixed-duties',
  title: 'One principal administers the key and uses it',
  severity: 'notice',
  why: 'Whoever decides who may use a key should not be able to read what it protects, and whoever reads it should not be able to destroy it: then one stolen credential does only half the harm. The key policy that the console writes has administrators and users in two statements for this reason.',
  remedy:
    'Give administration (`kms:PutKeyPolicy`, `kms:ScheduleKeyDeletion`, ...) and use (`kms:Decrypt`, ...) to two principals.',
  quiet:
    'The account principal and `*`; `kms:*`, which says nothing of duties; grants and tags; statements with conditions; a principal whose value is not in the files.',
  references: [DEFAULT_KEY_POLICY, LEAST_PRIVILEGE],
  bad: [
    {
      title: 'In two statements',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/orders" }, "Action": ["kms:PutKeyPolicy", "kms:DescribeKey"], "Resource": "*" },
    { "Effect": "Allow", "Principal": { "AWS": ["arn:aws:iam::111122223333:role/reports", «"arn:aws:iam::111122223333:role/orders"»] }, "Action": "kms:Decrypt", "Resource": "*" }
  ]
}`,
    },
    {
      title: 'In one statement',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": «"arn:aws:iam::111122223333:user/alice"» }, "Action": ["kms:ScheduleKeyDeletion", "kms:Decrypt"], "Resource": "*" }
}`,
    },
  ],
  good: [
    {
      title: 'An administrator and a user',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/admin" }, "Action": ["kms:Put*", "kms:ScheduleKeyDeletion"], "Resource": "*" },
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/orders" }, "Action": ["kms:Decrypt", "kms:CreateGrant"], "Resource": "*" }
  ]
}`,
    },
    {
      title: 'The account, whose IAM policies tell duties apart',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": ["kms:PutKeyPolicy", "kms:Decrypt"], "Resource": "*" }
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'key-policy') return;
    const known = new Map<string, Duties>();
    for (const allowed of allowedKms(policy)) {
      const { statement } = allowed;
      if (statement.conditionsUnknown || statement.conditions.length > 0) continue;
      for (const principal of statement.principal?.principals ?? []) {
        if (principal.type !== 'AWS' || !isIdentity(principal.value, policy)) continue;
        const duties = known.get(show(principal.value)) ?? { administration: undefined, use: undefined, told: false };
        known.set(show(principal.value), duties);
        yield* add(duties, allowed, principal, policy);
      }
    }
  },
};

/** What gives a principal its duties, as far as the document was read. */
interface Duties {
  administration: Given | undefined;
  use: Given | undefined;
  told: boolean;
}

interface Given {
  patterns: Value[];
  span: Value['span'];
}

/** Adds a statement to what is known of a principal; the statement that completes both duties is reported, once. */
function* add(
  duties: Duties,
  allowed: Allowed,
  { value }: Principal,
  policy: Policy,
): ReturnType<NonNullable<Rule['check']>> {
  const whole = new Set(wholeServicePatterns(allowed.statement, policy));
  const given = (wanted: Allowed['permissions']): Given | undefined => {
    const patterns = patternsOf(allowed, wanted).filter((pattern) => !whole.has(pattern));
    return patterns.length > 0 ? { patterns, span: value.span } : undefined;
  };
  duties.administration ??= given(allowed.permissions.filter((one) => belongsInKeyPolicy(one) && !one.cryptographic));
  duties.use ??= given(allowed.permissions.filter((one) => one.cryptographic && one.on === 'key'));
  const { administration, use, told } = duties;
  if (told || !administration || !use) return;
  duties.told = true;
  const other = administration.span === value.span ? use : administration;
  yield {
    statement: allowed.statement,
    span: value.span,
    offending: show(value),
    message: `${code(show(value))} administers this key (${valueNames(administration.patterns)}) and also uses it (${valueNames(use.patterns)}).`,
    advice:
      'Give the two duties to two principals, so that no single one can both open the key to others and read what it protects.',
    related: other.span === value.span ? [] : [{ span: other.span, note: 'the other duty' }],
  };
}
