import type { Policy } from '../policy/policy.ts';
import { canonicalText } from './canonical.ts';
import { cellsOf, type Options } from './cells.ts';
import type { Row } from './row.ts';
import { rowsOf } from './rows.ts';

/** What some documents of one attachment allow that others do not, by what is written in them. */
export interface Comparison {
  added: Row[];
  removed: Row[];
  /** What may be new or gone, and what that hangs on. */
  unknown: Row[];
  /** Whether the documents are about KMS and not the same. */
  touchesKms: boolean;
}

/**
 * Compares the KMS access of two versions of the documents that hang on one thing: all the policies of a role, the policy of
 * a key. Finds requests, never statements: what another statement allowed before is not new.
 */
export function compareAccess(before: readonly Policy[], after: readonly Policy[], options: Options = {}): Comparison {
  if (canonicalText(before) === canonicalText(after)) return NOTHING;
  const result = cellsOf(before, after, options);
  if (result === undefined) return { added: [], removed: [], unknown: [TOO_COMPLEX], touchesKms: true };
  return { ...rowsOf(result), touchesKms: result.terms.length > 0 };
}

const NOTHING: Comparison = { added: [], removed: [], unknown: [], touchesKms: false };

/** A row for a comparison over a bound. */
const TOO_COMPLEX: Row = {
  change: 'may-add',
  principals: [],
  route: 'direct',
  otherwiseWithIam: false,
  actions: [],
  resources: [],
  isPart: false,
  situation: '',
  reasons: ['the documents are too complex to compare'],
  assumes: [],
  causes: [],
  example: undefined,
};
