import { reachOfAliases, reachOfKeys } from '../../policy/arn.ts';
import { patternOf } from '../../policy/pattern.ts';
import { type Policy, type Statement, show } from '../../policy/policy.ts';
import { code } from '../code.ts';
import { type Dead, nothing } from './dead.ts';

/** KMS ARNs that match neither key nor alias. */
export function unmatched(statement: Statement, policy: Policy): Dead[] {
  return (statement.resource?.values ?? []).flatMap((value): Dead[] => {
    const pattern = patternOf(value, policy);
    const wrong = faultOf(pattern.glob.map((token) => (token.length === 1 ? token : '*')).join(''));
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

/** The key ARN that was probably meant, with names for what is not there. */
function mended(written: string): string {
  const [, partition, , ...fields] = written.split(':');
  const account = fields.find((field) => /^\d{12}$/.test(field));
  const [first = ''] = fields;
  const region = /^[a-z0-9*-]+$/.test(first) && first !== account && first !== 'key' ? first : 'REGION';
  // A star with another field after it stands for the account.
  const isId = (field: string, at: number): boolean =>
    !['', account, first].includes(field) && !(field === '*' && at < fields.length - 1);
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
  if (!/^(?:\d{12}|\*|)$/.test(account)) return undefined;
  if (more.length > 0) return resource === 'key' ? 'has a colon after `key` instead of a slash' : 'has too many colons';
  if (region === '') return 'has no Region';
  return account === '' ? 'has no account' : undefined;
}
