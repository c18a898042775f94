import type { Reached } from '../../policy/action.ts';
import { allowedKms } from '../../policy/allow.ts';
import { isOfOtherService } from '../../policy/arn.ts';
import { keepsFromOwn, referencedKey } from '../../policy/key-access.ts';
import { type Policy, type Statement, show } from '../../policy/policy.ts';
import { code } from '../code.ts';
import { declaredKeys, names, valueNames } from '../phrase.ts';
import type { Context } from '../rule.ts';
import { type Dead, nothing } from './dead.ts';

/** Action patterns for keys in a statement whose resources are all of other services: what KMS checks is a key, an alias or `*`. */
export function otherServices(statement: Statement, reached: readonly Reached[], policy: Policy): Dead | undefined {
  const { action, resource } = statement;
  if (!action || !resource || resource.incomplete || resource.values.length === 0) return undefined;
  if (!resource.values.every((value) => isOfOtherService(value, policy))) return undefined;
  const dead = action.values.filter((value) => {
    const own = reached.filter(({ values }) => values.includes(value));
    // Permissions for no key are the affair of `star-required`.
    return (
      /^kms:/i.test(show(value)) && own.some(({ permission, match }) => match === 'yes' && permission.on !== 'none')
    );
  });
  const [first] = dead;
  if (first === undefined) return undefined;
  const are = dead.length > 1;
  return {
    span: first.span,
    offending: `other service ${dead.map(show).join(' ')}`,
    message: `${valueNames(dead)} ${are ? 'are' : 'is'} for keys, and all that this statement names is of another service (${valueNames(resource.values)}): it ${nothing(statement)} with ${are ? 'them' : 'it'}.`,
    advice: `Move ${are ? 'them' : 'it'} to a statement of ${are ? 'their' : 'its'} own with the ARN of the key in ${code('Resource')}${declaredKeys(policy)}.`,
  };
}

/** Keys of the same template whose own policy gives the account none of what an IAM policy allows on them. */
export function keptByKeyPolicy(statement: Statement, policy: Policy, { config }: Context): Dead[] {
  const { beside = [] } = policy;
  const keyed = allowedKms(policy)
    .find((one) => one.statement === statement)
    ?.permissions.filter(({ on }) => on === 'key');
  if (policy.kind !== 'identity-policy' || !keyed || keyed.length === 0 || beside.length === 0) return [];
  return (statement.resource?.values ?? []).flatMap((value): Dead[] => {
    const key = referencedKey(value, beside);
    const wanted = keyed.map(({ name }) => name);
    if (key === undefined || !keepsFromOwn(key, wanted, beside, config.account)) return [];
    const are = wanted.length > 1;
    return [
      {
        span: value.span,
        offending: `key policy ${show(value)}`,
        message: `The key policy of ${code(key.address)} gives ${names(wanted.map((name) => `kms:${name}`))} to nobody of this account, and does not leave ${are ? 'them' : 'it'} to IAM policies: here ${are ? 'they allow' : 'it allows'} nothing.`,
        advice: `Name this principal in the key policy with ${are ? 'these permissions' : 'this permission'}, or add the statement that leaves access to IAM policies: ${code('{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::ACCOUNT:root"}, "Action": "kms:*", "Resource": "*"}')}.`,
        related: [{ span: key.span, note: 'the key' }],
      },
    ];
  });
}
