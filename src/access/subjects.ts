import { PERMISSIONS, type Permission } from '../kms/permissions.ts';
import { matchAction, namesKms } from '../policy/action.ts';
import { type Element, type Policy, type Statement, show, text, type Value } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import { and, FALSE, type Formula, not, or, TRUE, unknown } from './formula.ts';
import { missingPart, presence } from './presence.ts';
import type { On } from './resources.ts';

/** A permission as it is asked for on one kind of resource. Aliases' permissions are asked for twice, on the alias and on the key. */
export interface Subject {
  permission: Permission;
  on: On;
  /** No permission that is known has this name; what it is asked for on is not known either. */
  isUnknown: boolean;
}

const KNOWN: readonly Subject[] = PERMISSIONS.flatMap((permission): Subject[] => {
  const on: On[] = permission.on === 'alias' ? ['alias', 'key'] : [permission.on];
  return on.map((one) => ({ permission, on: one, isUnknown: false }));
});

/**
 * Everything that some statements may be about: the permissions of today, and names that only the documents know, which
 * may be newer than our table and so of any kind.
 */
export function subjectsOf(policies: readonly Policy[]): Subject[] {
  const known = new Set(PERMISSIONS.map(({ name }) => name.toLowerCase()));
  const others = new Map<string, Permission>();
  for (const policy of policies)
    for (const { action, notAction } of policy.statements)
      for (const value of [...(action?.values ?? []), ...(notAction?.values ?? [])]) {
        const written = text(value);
        if (written === undefined || /[*?]/.test(written) || !namesKms(value, policy)) continue;
        const name = written.slice(written.indexOf(':') + 1);
        if (name === '' || known.has(name.toLowerCase()) || others.has(name.toLowerCase())) continue;
        others.set(name.toLowerCase(), { name, access: 'Write', on: 'key', conditionKeys: [] });
      }
  const kinds: On[] = ['none', 'key', 'alias'];
  const more = [...others.values()].flatMap((permission) =>
    kinds.map((on): Subject => ({ permission, on, isUnknown: true })),
  );
  return [...KNOWN, ...more];
}

/** Whether a statement's Action or NotAction has a permission in it. */
export function matchesSubject(statement: Statement, subject: Subject, policy: Policy): Formula {
  if (statement.action) return matchesActions(statement.action, subject, policy);
  return statement.notAction ? not(matchesActions(statement.notAction, subject, policy)) : FALSE;
}

function matchesActions(element: Element, { permission }: Subject, policy: Policy): Formula {
  const one = (value: Value): Formula => {
    const match = matchAction(value, permission, policy);
    if (match === 'no') return FALSE;
    const formula =
      match === 'yes'
        ? TRUE
        : unknown({ key: `action ${show(value)}`, about: `${code(show(value))} is not known here` });
    return and([formula, presence(value)]);
  };
  return or([...element.values.map(one), ...missingPart(element)]);
}
