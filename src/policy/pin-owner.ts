import { text as content, OWN_ACCOUNT_ID } from '../syntax/content.ts';
import { hasUnknownAction, type Reached, reachedPermissions } from './action.ts';
import type { Change, NewCondition, Repair } from './change.ts';
import { isStar } from './deny.ts';
import { containsGlob, parseGlob } from './glob.ts';
import { patternOf } from './pattern.ts';
import { type Policy, type Statement, text, type Value } from './policy.ts';

/** The owner of the keys is this account. */
const OWN_KEYS: NewCondition = {
  operator: 'StringEquals',
  key: 'aws:ResourceAccount',
  value: content(OWN_ACCOUNT_ID),
};

/**
 * What keeps an Allow to keys of the own account, where that account is known: the account in the ARN of one key, else a
 * condition on the owner. Permissions that are for no key, and those of other services, go on without it, in a statement of
 * their own. Undefined where something of the statement is not known.
 */
export function pinOwner(statement: Statement, value: Value, policy: Policy, account?: string): Repair | undefined {
  const { action, resource } = statement;
  if ((policy.own ?? account) === undefined || !action || !resource || action.incomplete || resource.incomplete)
    return undefined;
  // With a principal it is no identity policy, whatever it is taken for.
  if (statement.optional || statement.principal || statement.notPrincipal) return undefined;
  if (!resource.values.every((one) => isKnown(one, policy))) return undefined;
  if (!action.values.every((one) => !one.optional && !hasUnknownAction(one, policy))) return undefined;
  if (!mayOwn(value, account)) return undefined;
  const key = pinnedKey(value);
  if (key) return { title: 'Write the account into the key ARN', changes: [key], keeps: 'own-account' };
  const changes = conditioned(statement, policy);
  return changes && { title: 'Allow it only on keys of this account', changes, keeps: 'own-account' };
}

function isKnown(value: Value, policy: Policy): boolean {
  return !value.optional && !patternOf(value, policy).unknown;
}

/** Whether the own account can be among those that a pattern leaves open; else nothing of it would be left. */
function mayOwn(value: Value, account: string | undefined): boolean {
  const fields = (text(value) ?? '').split(':');
  const [written] = fields.slice(4);
  if (written === undefined || fields.length < 6) return fields.at(-1)?.endsWith('*') === true;
  return written === '*' || (account !== undefined && containsGlob(parseGlob(written), parseGlob(account)));
}

/** One key whose account alone is open. */
function pinnedKey(value: Value): Change | undefined {
  const fields = (text(value) ?? '').split(':');
  const [arn, partition, service, region, , key] = fields;
  if (fields.length !== 6 || !/^key\/[\w-]+$/.test(key ?? '')) return undefined;
  const [before, after] = [`${arn}:${partition}:${service}:${region}:`, `:${key}`];
  return { change: 'value', at: value.span, by: content(before, OWN_ACCOUNT_ID, after) };
}

/** An action of a statement, and what of it is for keys. */
interface Sorted {
  value: Value;
  isKms: boolean;
  onKeys: boolean;
  /** The permissions that are for no key. */
  onNone: string[];
}

function conditioned(statement: Statement, policy: Policy): Change[] | undefined {
  const reached = reachedPermissions(statement, policy);
  const actions = (statement.action?.values ?? []).map((value) => sort(value, reached));
  if (!actions.every((one) => one !== undefined)) return undefined;
  const onStar = statement.resource?.values.some((value) => isStar(value, policy)) === true;
  if (actions.some(({ isKms }) => !isKms)) return movedOut(statement, actions, onStar);
  const free = onStar ? actions.filter(({ onNone }) => onNone.length > 0) : [];
  const pin: Change = { change: 'condition', statement: statement.span, add: OWN_KEYS };
  return free.length === 0 ? [pin] : [pin, ...movedAway(statement, free)];
}

/** Undefined for a pattern that goes beyond KMS, and for a name of KMS that nobody knows. */
function sort(value: Value, reached: readonly Reached[]): Sorted | undefined {
  const isKms = /^kms:/i.test(text(value) ?? '');
  const own = reached.filter(({ values }) => values.includes(value)).map(({ permission }) => permission);
  if (isKms !== own.length > 0) return undefined;
  const onNone = own.filter(({ on }) => on === 'none').map(({ name }) => `kms:${name}`);
  return { value, isKms, onKeys: own.length > onNone.length, onNone };
}

/** What is for no key goes to a statement of its own: names as they are, patterns by the names that they reach. */
function movedAway(statement: Statement, free: readonly Sorted[]): Change[] {
  const whole = free.filter(({ onKeys }) => !onKeys);
  const covered = new Set(whole.flatMap(({ onNone }) => onNone));
  const named = free.filter(({ onKeys }) => onKeys).flatMap(({ onNone }) => onNone);
  const actions = [...whole.map(({ value }) => text(value) ?? ''), ...named.filter((name) => !covered.has(name))];
  const resource = statement.resource?.values.length === 1 ? {} : { resource: '*' };
  return [
    ...whole.map(({ value }): Change => ({ change: 'remove', at: value.span })),
    { change: 'statement', after: statement.span, actions: [...new Set(actions)], ...resource },
  ];
}

/** What is for keys goes to a statement of its own, with the condition; the rest stays. */
function movedOut(statement: Statement, actions: readonly Sorted[], onStar: boolean): Change[] {
  const moved = actions.filter(({ onKeys }) => onKeys);
  const stays = moved.map(({ value, onNone }): Change => {
    const isGone = onNone.length === 0 || !onStar;
    return isGone ? { change: 'remove', at: value.span } : { change: 'actions', at: value.span, by: onNone };
  });
  const names = moved.map(({ value }) => text(value) ?? '');
  return [...stays, { change: 'statement', after: statement.span, actions: names, add: OWN_KEYS }];
}
