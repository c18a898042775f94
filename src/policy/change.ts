import type { Span } from '../source/source-file.ts';
import type { Content } from '../syntax/content.ts';
import type { Value } from './policy.ts';

/** A condition in the words of IAM. */
export interface NewCondition {
  operator: string;
  key: string;
  value: Content;
}

/**
 * A change of a policy or resource in the words of IAM, at the places that a rule looked at. How it is written, the
 * language of each place decides; where it cannot be written the whole repair is left to words.
 */
export type Change =
  /** Another value in place of one: a whole element, an item, a property. */
  | { change: 'value'; at: Span; by: Content }
  /** Several action names in place of one. */
  | { change: 'actions'; at: Span; by: readonly string[] }
  /** An item of a list is taken out; others stay. */
  | { change: 'remove'; at: Span }
  /** An entry of an object is taken out, found by its name. */
  | { change: 'remove-entry'; name: Span }
  /** A condition operator, found by its name, is another one. */
  | { change: 'operator'; name: Span; by: string }
  | { change: 'condition'; statement: Span; add: NewCondition }
  /** A statement after another one: the same with other actions, and perhaps with another resource and one more condition. */
  | { change: 'statement'; after: Span; actions: readonly string[]; resource?: string; add?: NewCondition }
  /** A property of a resource that it does not have; `of` is where the resource is named. */
  | { change: 'property'; of: Span; name: string; value: Content };

/** Items that do nothing are taken out of their lists; undefined where one of them may not be there. */
export function takeOut(values: readonly Value[], title: string): Repair | undefined {
  if (values.some((value) => value.optional)) return undefined;
  return { title, changes: values.map((value) => ({ change: 'remove', at: value.span })) };
}

/** What repairs a finding, before it is written and proven. */
export interface Repair {
  /** Imperative, a few words: `Pin the account that owns the keys`. */
  title: string;
  changes: readonly Change[];
  /**
   * What must still be allowed after it, besides that nothing more is: everything where nothing is said; the requests for
   * keys of the own account, which is right only where no other account is spoken of in all that is reviewed; or only
   * what the title says is left.
   */
  keeps?: 'own-account' | 'what-it-says';
}
