import { foldKey } from '../policy/condition.ts';
import { type Element, type Policy, type PrincipalElement, type Statement, show } from '../policy/policy.ts';

/**
 * The text of some documents that is the same for documents that say the same: without Sids, the order of statements and
 * lists, and the letter case that IAM folds. Equal texts need no comparison; different ones may still mean the same.
 */
export function canonicalText(policies: readonly Policy[]): string {
  return policies.map(documentText).sort().join('\n\n');
}

function documentText({ kind, version, statements, unread = [] }: Policy): string {
  const others = unread.map((span) => span.file.slice(span));
  return [kind, version ?? '', ...[...statements.map(statementText), ...others].sort()].join('\n');
}

function statementText(statement: Statement): string {
  const conditions = statement.conditions.map(({ operator, key, values, incomplete }) =>
    [operator.toLowerCase(), foldKey(key), incomplete, ...values.map(show).sort()].join('\u0001'),
  );
  // What was not read is compared as it is written.
  const written = statement.conditionsUnknown || statement.optional || statement.effect === 'unknown';
  return JSON.stringify([
    statement.effect,
    elementText(statement.action, true),
    elementText(statement.notAction, true),
    elementText(statement.resource),
    elementText(statement.notResource),
    principalText(statement.principal),
    principalText(statement.notPrincipal),
    conditions.sort(),
    written ? statement.span.file.slice(statement.span) : '',
  ]);
}

function elementText(element: Element | undefined, fold = false): string[] | undefined {
  if (element === undefined) return undefined;
  const values = element.values.map((value) => {
    const text = `${value.optional ? '?' : ''}${show(value)}`;
    return fold ? text.toLowerCase() : text;
  });
  return [...new Set(values)].sort().concat(element.incomplete ? [sourceOf(element)] : []);
}

function principalText(element: PrincipalElement | undefined): string[] | undefined {
  if (element === undefined) return undefined;
  const values = element.principals.map(({ type, value }) => `${type} ${value.optional ? '?' : ''}${show(value)}`);
  return values.sort().concat(element.incomplete ? [sourceOf(element)] : []);
}

function sourceOf({ node: { span } }: Pick<Element, 'node'>): string {
  return span.file.slice(span);
}
