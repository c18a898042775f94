import { readOperator } from '../policy/condition.ts';
import { type Condition, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';

/** `a`, `b` and `c`; from the fifth on a number: `a`, `b`, `c` and 4 more. */
export function names(texts: readonly string[]): string {
  const shown = texts.length > 4 ? texts.slice(0, 3) : texts;
  const rest = texts.length - shown.length;
  const pieces = [...shown.map(code), ...(rest > 0 ? [`${rest} more`] : [])];
  const last = pieces.pop() ?? '';
  return pieces.length === 0 ? last : `${pieces.join(', ')} and ${last}`;
}

/** Why a condition on the right key does not guard all the same, as a sentence: its operator, or values that everybody meets. */
export function whyNoGuard({ key, operator, values }: Condition): string {
  const { negated, ifExists, set, base } = readOperator(operator);
  const written = `${code(key)} under ${code(operator)}`;
  if (base === 'null') return `${written} only asks whether it is there.`;
  if (negated) return `${written} keeps out only what it names.`;
  if (ifExists || set === 'ForAllValues') return `${written} also holds where the request has no ${code(key)}.`;
  return `${code(key)} is met by every account (${valueNames(values)}).`;
}

/** The values as their author wrote them, as a list in words. */
export function valueNames(values: readonly Value[]): string {
  return names([...new Set(values.map(show))]);
}
