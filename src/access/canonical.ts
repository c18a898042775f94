import { foldKey } from '../policy/condition.ts';
import {
  type Element,
  type Policy,
  type PrincipalElement,
  type Statement,
  show,
  type Value,
} from '../policy/policy.ts';
import { kmsActions, mayTouchKms } from './relevant.ts';

/**
 * The text of what some documents say of KMS, the same for documents that say the same: without Sids, the order of
 * statements and lists, and the letter case that IAM folds. Equal texts need no comparison; different ones may still
 * mean the same. Empty where nothing is said.
 */
export function canonicalText(policies: readonly Policy[]): string {
  const texts = policies.map(documentText);
  return texts
    .filter((text) => text !== '')
    .sort()
    .join('\n\n');
}

/** The statements of some documents, each in the same way. */
export function statementTexts(policies: readonly Policy[]): string[] {
  return policies.flatMap((policy) => kmsStatements(policy).map((statement) => statementText(statement, policy)));
}

function documentText(policy: Policy): string {
  const { kind, version, unread = [] } = policy;
  const others = unread.map((span) => span.file.slice(span));
  const texts = [...statementTexts([policy]), ...others].sort();
  return texts.length === 0 ? '' : [kind, version ?? '', ...texts].join('\n');
}

function kmsStatements(policy: Policy): Statement[] {
  return policy.statements.filter((statement) => mayTouchKms(statement, policy));
}

function statementText(statement: Statement, policy: Policy): string {
  const conditions = statement.conditions.map(({ operator, key, values, incomplete }) =>
    [operator.toLowerCase(), foldKey(key), incomplete, ...values.map(valueText).sort()].join('\u0001'),
  );
  // What was not read is compared as it is written.
  const written = statement.conditionsUnknown || statement.optional || statement.effect === 'unknown';
  return JSON.stringify([
    statement.effect,
    actionText(statement.action, policy),
    actionText(statement.notAction, policy),
    elementText(statement.resource),
    elementText(statement.notResource),
    principalText(statement.principal),
    principalText(statement.notPrincipal),
    conditions.sort(),
    written ? statement.span.file.slice(statement.span) : '',
    statement.choice,
  ]);
}

/** A value, and what decides whether it is there. */
export function valueText(value: Value): string {
  if (!value.optional) return show(value);
  return `${show(value)} if ${value.choice?.isOpposite ? 'not ' : ''}${value.choice?.by ?? ''}`;
}

/** The patterns of a list that may be about KMS, in lower case. */
function actionText(element: Element | undefined, policy: Policy): string[] | undefined {
  if (element === undefined) return undefined;
  const values = kmsActions(element, policy).map((value) =>
    value.parts.every((part) => typeof part === 'string') ? valueText(value).toLowerCase() : valueText(value),
  );
  return [...new Set(values)].sort().concat(element.incomplete ? [sourceOf(element)] : []);
}

function elementText(element: Element | undefined): string[] | undefined {
  if (element === undefined) return undefined;
  return [...new Set(element.values.map(valueText))].sort().concat(element.incomplete ? [sourceOf(element)] : []);
}

function principalText(element: PrincipalElement | undefined): string[] | undefined {
  if (element === undefined) return undefined;
  const values = element.principals.map(({ type, value }) => `${type} ${valueText(value)}`);
  return values.sort().concat(element.incomplete ? [sourceOf(element)] : []);
}

function sourceOf({ node: { span } }: Pick<Element, 'node'>): string {
  return span.file.slice(span);
}
