/**
 * Patterns of actions and resources as token lists. A token is one literal character, one of the two
 * wildcards, or a name in angle brackets that stands for text nobody knows here: it equals only itself
 * and is covered only by `*`, never by `?`, because its length is unknown.
 */
export type Token = string;
export type Glob = readonly Token[];

/** `*`: any run of characters. Two characters long, so that no literal character equals it. */
export const STAR: Token = '**';
/** `?`: exactly one character. */
export const ANY: Token = '??';

/** Reads `*` and `?` as wildcards and all else literally. */
export function parseGlob(text: string): Glob {
  // Most texts have no wildcard, and this way is the fastest, above all at the start of a program.
  if (!text.includes('*') && !text.includes('?')) return [...text];
  const tokens: Token[] = [];
  for (const character of text) {
    if (character !== '*') tokens.push(character === '?' ? ANY : character);
    else if (tokens.at(-1) !== STAR) tokens.push(STAR);
  }
  return tokens;
}

/** Whether a token stands for exactly one character. */
function isLetter(token: Token): boolean {
  return token.length === 1 || token === ANY || (token.length === 2 && token !== STAR);
}

/**
 * Whether `outer` certainly matches every string that `inner` matches. A literal string is a pattern
 * without wildcards, so this is also the match of a string. Sound; it may miss a containment that needs
 * several ways to read a `?` beside a `*`. Iterative, with the last star as the only way back.
 */
export function containsGlob(outer: Glob, inner: Glob): boolean {
  let o = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < inner.length) {
    const token = inner[i] as Token;
    const want = outer[o];
    if (want === STAR) {
      star = o++;
      resume = i;
    } else if (want !== undefined && (want === token ? token !== STAR : want === ANY && isLetter(token))) {
      o++;
      i++;
    } else if (star >= 0) {
      o = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (outer[o] === STAR) o++;
  return o === outer.length;
}

/** Whether some string matches both patterns. A name in angle brackets may be any string (also an empty one). */
export function intersectGlobs(left: Glob, right: Glob): boolean {
  // Most patterns are told apart, or made short, by the plain characters that they begin and end with.
  let start = 0;
  const shorter = Math.min(left.length, right.length);
  while (start < shorter && isPlain(left[start] as Token) && isPlain(right[start] as Token)) {
    if (left[start] !== right[start]) return false;
    start++;
  }
  let end = 0;
  while (end < shorter - start && isPlain(left.at(-1 - end) as Token) && isPlain(right.at(-1 - end) as Token)) {
    if (left.at(-1 - end) !== right.at(-1 - end)) return false;
    end++;
  }
  return intersect(left.slice(start, left.length - end), right.slice(start, right.length - end));
}

/** Whether a token is one certain character. */
function isPlain(token: Token): boolean {
  return token !== ANY && isLetter(token);
}

function intersect(left: Glob, right: Glob): boolean {
  const width = right.length + 1;
  let row = new Uint8Array(width);
  row[0] = 1;
  for (let i = 0; i <= left.length; i++) {
    const a = left[i];
    const next = new Uint8Array(width);
    for (let j = 0; j < width; j++) {
      if (row[j] === 0) continue;
      const b = right[j];
      const aFree = a !== undefined && isFree(a);
      const bFree = b !== undefined && isFree(b);
      if (bFree) row[j + 1] = 1;
      if (aFree) {
        next[j] = 1;
        if (b !== undefined) row[j + 1] = 1;
      }
      if (bFree && a !== undefined) next[j] = 1;
      if (a !== undefined && b !== undefined && !aFree && !bFree && (a === b || a === ANY || b === ANY)) {
        next[j + 1] = 1;
      }
    }
    if (i === left.length) return row[width - 1] === 1;
    row = next;
  }
  return false;
}

function isFree(token: Token): boolean {
  return token === STAR || !isLetter(token);
}
