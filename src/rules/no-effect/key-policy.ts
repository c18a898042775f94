import type { Reached } from '../../policy/action.ts';
import { allowedKms } from '../../policy/allow.ts';
import { type Repair, takeOut } from '../../policy/change.ts';
import { OWN_ACCOUNT } from '../../policy/pattern.ts';
import { type Policy, type Statement, show, text, type Value } from '../../policy/policy.ts';
import { accountOf } from '../../policy/principal.ts';
import { code } from '../code.ts';
import { names, valueNames } from '../phrase.ts';
import type { Context } from '../rule.ts';
import { type Dead, nothing } from './dead.ts';

/** A key policy statement without Resource has no effect (KMS developer guide, Key policies: elements). */
export function withoutResource(statement: Statement, policy: Policy): Dead | undefined {
  const element = statement.action ?? statement.notAction;
  if (statement.resource || statement.notResource || element === undefined || statement.optional) return undefined;
  // A document made of others may get it there.
  if (policy.gaps.length > 0) return undefined;
  return {
    span: element.key.span,
    offending: 'Resource',
    message: `This statement has no ${code('Resource')}, so in a key policy it ${nothing(statement)}.`,
    advice: `Add ${code('"Resource": "*"')}, which in a key policy is the key itself.`,
  };
}

/**
 * Principals with a wildcard in a part of them, which AWS does not take
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export function partOfPrincipals({ principal, notPrincipal }: Statement): Dead[] {
  return [principal, notPrincipal].flatMap((element) =>
    (element?.principals ?? []).flatMap(({ type, value }): Dead[] => {
      const written = text(value);
      const account = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):[^$<{]*[*?]/.exec(written ?? '')?.[1];
      if (type !== 'AWS' || written === undefined || account === undefined) return [];
      return [
        {
          span: value.span,
          offending: written,
          message: `${code(written)} has a wildcard, and a principal takes none in a part of it: AWS refuses this key policy.`,
          advice: `Name the account, ${code(`"AWS": "${written.replace(/:[^:]*$/, ':root').replace(':sts:', ':iam:')}"`)}, and add the condition ${code(`"ArnLike": {"aws:PrincipalArn": "${written}"}`)}.`,
        },
      ];
    }),
  );
}

/** Action patterns of a key policy that only reach permissions for no key. */
export function iamOnly(statement: Statement, reached: readonly Reached[]): Dead | undefined {
  const dead = deadValues(statement, reached, ({ permission }) => permission.iamOnly === true);
  const [first] = dead;
  if (first === undefined) return undefined;
  return {
    span: first.span,
    offending: dead.map(show).join(' '),
    // It does no harm, and AWS's own examples have it.
    severity: 'notice',
    message: `${valueNames(dead)} ${dead.length > 1 ? 'are' : 'is'} not for a key: a key policy cannot ${statement.effect === 'Deny' ? 'deny' : 'give'} ${dead.length > 1 ? 'them' : 'it'}.`,
    advice: `Take ${dead.length > 1 ? 'them' : 'it'} out here, and give what is needed in an IAM policy with ${code('"Resource": "*"')}.`,
    repair: takenOut(dead, statement),
  };
}

/** Action patterns that only reach permissions which other accounts cannot use, where all principals are of other accounts. */
export function foreign(statement: Statement, policy: Policy, { config }: Context): Dead[] {
  const { principal } = statement;
  const allowed = allowedKms(policy).find((one) => one.statement === statement);
  if (config.account === undefined || !principal || principal.incomplete || !allowed) return [];
  const accounts = principal.principals.map(({ type, value }) =>
    type === 'AWS' ? accountOf(value, policy) : undefined,
  );
  const isForeign = accounts.every(
    (account) => account !== undefined && account !== OWN_ACCOUNT && account !== config.account,
  );
  if (!isForeign || accounts.length === 0) return [];
  const dead = deadValues(
    statement,
    allowed.reached,
    ({ permission }) => permission.crossAccount !== true && permission.iamOnly !== true,
  );
  const [first] = dead;
  if (first === undefined) return [];
  return [
    {
      span: first.span,
      offending: `cross-account ${dead.map(show).join(' ')}`,
      message: `${valueNames(dead)} cannot be used from another account, so ${names([...new Set(accounts as string[])])} ${dead.length > 1 ? 'do not get them' : 'does not get it'}.`,
      advice: 'Take it out, or give it to a principal of the account that owns the key.',
      repair: takenOut(dead, statement, 'what-it-says'),
    },
  ];
}

/** Dead actions go where others stay. */
function takenOut(dead: readonly Value[], { action }: Statement, keeps?: Repair['keeps']): Repair | undefined {
  const stays = action?.values.some((value) => !value.optional && !dead.includes(value));
  const repair = stays ? takeOut(dead, 'Take out what does nothing here') : undefined;
  return repair && keeps ? { ...repair, keeps } : repair;
}

/** The action patterns that certainly reach something, and nothing but what is dead. */
function deadValues(statement: Statement, reached: readonly Reached[], isDead: (one: Reached) => boolean): Value[] {
  return (statement.action?.values ?? []).filter((value) => {
    const own = reached.filter(({ values }) => values.includes(value));
    return own.length > 0 && own.every((one) => one.match === 'yes' && isDead(one));
  });
}
