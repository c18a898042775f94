import { hasUnknownAction, reachedPermissions } from './action.ts';
import { touchesKms } from './allow.ts';
import { reachOfAliases, reachOfKeys } from './arn.ts';
import { isOverComparisons } from './deny.ts';
import { patternOf } from './pattern.ts';
import { type Gap, type Policy, type Statement, show, type Value } from './policy.ts';

/**
 * What of a policy could not be decided although it speaks of KMS: unread elements, an unknown kind, references
 * whose value is not in the file. A policy that certainly has nothing to do with KMS has no gaps.
 */
export function policyGaps(policy: Policy): Gap[] {
  const gaps: Gap[] = [];
  for (const statement of policy.statements) for (const gap of actionGaps(statement, policy)) gaps.push(gap);
  if (!touchesKms(policy) && !mayTouchKms(policy)) return gaps;
  for (const gap of policy.gaps) gaps.push(gap);
  if (isOverComparisons(policy)) {
    const reason = `\`${policy.address}\` has too many statements to compare each Allow with each Deny; what Deny statements take away was not looked at in full`;
    gaps.push({ span: { ...policy.span, end: Math.min(policy.span.end, policy.span.start + 1) }, reason });
  }
  if (policy.kind === 'unknown') {
    const reason = `whether \`${policy.address}\` is a key policy, an endpoint policy or another kind cannot be told from the file; \`policy-kinds\` in the configuration can say it`;
    gaps.push({ span: { ...policy.span, end: Math.min(policy.span.end, policy.span.start + 1) }, reason });
  }
  for (const statement of policy.statements) for (const gap of resourceGaps(statement, policy)) gaps.push(gap);
  return gaps;
}

/** Whether what could not be read of a policy may speak of KMS: it says so, or nothing of the policy could be read. */
function mayTouchKms({ kind, statements, unread = [] }: Policy): boolean {
  const isElsewhere = kind === 'resource-policy' || kind === 'trust-policy';
  if (unread.length > 0 && (kind === 'key-policy' || (statements.length === 0 && !isElsewhere))) return true;
  return unread.some((span) => /kms/i.test(span.file.slice(span)));
}

function actionGaps(statement: Statement, policy: Policy): Gap[] {
  const values = [...(statement.action?.values ?? []), ...(statement.notAction?.values ?? [])];
  return values
    .filter(
      (value) =>
        !hasDefault(value) && hasUnknownAction(value, policy) && reachedPermissions(statement, policy).length > 0,
    )
    .map((value) => ({
      span: value.span,
      reason: `the action is \`${show(value)}\`, whose value is not in this file`,
    }));
}

function resourceGaps(statement: Statement, policy: Policy): Gap[] {
  if (policy.kind === 'key-policy' || reachedPermissions(statement, policy).length === 0) return [];
  const values = [...(statement.resource?.values ?? []), ...(statement.notResource?.values ?? [])];
  return values
    .filter((value) => {
      if (hasDefault(value)) return false;
      const pattern = patternOf(value, policy);
      return (
        reachOfKeys(pattern).accounts === 'unknown' ||
        (pattern.unknown && reachOfAliases(pattern).accounts === 'unknown')
      );
    })
    .map((value) => ({
      span: value.span,
      reason: `the resource is \`${show(value)}\`, whose value is not in this file`,
    }));
}

/** What a parameter with a default is otherwise: the default was read, and the rest nobody can. */
function hasDefault({ parts }: Value): boolean {
  return parts.some((part) => typeof part !== 'string' && part.open === true);
}
