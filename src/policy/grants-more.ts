import { actionPattern } from './action.ts';
import { foldKey, readOperator } from './condition.ts';
import { isEverybody } from './deny.ts';
import { containsGlob, intersectGlobs, parseGlob } from './glob.ts';
import { patternOf } from './pattern.ts';
import type { Condition, Element, Policy, PrincipalElement, Statement, Value } from './policy.ts';
import { show } from './policy.ts';

/** A statement of one of two versions of a document. */
export interface Side {
  statement: Statement;
  policy: Policy;
}

/**
 * Whether an Allow gives more of KMS than another one did: an action, a resource or a principal that the other has not,
 * a condition less or a wider one, or less that the document denies. What could not be read equals only itself, so an
 * answer of false is certain as far as one document can tell.
 */
export function grantsMore(now: Side, before: Side): boolean {
  if (now.statement.effect !== before.statement.effect) return true;
  return !isWithin(now, before) || deniesLess(now.policy, before.policy);
}

/** Whether some Deny of KMS in a document has no Deny in the other that takes as much. */
function deniesLess(now: Policy, before: Policy): boolean {
  const denials = (policy: Policy): Side[] =>
    policy.statements.filter(({ effect }) => effect === 'Deny').map((statement) => ({ statement, policy }));
  const kept = denials(now);
  return denials(before)
    .filter(({ statement, policy }) => speaksOfKms(statement, policy))
    .some((deny) => !kept.some((other) => isWithin(deny, other)));
}

function speaksOfKms({ action, notAction }: Statement, policy: Policy): boolean {
  return notAction !== undefined || action?.values.some((value) => mayBeKms(value, policy)) === true;
}

/** Whether all that `inner` matches is certainly among what `outer` matches; only what is of KMS is looked at. */
function isWithin(inner: Side, outer: Side): boolean {
  const [a, b] = [inner.statement, outer.statement];
  const action = (one: Value, other: Value): boolean => actionContains(other, outer.policy, one, inner.policy);
  const resource = (one: Value, other: Value): boolean =>
    containsGlob(patternOf(other, outer.policy).glob, patternOf(one, inner.policy).glob);
  return (
    elementWithin(kmsOnly(a.action, inner, mayBeKms), kmsOnly(b.action, outer, mayBeKms), action) &&
    elementWithin(kmsOnly(b.notAction, outer, mayBeKms), kmsOnly(a.notAction, inner, mayBeKms), (one, other) =>
      actionContains(other, inner.policy, one, outer.policy),
    ) &&
    elementWithin(kmsOnly(a.resource, inner, mayBeOfKms), kmsOnly(b.resource, outer, mayBeOfKms), resource) &&
    elementWithin(kmsOnly(b.notResource, outer, mayBeOfKms), kmsOnly(a.notResource, inner, mayBeOfKms), (one, other) =>
      containsGlob(patternOf(other, inner.policy).glob, patternOf(one, outer.policy).glob),
    ) &&
    principalsWithin(a.principal, b.principal) &&
    principalsWithin(b.notPrincipal, a.notPrincipal) &&
    conditionsWithin(inner, outer)
  );
}

/** Each value of one element is in some value of the other. An element that is there on one side only is another statement. */
function elementWithin(
  inner: Element | undefined,
  outer: Element | undefined,
  contains: (inner: Value, outer: Value) => boolean,
): boolean {
  if (inner === undefined || outer === undefined) return inner === outer;
  if (inner.incomplete || outer.incomplete) return source(inner) === source(outer);
  return inner.values.every((one) => outer.values.some((other) => contains(one, other)));
}

/** What is of other services does not count. */
function kmsOnly(
  element: Element | undefined,
  { policy }: Side,
  mayCount: (value: Value, policy: Policy) => boolean,
): Element | undefined {
  return element && { ...element, values: element.values.filter((value) => mayCount(value, policy)) };
}

const KMS_ACTIONS = parseGlob('kms:*');
const KMS_RESOURCES = parseGlob('arn:*:kms:*');

function mayBeKms(value: Value, policy: Policy): boolean {
  return intersectGlobs(actionPattern(value, policy).glob, KMS_ACTIONS);
}

function mayBeOfKms(value: Value, policy: Policy): boolean {
  return intersectGlobs(patternOf(value, policy).glob, KMS_RESOURCES);
}

function actionContains(outer: Value, outerPolicy: Policy, inner: Value, innerPolicy: Policy): boolean {
  return containsGlob(actionPattern(outer, outerPolicy).glob, actionPattern(inner, innerPolicy).glob);
}

function principalsWithin(inner: PrincipalElement | undefined, outer: PrincipalElement | undefined): boolean {
  if (inner === undefined || outer === undefined) return inner === outer;
  if (inner.incomplete || outer.incomplete) return source(inner) === source(outer);
  return inner.principals.every((one) =>
    outer.principals.some(
      (other) => isEverybody(other) || (one.type === other.type && show(one.value) === show(other.value)),
    ),
  );
}

/** Every condition of the outer statement is there, at least as narrow. */
function conditionsWithin(inner: Side, outer: Side): boolean {
  const [a, b] = [inner.statement, outer.statement];
  if (a.conditionsUnknown || b.conditionsUnknown) return conditionSource(a) === conditionSource(b);
  return b.conditions.every((condition) =>
    a.conditions.some((other) => conditionWithin(other, inner.policy, condition, outer.policy)),
  );
}

function conditionWithin(inner: Condition, innerPolicy: Policy, outer: Condition, outerPolicy: Policy): boolean {
  const operator = readOperator(outer.operator);
  const sameTest =
    inner.operator.trim().toLowerCase() === outer.operator.trim().toLowerCase() &&
    foldKey(inner.key) === foldKey(outer.key);
  if (!sameTest) return false;
  if (inner.incomplete || outer.incomplete)
    return inner.span.file.slice(inner.span) === outer.span.file.slice(outer.span);
  const contains = (one: Value, onePolicy: Policy, other: Value, otherPolicy: Policy): boolean =>
    operator.wildcards
      ? containsGlob(patternOf(other, otherPolicy).glob, patternOf(one, onePolicy).glob)
      : show(one) === show(other);
  // A negated test lets through what it does not list: the longer list is the narrower one.
  if (operator.negated)
    return outer.values.every((one) => inner.values.some((other) => contains(one, outerPolicy, other, innerPolicy)));
  return inner.values.every((one) => outer.values.some((other) => contains(one, innerPolicy, other, outerPolicy)));
}

function source({ node }: { node: Element['node'] }): string {
  return node.span.file.slice(node.span);
}

/** The text of what stands between the first and the last condition, or of the element that could not be read. */
function conditionSource({ node, span }: Statement): string {
  const found = node.entries.find(({ key }) => key.parts.length === 1 && /^condition$/i.test(String(key.parts[0])));
  return found ? found.value.span.file.slice(found.value.span) : span.file.slice(span);
}
