import type { Tri } from '../policy/matching.ts';
import type { Policy } from '../policy/policy.ts';
import { canonicalText } from './canonical.ts';
import { type Cell, cellsOf, changeOf, type Options } from './cells.ts';

/** Which of the requests that were allowed must still be: all of them where nothing is said. */
export interface Intent {
  /** Only requests for keys and aliases of this account (12 digits, or `OWN_ACCOUNT`). Requests for no key always count. */
  account?: string;
  /** Only these permissions, by name: `Decrypt`. */
  actions?: readonly string[];
}

/**
 * Whether some documents of one attachment allow nothing that others do not: `narrows(original, fixed)`. `unknown` where it
 * hangs on a value that is not in the files, or the comparison is too complex. Nothing is assumed of references:
 * two that are written differently may be the same key.
 */
export function narrows(before: readonly Policy[], after: readonly Policy[], options: Options = {}): Tri {
  if (canonicalText(before) === canonicalText(after)) return 'yes';
  const result = cellsOf(before, after, options);
  return result === undefined ? 'unknown' : none(result.cells, 'added');
}

/**
 * Whether every KMS request that some documents allow is still allowed by others, as far as the intent goes:
 * `keeps(original, fixed, { account })`. With no intent, and {@link narrows}, both allow the same.
 */
export function keeps(
  before: readonly Policy[],
  after: readonly Policy[],
  intent: Intent = {},
  options: Options = {},
): Tri {
  if (canonicalText(before) === canonicalText(after)) return 'yes';
  const result = cellsOf(before, after, intent.account === undefined ? options : { ...options, apart: intent.account });
  if (result === undefined) return 'unknown';
  const wanted = intent.actions?.map((name) => name.toLowerCase());
  const place = result.patterns.length - 1;
  const isMeant = ({ resource, subjects }: Cell): boolean => {
    if (wanted && !subjects.some(({ permission }) => wanted.includes(permission.name.toLowerCase()))) return false;
    return intent.account === undefined || resource.on === 'none' || resource.matches[place]?.text !== '0';
  };
  return none(result.cells.filter(isMeant), 'removed');
}

/** Whether no request of some cells is new (or gone). */
function none(cells: readonly Cell[], change: 'added' | 'removed'): Tri {
  let answer: Tri = 'yes';
  for (const { outcome } of cells)
    for (const situation of outcome.changed) {
      const found = changeOf(situation, change, false);
      if (found === 'always') return 'no';
      if (found !== 'never') answer = 'unknown';
    }
  return answer;
}
