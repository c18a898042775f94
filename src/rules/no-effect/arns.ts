import { reachOfAliases, reachOfKeys } from '../../policy/arn.ts';
import { type Pattern, patternOf } from '../../policy/pattern.ts';
import { type Policy, type Statement, show } from '../../policy/policy.ts';
import { code } from '../code.ts';
import { type Dead, nothing } from './dead.ts';

/** KMS ARNs that match neither key nor alias. */
export function unmatched(statement: Statement, policy: Policy): Dead[] {
  return (statement.resource?.values ?? []).flatMap((value): Dead[] => {
    const pattern = patternOf(value, policy);
    const wrong = faultOf(withStars(pattern));
    if (wrong === undefined || pattern.unknown) return [];
    if (reachOfKeys(pattern).accounts !== 'none' || reachOfAliases(pattern).accounts !== 'none') return [];
    return [
      {
        span: value.span,
        offending: show(value),
        message: `${code(show(value))} ${wrong}: it matches no key, so with it this statement ${nothing(statement)}.`,
        advice: `Write ${code(mended(show(value)))}.`,
      },
    ];
  });
}

/** The pattern as a text in which a star stands for everything that is no plain character. */
function withStars(pattern: Pattern): string {
  if (pattern.text !== undefined) return pattern.text.replace(/\*+|\?/g, '*');
  return pattern.glob.map((token) => (token.length === 1 ? token : '*')).join('');
}

/** `1234abcd-12ab-34cd-56ef-1234567890ab`, `mrk-1234abcd12ab34cd56ef1234567890ab`. */
const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/** Digits that stand for an account to be named. */
const PLACEHOLDER = '1234567890123';

/** The key ARN that was probably meant, with names for what is not there. */
function mended(written: string): string {
  const [, partition, , ...fields] = written.split(':');
  const account = fields.find((field) => /^\d{12}$/.test(field));
  const [first = ''] = fields;
  const isWrongAccount = (field: string, at: number): boolean => at === 1 && /^\d{10,13}$/.test(field);
  const region = /^[a-z0-9*-]+$/.test(first) && first !== account && first !== 'key' ? first : 'REGION';
  // A star with another field after it stands for the account.
  const isId = (field: string, at: number): boolean =>
    !['', account, first].includes(field) && !isWrongAccount(field, at) && !(field === '*' && at < fields.length - 1);
  const id = fields.filter(isId).join('/');
  return `arn:${partition}:kms:${region}:${account ?? 'ACCOUNT'}:key/${id.replace(/^(?:key\/+)+/, '') || 'KEY_ID'}`;
}

/**
 * What is wrong with the fields of a KMS ARN, in words; undefined where nothing certain is. Anything that looks like a
 * placeholder is left alone: it is replaced before the policy is used.
 */
function faultOf(text: string): string | undefined {
  if (!/^arn:[a-z-]+:kms:[a-z0-9:/*-]*$/.test(text)) return undefined;
  const [, , , region = '', account, resource, ...more] = text.split(':');
  if (account === undefined || resource === undefined) return undefined;
  if (/^\d{10,13}$/.test(account) && account.length !== 12 && !PLACEHOLDER.startsWith(account))
    return `has an account ID of ${account.length} digits, not 12`;
  if (!/^(?:\d{12}|\*|)$/.test(account)) return undefined;
  if (KEY_ID.test(resource) && more.length === 0) return 'has no `key/` before the key ID';
  if (more.length > 0) return resource === 'key' ? 'has a colon after `key` instead of a slash' : 'has too many colons';
  if (region === '') return 'has no Region';
  return account === '' ? 'has no account' : undefined;
}
