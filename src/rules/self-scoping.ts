import { type Allowed, allowedKms, isFullAccess, wholeServicePatterns } from '../policy/allow.ts';
import { reachOfAliases, reachOfKeys } from '../policy/arn.ts';
import { foldKey, readOperator } from '../policy/condition.ts';
import { type Glob, intersectGlobs, STAR } from '../policy/glob.ts';
import { isExact, type Pattern, patternOf } from '../policy/pattern.ts';
import type { Condition, Policy, Value } from '../policy/policy.ts';
import { code } from './code.ts';
import { valueNames } from './phrase.ts';
import { ABAC, BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

const TAG = 'aws:resourcetag/';
const ALIASES = 'kms:resourcealiases';

export const selfScoping: Rule = {
  id: 'self-scoping',
  title: 'Access by tag or alias that the principal can change',
  severity: 'warning',
  why: 'Where a tag or an alias decides which keys may be used, whoever can set tags or aliases decides it: the principal gives itself the keys it was kept from.',
  remedy:
    'Take `kms:TagResource`, `kms:CreateAlias` and `kms:UpdateAlias` from this principal, or limit them to keys by their ARNs or by a condition.',
  quiet:
    'Tagging and alias permissions that have a condition, or that name single keys; aliases that the condition does not ask for; a Deny of them in the same document. `kms:*` is for `wildcard-action`. Policies elsewhere are not looked at.',
  references: [ABAC, BEST_PRACTICES],
  bad: [
    {
      title: 'It may put the tag on any key of the account',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
      "Condition": { "StringEquals": { "aws:ResourceTag/team": "orders" } } },
    { "Sid": "Tag", "Effect": "Allow", "Action": ["kms:ListResourceTags", «"kms:TagResource"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/*" }
  ]
}`,
    },
    {
      title: 'It may point the alias at any key of the account',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
      "Condition": { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/orders*" } } },
    { "Sid": "Name", "Effect": "Allow", "Action": [«"kms:UpdateAlias"»], "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*", "arn:aws:kms:us-east-1:111122223333:alias/*"] }
  ]
}`,
    },
  ],
  good: [
    {
      title: 'Only keys that have the tag already',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
      "Condition": { "StringEquals": { "aws:ResourceTag/team": "orders" } } },
    { "Sid": "Tag", "Effect": "Allow", "Action": ["kms:ListResourceTags", "kms:TagResource"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
      "Condition": { "StringEquals": { "aws:ResourceTag/team": "orders" } } }
  ]
}`,
    },
    {
      title: 'The aliases it may move are others',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
      "Condition": { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/orders*" } } },
    { "Sid": "Name", "Effect": "Allow", "Action": ["kms:UpdateAlias"], "Resource": ["arn:aws:kms:us-east-1:111122223333:key/*", "arn:aws:kms:us-east-1:111122223333:alias/test-*"] }
  ]
}`,
    },
  ],
  *check(policy) {
    if (policy.kind !== 'identity-policy') return;
    const allowed = allowedKms(policy);
    const scopes = allowed.flatMap(({ statement, permissions }) =>
      statement.conditionsUnknown || !permissions.some(({ on }) => on === 'key')
        ? []
        : statement.conditions.filter(isScope),
    );
    for (const [names, isOne] of CHANGES) {
      const scope = scopes.find(isOne);
      if (scope === undefined) continue;
      for (const one of allowed) {
        const value = changing(one, names, policy);
        if (value === undefined || !canGain(one, scopes.filter(isOne), policy)) continue;
        const { statement } = one;
        const isTag = foldKey(scope.key).startsWith(TAG);
        yield {
          statement,
          span: value.span,
          offending: `${names[0]} ${foldKey(scope.key)}`,
          message: `${valueNames([value])} lets this principal ${isTag ? 'put the tag on other keys' : 'give the alias to other keys'}: what ${code(scope.key)} keeps it from, it can open for itself.`,
          advice: `Take it out, or limit it to single keys by their ARNs${isTag ? `, or by ${code(scope.key)} as well` : ''}.`,
          related: [{ span: scope.span, note: 'access is limited here' }],
        };
      }
    }
  },
};

/** Which permissions change what a kind of condition looks at. Taking a tag or an alias away opens nothing. */
const CHANGES: readonly [readonly string[], (condition: Condition) => boolean][] = [
  [['TagResource'], ({ key }) => foldKey(key).startsWith(TAG)],
  [['CreateAlias', 'UpdateAlias'], ({ key }) => foldKey(key) === ALIASES],
];

/** Whether a condition lets only keys through that have a tag or an alias. */
function isScope({ operator, key }: Condition): boolean {
  const { base, negated } = readOperator(operator);
  return base.startsWith('string') && !negated && (foldKey(key).startsWith(TAG) || foldKey(key) === ALIASES);
}

/** The action pattern of a statement that allows one of these permissions on more than single keys, without a condition. */
function changing({ statement, reached }: Allowed, names: readonly string[], policy: Policy): Value | undefined {
  if (statement.conditionsUnknown || statement.conditions.length > 0 || isFullAccess(statement, policy))
    return undefined;
  const resources = statement.resource?.values ?? [];
  const isWide = resources.some((value) => {
    const pattern = patternOf(value, policy);
    return !pattern.unknown && !isExact(pattern) && reachOfKeys(pattern).accounts !== 'none';
  });
  if (!isWide) return undefined;
  const whole = new Set(wholeServicePatterns(statement, policy));
  const values = reached.flatMap((one) => (names.includes(one.permission.name) ? one.values : []));
  return values.find((value) => !whole.has(value));
}

/** Whether the aliases that a statement is for are among those that a condition asks for. Tags have no resource of their own. */
function canGain({ statement }: Allowed, scopes: readonly Condition[], policy: Policy): boolean {
  const aliases = statement.resource?.values.flatMap((value) => aliasNames(patternOf(value, policy))) ?? [];
  return scopes.some(
    (scope) =>
      foldKey(scope.key).startsWith(TAG) ||
      scope.values.some((wanted) => {
        const { glob, unknown } = patternOf(wanted, policy);
        return !unknown && aliases.some((alias) => intersectGlobs(alias, glob));
      }),
  );
}

/** The names `alias/...` that a Resource pattern certainly reaches; no name has a colon, so what follows the last one is the name. */
function aliasNames(pattern: Pattern): Glob[] {
  if (pattern.unknown || reachOfAliases(pattern).accounts === 'none') return [];
  const colon = pattern.glob.lastIndexOf(':');
  const name = pattern.glob.slice(colon + 1);
  return name.slice(0, PREFIX.length).join('') === PREFIX ? [name] : [[STAR]];
}

const PREFIX = 'alias/';
