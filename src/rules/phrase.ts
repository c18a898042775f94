import { readOperator } from '../policy/condition.ts';
import { type Condition, type Policy, show, type Value } from '../policy/policy.ts';
import { code } from './code.ts';

/** `a`, `b` and `c`; from the fifth on a number: `a`, `b`, `c` and 4 more. */
export function names(texts: readonly string[]): string {
  const shown = texts.length > 4 ? texts.slice(0, 3) : texts;
  const rest = texts.length - shown.length;
  const pieces = [...shown.map(code), ...(rest > 0 ? [`${rest} more`] : [])];
  const last = pieces.pop() ?? '';
  return pieces.length === 0 ? last : `${pieces.join(', ')} and ${last}`;
}

/** A statement on every resource as its author can write it beside the others, in code spans. */
export function statementText({ resourceType }: Policy, effect: 'Allow' | 'Deny', actions: readonly string[]): string {
  const list = `[${actions.map((action) => JSON.stringify(action)).join(', ')}]`;
  // JSON is also YAML and HCL; a block is neither.
  if (resourceType !== 'aws_iam_policy_document')
    return code(`{"Effect": "${effect}", "Action": ${list}, "Resource": "*"}`);
  const lines = [...(effect === 'Deny' ? ['effect = "Deny"'] : []), `actions = ${list}`, 'resources = ["*"]'];
  return `${code('statement')} with ${lines.map(code).join(', ')}`;
}

/** An ARN of the own account as its author can write it; what is not known stands in capitals. */
export function ownArn({ own }: Policy, account: string | undefined, resource: string): string {
  if (own?.language === 'CloudFormation')
    return `!Sub arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
  return `arn:aws:kms:REGION:${own ? `\${${own.name}}` : (account ?? 'ACCOUNT')}:${resource}`;
}

/** The keys that the same template declares, in brackets after a space, as an example of what to write; empty where there are none. */
export function declaredKeys({ keys }: Policy): string {
  const known = keys?.().slice(0, 2) ?? [];
  return known.length > 0 ? ` (this template has ${names(known)})` : '';
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
