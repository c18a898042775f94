import { PERMISSIONS } from '../../kms/permissions.ts';
import type { Reached } from '../../policy/action.ts';
import { foldKey, readOperator } from '../../policy/condition.ts';
import { patternOf } from '../../policy/pattern.ts';
import { type Condition, type Policy, type Statement, show, type Value } from '../../policy/policy.ts';
import { code } from '../code.ts';
import { names } from '../phrase.ts';
import { type Dead, nothing } from './dead.ts';

/** Conditions on KMS condition keys that no permission of the statement has. */
export function unmetConditions(statement: Statement, policy: Policy, reached: readonly Reached[]): Dead[] {
  const { action } = statement;
  const isKms = (value: Value): boolean => /^kms:/i.test(show(value)) && !patternOf(value, policy).unknown;
  if (!action || action.incomplete || !action.values.every(isKms)) return [];
  // The published table has no keys at all for some permissions.
  if (reached.some(({ match, permission }) => match !== 'yes' || permission.conditionKeys.length === 0)) return [];
  return statement.conditions.flatMap((condition): Dead[] => {
    if (!needsKey(condition) || !PERMISSIONS.some((permission) => carries(permission.conditionKeys, condition)))
      return [];
    if (reached.some(({ permission }) => carries(permission.conditionKeys, condition))) return [];
    const verbs = names(reached.map(({ permission }) => `kms:${permission.name}`));
    return [
      {
        span: condition.keyNode.span,
        offending: `${condition.operator} ${condition.key}`,
        message: `No request for ${verbs} has ${code(condition.key)}, so this statement ${nothing(statement)}.`,
        advice:
          'Use a condition key that these permissions have, or move the condition to the statement that it is meant for.',
      },
    ];
  });
}

/** Whether a condition on a key of KMS is false where the key is absent. */
function needsKey({ operator, key }: Condition): boolean {
  const { base, set, ifExists, negated } = readOperator(operator);
  if (!foldKey(key).startsWith('kms:') || base === 'null' || ifExists || set === 'ForAllValues') return false;
  return !negated || set === 'ForAnyValue';
}

/** Whether a condition key is among these, one of which may end in a name of the author's. */
function carries(keys: readonly string[], { key }: Condition): boolean {
  const folded = foldKey(key);
  return keys.some((one) => {
    const known = foldKey(one);
    return known.endsWith('*') ? folded.startsWith(known.slice(0, -1)) : folded === known;
  });
}
