import { isEverybody } from '../policy/deny.ts';
import { isUnknown, OWN_ACCOUNT } from '../policy/pattern.ts';
import { type Policy, type Principal, type Statement, show } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import { and, FALSE, type Formula, or, TRUE, unknown } from './formula.ts';
import { missingPart, presence } from './presence.ts';
import { globOf, type Reading } from './resource-pattern.ts';
import { isName, type Word } from './words.ts';

/** `direct`: the document alone lets the principal in. `with-iam`: only together with an IAM policy of the caller's side. */
export type Route = 'direct' | 'with-iam';

/** All principals that no statement tells apart. */
export interface PrincipalClass {
  kind: 'identity' | 'rest-of-account' | 'other-account' | 'service' | 'other-service' | 'other' | 'unknown' | 'holder';
  /** What it is called in the documents: an ARN, an account, a service. */
  name: string;
  /** Twelve digits or the own account; undefined where it has none or it is not known. */
  account: string | undefined;
  key: string;
  /** The part of its ARN after the account. */
  resource: string;
  /** Condition keys that have one value for these callers. */
  fixed: ReadonlyMap<string, Word>;
  /** Values that keys cannot have for them: the account of somebody of another account is none of the named ones. */
  never?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The one principal of a document that hangs on it. */
export const HOLDER: PrincipalClass = {
  kind: 'holder',
  name: '',
  account: undefined,
  key: 'holder',
  resource: '',
  fixed: new Map(),
};

/** A principal of a statement, read. */
type Named =
  | { kind: 'everybody' }
  | { kind: 'account'; account: string; name: string }
  | { kind: 'identity' | 'unknown' | 'service' | 'other'; account: string | undefined; name: string; resource: string };

function readPrincipal({ type, value }: Principal, reading: Reading): Named {
  const glob = globOf(value, reading).map((token) => (token === '**' ? '*' : token === '??' ? '?' : token));
  const name = show(value);
  const text = glob.join('');
  if (type === 'Service' && !glob.some(isUnknown))
    return { kind: 'service', account: undefined, name, resource: text.toLowerCase() };
  if (type === 'unknown' || glob.some(isUnknown)) return { kind: 'unknown', account: undefined, name, resource: text };
  if (type !== 'AWS' && type !== '*') return { kind: 'other', account: undefined, name, resource: `${type} ${text}` };
  const [, , , , account = text, ...rest] = splitColons(glob);
  const known = account === OWN_ACCOUNT || /^\d{12}$/.test(account) ? account : undefined;
  const resource = rest.join(':');
  if (known !== undefined && (resource === '' || resource === 'root')) return { kind: 'account', account: known, name };
  // A role or user that the template declares is one of the own account.
  if (glob.length === 1 && isName(glob[0] as string))
    return { kind: 'identity', account: reading.account ?? OWN_ACCOUNT, name, resource: text };
  return { kind: 'identity', account: known, name, resource: resource === '' ? text : resource };
}

function splitColons(glob: readonly string[]): string[] {
  const fields = [''];
  for (const token of glob) {
    if (token === ':') fields.push('');
    else fields[fields.length - 1] += token;
  }
  return fields;
}

/** The classes of principals of some documents that name principals. */
export function principalClasses(
  policies: readonly Policy[],
  readingOf: (policy: Policy) => Reading,
): PrincipalClass[] {
  const classes = new Map<string, PrincipalClass>();
  const add = (
    one: Pick<PrincipalClass, 'kind' | 'name' | 'account'>,
    key: string,
    resource = '',
    arn?: string,
  ): void => {
    if (!classes.has(key)) classes.set(key, { ...one, key, resource, fixed: fixedKeys(one.account, arn) });
  };
  for (const policy of policies)
    for (const { principal, notPrincipal } of policy.statements)
      for (const one of [...(principal?.principals ?? []), ...(notPrincipal?.principals ?? [])]) {
        if (isEverybody(one)) continue;
        const named = readPrincipal(one, readingOf(policy));
        if (named.kind === 'everybody') continue;
        if (named.account !== undefined)
          add({ kind: 'rest-of-account', name: named.account, account: named.account }, `account ${named.account}`);
        if (named.kind === 'account') continue;
        const { kind, name, account, resource } = named;
        const arn = kind === 'identity' && /^(?:role|user)\//.test(resource) ? name : undefined;
        add({ kind, name, account }, keyOf(named), resource, arn);
      }
  const accounts = new Set([...classes.values()].flatMap(({ account }) => account ?? []));
  add({ kind: 'other-account', name: '', account: undefined }, 'other account');
  const never = new Map(ACCOUNT_KEYS.map((key) => [key, accounts]));
  classes.set('other account', { ...(classes.get('other account') ?? HOLDER), never });
  add({ kind: 'other-service', name: '', account: undefined }, 'other service');
  return [...classes.values()];
}

function keyOf(named: Exclude<Named, { kind: 'everybody' | 'account' }>): string {
  return `${named.kind} ${named.account ?? ''} ${named.resource}`;
}

/** The keys that hold the account of the caller. */
const ACCOUNT_KEYS = ['kms:calleraccount', 'aws:principalaccount'];

function fixedKeys(account: string | undefined, arn: string | undefined): Map<string, Word> {
  const fixed = new Map<string, Word>();
  if (account !== undefined && account !== OWN_ACCOUNT) {
    for (const key of ACCOUNT_KEYS) fixed.set(key, [...account]);
  }
  if (arn !== undefined && !/[${}!]/.test(arn)) fixed.set('aws:principalarn', [...arn]);
  return fixed;
}

/**
 * Whether a statement is for a principal. An account as the principal of an Allow lets its identities in only where their own
 * policies do too; in a Deny it is for all of them
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export function matchesPrincipal(statement: Statement, one: PrincipalClass, route: Route, reading: Reading): Formula {
  if (statement.principal) {
    const { principals, key, node, incomplete } = statement.principal;
    const named = principals.map((principal) => {
      if (isEverybody(principal)) return presence(principal.value);
      const delegates = statement.effect === 'Deny' || route === 'with-iam';
      return and([matchesNamed(readPrincipal(principal, reading), one, delegates), presence(principal.value)]);
    });
    return or([...named, ...missingPart({ incomplete, key, node })]);
  }
  const { notPrincipal } = statement;
  // Whom NotPrincipal spares is documented in ways that do not agree: it stays open.
  const listed = (notPrincipal?.principals ?? []).map(({ value }) => show(value)).sort();
  const about = notPrincipal ? 'whom `NotPrincipal` spares is not decided here' : 'the statement has no Principal';
  return unknown({ key: `not principal ${listed.join(' ')}`, about });
}

function matchesNamed(named: Named, one: PrincipalClass, delegates: boolean): Formula {
  if (named.kind === 'everybody') return TRUE;
  if (named.kind === 'account') return delegates ? isOfAccount(named.account, one) : FALSE;
  if (keyOf(named) === one.key) return TRUE;
  if (named.kind === 'identity' && one.kind === 'identity') return isSession(named, one);
  if (named.kind !== 'unknown' && one.kind !== 'unknown') return FALSE;
  if (['other-account', 'other-service', 'holder'].includes(one.kind)) return FALSE;
  // Whoever is behind a reference may be anybody who is named.
  const [first, second] = [keyOf(named), one.key].sort();
  return unknown({
    key: `principal ${first} is ${second}`,
    about: `whether ${code(named.name)} is ${code(one.name)} is not known here`,
  });
}

/** Whether a principal is one of an account. */
function isOfAccount(account: string, one: PrincipalClass): Formula {
  if (one.kind === 'unknown')
    return unknown({
      key: `principal ${one.key} of ${account}`,
      about: `whether ${code(one.name)} is of account ${account} is not known here`,
    });
  if (one.account === undefined) return FALSE;
  if (one.account === account) return TRUE;
  if (one.account !== OWN_ACCOUNT && account !== OWN_ACCOUNT) return FALSE;
  const literal = account === OWN_ACCOUNT ? one.account : account;
  return unknown({
    key: `same account ${OWN_ACCOUNT} ${literal}`,
    about: `whether the own account is ${code(literal)} is not known here`,
  });
}

/** Whether an identity is a role and the other one a session of it, or both are one written with the own account and without. */
function isSession(
  named: { account: string | undefined; resource: string; name: string },
  one: PrincipalClass,
): Formula {
  const role = /^role\/(?:.*\/)?([^/]+)$/.exec(named.resource)?.[1];
  const session = /^assumed-role\/([^/]+)\//.exec(one.resource)?.[1];
  const isSame = named.resource === one.resource || (role !== undefined && role === session);
  return isSame && named.account !== undefined ? isOfAccount(named.account, one) : FALSE;
}
