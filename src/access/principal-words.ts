import { OWN_ACCOUNT } from '../policy/pattern.ts';
import type { PrincipalClass } from './principals.ts';

/** What some principals of a key policy are called: the fewest names that tell them. Empty for a document that hangs on its principal. */
export function principalWords(found: readonly PrincipalClass[], all: readonly PrincipalClass[]): string[] {
  const set = new Set(found);
  const callers = all.filter(({ kind }) => kind !== 'holder');
  if (callers.length === 0) return [];
  if (callers.every((one) => set.has(one))) return ['everybody'];
  const isService = ({ kind }: PrincipalClass): boolean => kind === 'service' || kind === 'other-service';
  const words: string[] = [];
  const others = callers.filter((one) => !isService(one));
  const named = others.every((one) => set.has(one)) ? [...set].filter(isService) : [...set];
  if (named.length < set.size) words.push('everybody but AWS services');
  const accounts = new Set(named.filter(({ kind }) => kind === 'rest-of-account').map(({ account }) => account));
  for (const one of named) {
    // The whole account is said once.
    if (one.kind === 'identity' && accounts.has(one.account)) continue;
    words.push(wordOf(one));
  }
  return words.sort();
}

function wordOf({ kind, name, account }: PrincipalClass): string {
  switch (kind) {
    case 'rest-of-account':
      return account === OWN_ACCOUNT ? 'the own account' : `account ${account}`;
    case 'other-account':
      return 'any other account';
    case 'other-service':
      return 'any other service';
    default:
      // A role that the template declares is called as it is there.
      return name.replace(/^(?:!GetAtt )?(?:\$\{)?([\w.[\]"]+)\.[Aa]rn\}?$/, '$1');
  }
}
