import type { Token } from './glob.ts';
import { OWN_ACCOUNT, patternOf } from './pattern.ts';
import { type Policy, show, type Value } from './policy.ts';

/** The fields of an ARN; a single one for everything else. */
function fields(value: Value, policy: Pick<Policy, 'version'>): Token[][] {
  const all: Token[][] = [[]];
  for (const token of patternOf(value, policy).glob) {
    if (token === ':') all.push([]);
    else all.at(-1)?.push(token);
  }
  return all;
}

/** The account of an AWS principal: 12 digits, {@link OWN_ACCOUNT}, or undefined where it has none or it is not known. */
export function accountOf(value: Value, policy: Pick<Policy, 'version'>): string | undefined {
  const all = fields(value, policy);
  const account = (all.length === 1 ? all[0] : all[4])?.join('') ?? '';
  return account === OWN_ACCOUNT || /^\d{12}$/.test(account) ? account : undefined;
}

/** Whether a principal certainly is a whole account: its id, or `arn:aws:iam::ACCOUNT:root`. */
export function isAccount(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const all = fields(value, policy);
  return accountOf(value, policy) !== undefined && (all.length === 1 || all[5]?.join('') === 'root');
}

/** Whether a principal certainly is one identity: a user, a role or a session of one, also by a reference to one that the template declares. */
export function isIdentity(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const name = fields(value, policy)[5]?.join('') ?? '';
  if (/^(?:user|role|assumed-role|federated-user)\//.test(name)) return true;
  // The ARN of a resource is never an account.
  return /^(?:!GetAtt \w+\.Arn|\$\{\w+\.Arn\}|(?:\$\{)?aws_iam_(?:role|user)\.[^\s}]+\.arn\}?)$/.test(show(value));
}
