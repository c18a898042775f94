import { hasUnknownAction, namesKms } from '../policy/action.ts';
import type { Element, Policy, Statement, Value } from '../policy/policy.ts';

/** The action patterns of a list that may be about KMS. */
export function kmsActions(element: Element, policy: Policy): Value[] {
  return element.values.filter((value) => namesKms(value, policy) || hasUnknownAction(value, policy));
}

/** Whether a statement may be about KMS. */
export function mayTouchKms({ action, notAction }: Statement, policy: Policy): boolean {
  if (action) return action.incomplete || kmsActions(action, policy).length > 0;
  return notAction !== undefined;
}
