import type { Statement } from '../../policy/policy.ts';
import type { Draft } from '../rule.ts';

/** Something that can never apply. */
export type Dead = Omit<Draft, 'statement'>;

/** What the statement does not do. */
export function nothing({ effect }: Statement): string {
  return effect === 'Deny' ? 'denies nothing' : 'allows nothing';
}
