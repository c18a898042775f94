import { type Choice, type Element, type Statement, show, type Value } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import { type Formula, not, TRUE, unknown } from './formula.ts';

/** What may not be there: values and statements under a template's condition, lists of which a part could not be read. */

/** Whether a value is there. */
export function presence(value: Value): Formula {
  return value.optional ? decided(value.choice, show(value), code(show(value))) : TRUE;
}

/** Whether a statement is there. */
export function statementPresence({ optional, choice, span, sid, index }: Statement): Formula {
  if (!optional) return TRUE;
  return decided(choice, span.file.slice(span).replace(/\s+/g, ' '), `statement ${sid ?? index + 1}`);
}

function decided(choice: Choice | undefined, written: string, what: string): Formula {
  const by = choice?.by ?? written;
  const there = unknown({ key: `there ${by}`, about: `whether ${what} is there hangs on ${code(by)}` });
  return choice?.isOpposite ? not(there) : there;
}

/** The part of a list that could not be read, which may match anything. */
export function missingPart(element: Pick<Element, 'incomplete' | 'node' | 'key'>): Formula[] {
  if (!element.incomplete) return [];
  const { span } = element.node;
  const written = span.file.slice(span).replace(/\s+/g, ' ');
  return [unknown({ key: `rest ${written}`, about: 'a part of the list could not be read' })];
}
