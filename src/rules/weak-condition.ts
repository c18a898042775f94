import { reachedPermissions } from '../policy/action.ts';
import { allowedKms } from '../policy/allow.ts';
import type { NewCondition, Repair } from '../policy/change.ts';
import { foldKey, hasValue, type Operator, readOperator } from '../policy/condition.ts';
import { isStar } from '../policy/deny.ts';
import type { Condition, Policy, Statement, Value } from '../policy/policy.ts';
import { text } from '../syntax/content.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { CONDITION_KEYS, CONDITION_OPERATORS } from './references.ts';
import type { Draft, Rule } from './rule.ts';

/** Condition keys that a request for a key may lack, and which requests lack them. */
const MAY_BE_ABSENT: readonly { key: string; without: string }[] = [
  { key: 'kms:viaservice', without: 'calls that come directly, not through an AWS service' },
  { key: 'kms:resourcealiases', without: 'keys without an alias' },
  { key: 'kms:requestalias', without: 'requests that name the key by its ID or ARN' },
  { key: 'aws:resourcetag/', without: 'keys without this tag' },
  { key: 'kms:encryptioncontext:', without: 'requests without this encryption context' },
];

/** A context that has a key of its own choosing says something by being there at all. */
const TOLD_BY_PRESENCE = 'kms:encryptioncontext:';

export const weakCondition: Rule = {
  id: 'weak-condition',
  title: 'A condition that does not guard',
  severity: 'warning',
  why: 'A condition that holds where its key is absent, or that every value meets, limits nothing; one that waits for a literal `*` never holds, so that an Allow gives nothing and a Deny stops nothing.',
  remedy:
    'Use the positive operator without `IfExists`; `ForAnyValue` for keys with several values, or `"Null": {"KEY": "false"}` beside `ForAllValues`; `StringLike` where a wildcard is meant.',
  quiet:
    'A `Null` condition that asks for the same key; `IfExists` and negated operators in a Deny, where they deny more; `kms:GrantOperations` and `aws:TagKeys`, which are meant for `ForAllValues`. Conditions about the owner or the caller are for `wildcard-resource`, `public-key` and `confused-deputy`.',
  references: [CONDITION_OPERATORS, CONDITION_KEYS],
  bad: [
    {
      title: 'A request that names the key by its ARN passes',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
    "Condition": { «"StringEqualsIfExists"»: { "kms:RequestAlias": "alias/orders" } } }
}`,
    },
    {
      title: 'Direct calls have no kms:ViaService, and pass',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { «"StringEqualsIfExists"»: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } } }
}`,
    },
    {
      title: 'No service is called s3.*.amazonaws.com',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "StringEquals": { "kms:ViaService": [«"s3.*.amazonaws.com"»] } } }
}`,
    },
    {
      title: 'A Deny that never holds',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    { "Sid": "Stop", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": { "StringEquals": { "aws:PrincipalArn": [«"arn:aws:iam::111122223333:role/guest-*"»] } } }
  ]
}`,
    },
    {
      title: 'Keys without an alias pass',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { «"ForAllValues:StringEquals"»: { "kms:ResourceAliases": "alias/orders" } } }
}`,
    },
    {
      title: 'Keys without the tag pass',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { «"StringNotEquals"»: { "aws:ResourceTag/stage": "production" } } }
}`,
    },
    {
      title: 'Any service will do',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "StringLike": { "kms:ViaService": [«"*"»] } } }
}`,
    },
  ],
  good: [
    {
      title: 'Only through S3',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "StringLike": { "kms:ViaService": "s3.*.amazonaws.com" } } }
}`,
    },
    {
      title: 'Callers of the account that owns the key',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "aws:PrincipalAccount": "\${aws:ResourceAccount}" } } }
}`,
    },
    {
      title: 'Keys with this alias',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } } }
}`,
    },
    {
      title: 'Keys that have aliases, and only these',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAllValues:StringEquals": { "kms:ResourceAliases": "alias/orders" }, "Null": { "kms:ResourceAliases": "false" } } }
}`,
    },
    {
      title: 'Keys that have this alias and no other',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": { "ForAllValues:StringLike": { "kms:ResourceAliases": ["alias/orders*"] }, "ForAnyValue:StringLike": { "kms:ResourceAliases": ["alias/orders*"] } } }
}`,
    },
    {
      title: 'A Deny that also holds for direct calls',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    { "Sid": "OnlyS3", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": { "StringNotEqualsIfExists": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } } }
  ]
}`,
    },
  ],
  *check(policy) {
    for (const statement of speaking(policy)) {
      if (statement.conditionsUnknown) continue;
      for (const condition of statement.conditions) {
        const draft = weakness(condition, statement, policy);
        if (draft) yield { ...draft, statement, offending: `${condition.operator} ${condition.key}` };
      }
    }
  },
};

/** The statements that certainly say something of KMS. */
function speaking(policy: Policy): Statement[] {
  const allowing = new Set(allowedKms(policy).map(({ statement }) => statement));
  return policy.statements.filter(
    (statement) =>
      allowing.has(statement) ||
      (statement.effect === 'Deny' && reachedPermissions(statement, policy).some(({ match }) => match === 'yes')),
  );
}

type Weakness = Pick<Draft, 'span' | 'message' | 'advice' | 'repair'>;

function weakness(condition: Condition, statement: Statement, policy: Policy): Weakness | undefined {
  const operator = readOperator(condition.operator);
  const key = foldKey(condition.key);
  const literal = literalWildcard(condition, operator, key);
  if (literal) {
    const isOnly = condition.values.length === 1 && !condition.incomplete;
    const whole = statement.effect === 'Deny' ? 'this Deny stops nothing' : 'nothing is allowed';
    const effect = isOnly ? whole : 'this value is never met';
    return {
      span: literal.span,
      message: `${code(condition.operator)} takes the wildcard in ${valueNames([literal])} as that very character: no request has this ${code(condition.key)}, so ${effect}.`,
      advice: `Write ${code(operator.base === 'stringequals' ? condition.operator.replace(/equals/i, 'Like') : 'StringLike')} where a wildcard is meant, else the whole value.`,
      repair: statement.effect === 'Deny' ? withWildcards(condition, operator, statement, policy) : undefined,
    };
  }
  const absent = MAY_BE_ABSENT.find((one) => (/[:/]$/.test(one.key) ? key.startsWith(one.key) : key === one.key));
  if (statement.effect !== 'Allow' || absent === undefined || operator.base === 'null') return undefined;
  if (statement.conditions.some((other) => other !== condition && asksFor(other, key)) || isForService(statement))
    return undefined;
  const every = absent.key === TOLD_BY_PRESENCE ? undefined : everyValue(condition, operator, policy);
  if (every && !operator.ifExists && operator.set !== 'ForAllValues') {
    return {
      span: every.span,
      message: `Every value of ${code(condition.key)} meets ${code('*')}: the condition only keeps out ${absent.without}.`,
      advice: 'Write the values that are meant.',
    };
  }
  const why = passesAbsent(operator);
  if (why === undefined) return undefined;
  return {
    span: condition.operatorNode.span,
    message: `${code(condition.operator)} on ${code(condition.key)} ${why}, so it lets through ${absent.without}.`,
    advice: adviceFor(condition, operator),
    repair:
      operator.set === 'ForAllValues' && !operator.ifExists && !operator.negated
        ? present(condition, statement)
        : undefined,
  };
}

/** Policies that are about one principal: what they deny nobody else misses. */
const OF_ONE_PRINCIPAL: ReadonlySet<Policy['kind']> = new Set([
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]);

/**
 * A Deny that waits for a star stops nothing; with wildcards it stops what it names. In a key policy that could be its
 * administrators, under a service control policy anybody, so that there it is for a person to see.
 */
function withWildcards(
  { operator: written, operatorNode }: Condition,
  { base }: Operator,
  statement: Statement,
  policy: Policy,
): Repair | undefined {
  if (base !== 'stringequals' || statement.optional || !OF_ONE_PRINCIPAL.has(policy.kind)) return undefined;
  const by = written.replace(/equals/i, 'Like');
  return {
    title: `Write ${code(by)}, so that the wildcard is one`,
    changes: [{ change: 'operator', name: operatorNode.span, by }],
    keeps: 'what-it-says',
  };
}

/** `ForAllValues` lets a request without any value through, which nobody means who lists values. */
function present({ key }: Condition, statement: Statement): Repair {
  const add: NewCondition = { operator: 'Null', key, value: text('false') };
  return {
    title: `Ask that ${code(key)} is there`,
    changes: [{ change: 'condition', statement: statement.span, add }],
    keeps: 'what-it-says',
  };
}

/** The first value whose wildcard is no wildcard under this operator. An encryption context may have any character in it. */
function literalWildcard(condition: Condition, operator: Operator, key: string): Value | undefined {
  if (operator.base !== 'stringequals' && operator.base !== 'stringequalsignorecase') return undefined;
  if (key.startsWith('kms:encryptioncontext') || /tag\//.test(key)) return undefined;
  // A variable stands for one value, whatever its pattern is: `${aws:ResourceAccount}` matches every account as one.
  return condition.values.find(({ parts }) =>
    parts.some((part) => typeof part === 'string' && /[*?]/.test(part.replace(/\$\{[^}]*\}/g, ''))),
  );
}

function everyValue(condition: Condition, operator: Operator, policy: Policy): Value | undefined {
  if (!operator.wildcards || operator.negated) return undefined;
  return condition.values.find((value) => isStar(value, policy));
}

/** Whether a condition asks that a key be there, or may ask it. */
function asksFor(condition: Condition, key: string): boolean {
  if (foldKey(condition.key) !== key) return false;
  const operator = readOperator(condition.operator);
  return operator.base === 'null' ? !hasValue(condition, 'true') : passesAbsent(operator) === undefined;
}

/** What a service may do for whom is one question with one answer, which another rule gives. */
function isForService({ principal }: Statement): boolean {
  return principal?.principals.some(({ type }) => type === 'Service') === true;
}

const ABSENT = 'also holds where the condition key is absent';

/** Why an absent key passes an operator; undefined where it does not. */
function passesAbsent({ ifExists, set, negated }: Operator): string | undefined {
  if (ifExists) return ABSENT;
  if (set === 'ForAllValues') return 'also holds where the condition key has no values';
  return negated && set !== 'ForAnyValue' ? ABSENT : undefined;
}

function adviceFor(condition: Condition, { ifExists, set, negated }: Operator): string {
  const present = code(`"Null": {"${condition.key}": "false"}`);
  if (negated) return `Name the values that are allowed with a positive operator, or add ${present}.`;
  if (set === 'ForAllValues')
    return `Write ${code(condition.operator.replace(/^[^:]*/, 'ForAnyValue'))}, or add ${present}.`;
  return ifExists ? `Write ${code(condition.operator.replace(/ifexists$/i, ''))}.` : `Add ${present}.`;
}
