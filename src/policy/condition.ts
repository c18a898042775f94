import { STAR } from './glob.ts';
import type { Tri } from './matching.ts';
import { isUnknown, type Pattern, patternOf } from './pattern.ts';
import type { Condition, Policy, Statement } from './policy.ts';

/** A condition operator taken apart (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). */
export interface Operator {
  /** Lower case, without prefix and suffix: `stringequals`, `stringlike`, `bool`, `null`. */
  base: string;
  set: 'ForAllValues' | 'ForAnyValue' | undefined;
  ifExists: boolean;
  /** `StringNotEquals` and its like: true also where the key is absent. */
  negated: boolean;
  /** `*` and `?` in the values are wildcards. */
  wildcards: boolean;
}

export function readOperator(text: string): Operator {
  let base = text.trim().toLowerCase();
  let set: Operator['set'];
  if (base.startsWith('forallvalues:')) set = 'ForAllValues';
  else if (base.startsWith('foranyvalue:')) set = 'ForAnyValue';
  if (set) base = base.slice(base.indexOf(':') + 1);
  const ifExists = base.endsWith('ifexists');
  if (ifExists) base = base.slice(0, -'ifexists'.length);
  return {
    base,
    set,
    ifExists,
    negated: base.includes('not'),
    wildcards: base.endsWith('like') || base.startsWith('arn'),
  };
}

/** Condition keys that are about the account or organization that owns the resource. */
const OWNER_KEYS = new Set(['aws:resourceaccount', 'aws:resourceorgid', 'aws:resourceorgpaths']);

/** Condition keys that narrow which keys or calls are allowed, without saying who owns the key. */
const NARROWING_KEYS = ['kms:viaservice', 'kms:grantisforawsresource', 'kms:resourcealiases', 'aws:resourcetag/'];

/**
 * Condition keys that speak of the caller, its network or its session. The caller of an identity policy is always of
 * the own account, so they say nothing of which key is used
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
const CALLER_KEYS = new Set([
  'kms:calleraccount',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalarn',
  'aws:principaltype',
  'aws:securetransport',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:username',
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
]);

/** Condition keys that are the same for every request that an identity policy is asked about. */
const CONSTANT_KEYS = new Set(['kms:calleraccount', 'aws:principalaccount', 'aws:securetransport']);

/** Condition keys are matched in any letter case. */
export const foldKey = (key: string): string => key.toLowerCase();

/**
 * Whether the conditions of an Allow pin the account (or organization) that owns the resource. Only a positive test of
 * `aws:ResourceAccount`, `aws:ResourceOrgID` or `aws:ResourceOrgPaths` does: keys that describe the caller do not
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount).
 */
export function pinsOwner(statement: Statement, policy: Pick<Policy, 'version'>): Tri {
  let answer: Tri = statement.conditionsUnknown ? 'unknown' : 'no';
  for (const condition of statement.conditions) {
    const one = conditionPinsOwner(condition, policy);
    if (one === 'yes') return 'yes';
    if (one === 'unknown') answer = 'unknown';
  }
  return answer;
}

function conditionPinsOwner(condition: Condition, policy: Pick<Policy, 'version'>): Tri {
  const key = foldKey(condition.key);
  if (!OWNER_KEYS.has(key)) return 'no';
  const operator = readOperator(condition.operator);
  if (operator.negated || !operator.base.startsWith('string')) return 'no';
  // The account is in every request for a key; the organization is absent where the owner is in none.
  if (key !== 'aws:resourceaccount' && (operator.ifExists || operator.set === 'ForAllValues')) return 'no';
  return pinnedValues(condition, operator, policy);
}

/** Whether every value of a condition names one thing: no wildcard that counts, nothing unknown. */
function pinnedValues(condition: Condition, operator: Operator, policy: Pick<Policy, 'version'>): Tri {
  let answer: Tri = condition.incomplete ? 'unknown' : 'yes';
  for (const value of condition.values) {
    const pattern = patternOf(value, policy);
    // `${aws:ResourceAccount}` compared with itself is always true, whatever the operator.
    if (isOpen(pattern, operator) || pattern.glob.length === 0) return 'no';
    if (pattern.glob.some(isUnknown) && !isOrganization(pattern)) answer = 'unknown';
  }
  return answer;
}

/** `aws:PrincipalOrgID` as the value pins the owner to the caller's own organization. */
function isOrganization(pattern: Pattern): boolean {
  return pattern.glob.length === 1 && /^<\?\$\{aws:principalorgid\}>$/i.test(pattern.glob[0] as string);
}

/** A value that many accounts meet. `StringLike o-abc/*` and account ids with their twelve digits before the star do not. */
function isOpen(pattern: Pattern, operator: Operator): boolean {
  const star = pattern.glob.indexOf(STAR);
  const mark = pattern.glob.indexOf('??');
  if (star < 0 && mark < 0) return false;
  if (!operator.wildcards) return pattern.glob.length === 1;
  const first = star < 0 ? mark : mark < 0 ? star : Math.min(star, mark);
  const fixed = pattern.glob.slice(0, first).join('');
  return !(fixed.includes('/') || fixed.length >= 12);
}

/** The first condition that narrows an Allow without pinning the key's owner; undefined where there is none. */
export function narrowingCondition(statement: Statement): Condition | undefined {
  return statement.conditions.find((condition) => {
    const operator = readOperator(condition.operator);
    const key = foldKey(condition.key);
    if (operator.negated || operator.ifExists || operator.set === 'ForAllValues' || operator.base === 'null')
      return false;
    if (key === 'kms:grantisforawsresource' && !hasValue(condition, 'true')) return false;
    return NARROWING_KEYS.some(
      (narrowing) => key === narrowing || (narrowing.endsWith('/') && key.startsWith(narrowing)),
    );
  });
}

/** The conditions that say who calls and nothing of which key is used. */
export function callerConditions({ conditions }: Statement): Condition[] {
  return conditions.filter(({ key }) => CALLER_KEYS.has(foldKey(key)));
}

/** Whether a condition may keep some request of an identity policy out: it is about more than the own account. */
export function mayNarrow({ key }: Condition): boolean {
  return !CONSTANT_KEYS.has(foldKey(key));
}

/** Whether a condition lists exactly this text, in any letter case. */
export function hasValue(condition: Condition, wanted: string): boolean {
  return condition.values.some((value) => {
    const [part, ...rest] = value.parts;
    return rest.length === 0 && typeof part === 'string' && part.toLowerCase() === wanted;
  });
}

/**
 * Whether a Deny statement's only condition exempts requests for keys of one owner, so that everything else is
 * denied: `StringNotEquals aws:ResourceAccount 111122223333`.
 */
export function exemptsOneOwner(deny: Statement, policy: Pick<Policy, 'version'>): Tri {
  const [condition, ...more] = deny.conditions;
  if (deny.conditionsUnknown) return 'unknown';
  if (condition === undefined || more.length > 0) return 'no';
  const operator = readOperator(condition.operator);
  if (!OWNER_KEYS.has(foldKey(condition.key)) || !operator.negated || operator.set === 'ForAnyValue') return 'no';
  return pinnedValues(condition, operator, policy);
}
