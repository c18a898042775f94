import { type Element, type Statement, show, type Value } from '../policy/policy.ts';
import { type Formula, TRUE, unknown } from './formula.ts';

/** What may not be there: values and statements under a template's condition, lists of which a part could not be read. */

/** Whether a value is there. */
export function presence(value: Value): Formula {
  if (!value.optional) return TRUE;
  const written = show(value);
  return unknown({
    key: `there ${written}`,
    about: `whether \`${written}\` is there depends on the template's parameters`,
  });
}

/** Whether a statement is there. */
export function statementPresence(statement: Statement): Formula {
  if (!statement.optional) return TRUE;
  const written = statement.span.file.slice(statement.span);
  return unknown({
    key: `statement ${written.replace(/\s+/g, ' ')}`,
    about: `whether statement ${statement.sid ?? statement.index + 1} is there depends on the template's parameters`,
  });
}

/** The part of a list that could not be read, which may match anything. */
export function missingPart(element: Pick<Element, 'incomplete' | 'node' | 'key'>): Formula[] {
  if (!element.incomplete) return [];
  const { span } = element.node;
  const written = span.file.slice(span).replace(/\s+/g, ' ');
  return [unknown({ key: `rest ${written}`, about: 'a part of the list could not be read' })];
}
