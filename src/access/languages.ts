import type { Token } from '../policy/glob.ts';
import { OWN_ACCOUNT, OWN_PARTITION, OWN_REGION } from '../policy/pattern.ts';
import { isName, type Language } from './words.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** The first character that is not taken; a class whose characters are all taken adds nothing. */
function free(characters: string, isTaken: (letter: Token) => boolean): Token[] {
  for (const character of characters) if (!isTaken(character)) return [character];
  return [];
}

/** A fixed beginning, then one or more letters. */
function run(prefix: string, characters: string, isOther: (letter: Token) => boolean): Language {
  const known = new Set(characters);
  const fits = (letter: Token): boolean => known.has(letter) || isOther(letter);
  const last = prefix.length + 1;
  return {
    accepts: (state) => state === last,
    letters: (state, isTaken) => (state < prefix.length ? [prefix[state] as Token] : free(characters, isTaken)),
    next: (state, letter) => {
      if (state < prefix.length) return prefix[state] === letter ? state + 1 : undefined;
      return fits(letter) ? last : undefined;
    },
  };
}

export const PARTITIONS = run('', `${LOWER}${DIGITS}-`, (letter) => letter === OWN_PARTITION);
export const REGIONS = run('', `${LOWER}${DIGITS}-`, (letter) => letter === OWN_REGION);
/** A reference inside an id is a name in angle brackets. */
export const KEYS = run('key/', `${DIGITS}${LOWER}${LOWER.toUpperCase()}-`, (letter) => letter.startsWith('<='));
export const ALIASES = run('alias/', `${LOWER}${LOWER.toUpperCase()}${DIGITS}/_-`, (letter) => letter.startsWith('<='));

/** Twelve digits, or the own account. */
export const ACCOUNTS: Language = {
  accepts: (state) => state === 12,
  letters: (state, isTaken) => (state < 12 ? free(DIGITS, isTaken) : []),
  next: (state, letter) => {
    if (state === 0 && letter === OWN_ACCOUNT) return 12;
    return state < 12 && letter.length === 1 && letter >= '0' && letter <= '9' ? state + 1 : undefined;
  },
};

/** Any text but the empty one: the values of condition keys. */
export const TEXTS: Language = {
  accepts: (state) => state === 1,
  letters: (_, isTaken) => free(`${LOWER}${DIGITS}${LOWER.toUpperCase()}-_/.+=@#~§¶µæøåßñçéè`, isTaken),
  next: () => 1,
};

/** Text whose letter case does not count, written in lower case. */
export const FOLDED_TEXTS: Language = {
  ...TEXTS,
  next: (_, letter) => (!isName(letter) && letter !== letter.toLowerCase() ? undefined : 1),
};
