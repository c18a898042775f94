import { show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';

/** `a`, `b` and `c`; from the fifth on a number: `a`, `b`, `c` and 4 more. */
export function names(texts: readonly string[]): string {
  const shown = texts.length > 4 ? texts.slice(0, 3) : texts;
  const rest = texts.length - shown.length;
  const pieces = [...shown.map(code), ...(rest > 0 ? [`${rest} more`] : [])];
  const last = pieces.pop() ?? '';
  return pieces.length === 0 ? last : `${pieces.join(', ')} and ${last}`;
}

/** The values as their author wrote them, as a list in words. */
export function valueNames(values: readonly Value[]): string {
  return names([...new Set(values.map(show))]);
}
