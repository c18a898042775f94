import { remember } from '../source/remember.ts';
import { ANY, type Glob, STAR, type Token } from './glob.ts';
import { isAnything, isUnknown, OWN_ACCOUNT, OWN_PARTITION, OWN_REGION, type Pattern, patternOf } from './pattern.ts';
import type { Policy, Value } from './policy.ts';

/**
 * Which KMS keys or aliases a Resource pattern reaches, decided exactly inside the grammar of their ARNs
 * `arn:PARTITION:kms:REGION:ACCOUNT:key/ID` (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN).
 * A star may run over colons, as a whole-string match does, so `arn:aws:kms:*` and `arn:aws:kms:*:key/*` reach every account.
 */
export interface Reach {
  /** The owners of the keys it can match: none, one account (12 digits or the own one), or several. */
  accounts: 'none' | 'one' | 'many' | 'unknown';
  /** The one account: 12 digits, or undefined for the own account. */
  account?: string | undefined;
}

type Edge = { to: number; accepts: (token: Token) => boolean; digit?: true };
type Grammar = Edge[][];

const LOWER = (token: Token) => (token >= 'a' && token <= 'z') || token === '-' || (token >= '0' && token <= '9');
const one = (token: Token) => token.length === 1;

/** States are numbers; the last one accepts. An account is twelve digits or the own one. */
function grammar(kind: 'key/' | 'alias/'): Grammar {
  const states: Grammar = [[]];
  const step = (accepts: Edge['accepts'], digit?: true): void => {
    const to = states.push([]) - 1;
    (states[to - 1] as Edge[]).push(digit ? { to, accepts, digit } : { to, accepts });
  };
  const word = (text: string): void => {
    for (const character of text) step((token) => token === character);
  };
  const run = (accepts: Edge['accepts']): void => {
    step(accepts);
    const last = states.length - 1;
    (states[last] as Edge[]).push({ to: last, accepts });
  };
  word('arn:');
  run((token) => token === OWN_PARTITION || (one(token) && LOWER(token)));
  word(':kms:');
  run((token) => token === OWN_REGION || (one(token) && LOWER(token)));
  word(':');
  const account = states.length - 1;
  for (let digit = 0; digit < 12; digit++) step((token) => one(token) && token >= '0' && token <= '9', true);
  (states[account] as Edge[]).push({ to: states.length - 1, accepts: (token) => token === OWN_ACCOUNT });
  word(`:${kind}`);
  run(
    kind === 'key/'
      ? (token) => token.startsWith('<=') || (one(token) && (LOWER(token) || (token >= 'A' && token <= 'Z')))
      : (token) => token.startsWith('<=') || (one(token) && token !== ':'),
  );
  return states;
}

const GRAMMARS = new Map<string, Grammar>();

/** The keys that a Resource pattern reaches. Every rule asks the same of a pattern. */
export const reachOfKeys = remember((pattern: Pattern) => reach(pattern, 'key/'));

/**
 * Whether a Resource pattern is certainly one of keys: with a Region or an account that cannot be read it is, but not where
 * all of it cannot.
 */
export function isOfKeys(pattern: Pattern): boolean {
  const { accounts } = reachOfKeys(pattern);
  if (accounts !== 'unknown') return accounts !== 'none';
  return ['x', '111122223333'].some((text) => {
    const glob = pattern.glob.flatMap((token) => (isUnknown(token) ? [...text] : [token]));
    return reach({ glob, unknown: false }, 'key/').accounts !== 'none';
  });
}

/** The aliases that a Resource pattern reaches. */
export const reachOfAliases = remember((pattern: Pattern) => reach(pattern, 'alias/'));

/** The service that an ARN certainly names: no wildcard before it may stand for a colon. */
const SERVICE = /^arn:[^:*?]*:([a-z0-9-]+):/;
/** A wildcard, a character that stands for a name below, or half of one that is no single token. */
const NOT_LITERAL = /[*?\uD800-\uE003]/;

/** Whether a Resource certainly is of a service that is not KMS: its ARN says so, or it is a reference to such a resource. */
export function isOfOtherService(value: Value, policy: Pick<Policy, 'version'>): boolean {
  const [first] = value.parts;
  if (typeof first === 'object' && first.meaning === 'other-arn') return true;
  return namesOtherService(patternOf(value, policy));
}

const namesOtherService = remember((pattern: Pattern) => isOther(serviceOf(pattern)));

/** The service that an ARN certainly names. */
function serviceOf(pattern: Pattern): string | undefined {
  if (pattern.text !== undefined) return SERVICE.exec(pattern.text)?.[1];
  const [arn, partition, service, ...rest] = fields(pattern.glob);
  if (arn?.join('') !== 'arn' || partition === undefined || service === undefined || rest.length === 0)
    return undefined;
  // A wildcard in the partition may stand for a colon.
  if (partition.some((token) => token === STAR || token === ANY || isUnknown(token))) return undefined;
  return /^[a-z0-9-]+$/.exec(service.join(''))?.[0];
}

function isOther(service: string | undefined): boolean {
  return service !== undefined && service !== 'kms';
}

/** The fields of an ARN pattern, as far as the fourth. */
function fields(glob: Glob): Token[][] {
  const found: Token[][] = [[]];
  for (const token of glob) {
    if (token !== ':') found.at(-1)?.push(token);
    else if (found.push([]) > 3) break;
  }
  return found;
}

function reach(pattern: Pattern, kind: 'key/' | 'alias/'): Reach {
  const { text } = pattern;
  // The commonest patterns need no automaton: those without wildcards, and the ARNs of other services.
  if (text !== undefined && !NOT_LITERAL.test(text)) return literalReach(text, kind);
  if (text !== undefined && isOther(SERVICE.exec(text)?.[1])) return { accounts: 'none' };
  // Nor do `*`, and what does not begin like an ARN.
  if (isAnything(pattern)) return { accounts: 'many' };
  const [first] = pattern.glob;
  if (!pattern.unknown && first !== 'a' && first !== STAR && first !== ANY) return { accounts: 'none' };
  const plain = writeOut(pattern.glob);
  if (plain !== undefined) return literalReach(plain, kind);
  const states = GRAMMARS.get(kind) ?? grammar(kind);
  GRAMMARS.set(kind, states);
  if (!pattern.unknown) return intersect(pattern.glob, states);
  // The most it may reach, an unknown piece standing for anything; and what it reaches at least in kind,
  // the piece standing for some text that has no wildcard. Where both agree nothing hangs on the piece.
  const most = intersect(
    pattern.glob.map((token) => (isUnknown(token) ? STAR : token)),
    states,
  );
  if (most.accounts !== 'many') return most;
  const least = intersect(
    pattern.glob.map((token) => (isUnknown(token) ? 'x' : token)),
    states,
  );
  return least.accounts === 'many' ? least : { accounts: 'unknown' };
}

/** One character for each name that a pattern without wildcards may hold and no literal may use. */
const WRITTEN: ReadonlyMap<Token, string> = new Map([
  [OWN_PARTITION, '\uE000'],
  [OWN_REGION, '\uE001'],
  [OWN_ACCOUNT, '\uE002'],
]);
const WRITTEN_NAME = '\uE003';

/** A pattern without wildcards and unknown pieces as one text, which most are; undefined for the others. */
function writeOut(glob: Glob): string | undefined {
  let text = '';
  for (const token of glob) {
    const isLiteral = token.length === 1 && (token < '\uE000' || token > WRITTEN_NAME);
    const written = isLiteral ? token : token.startsWith('<=') ? WRITTEN_NAME : WRITTEN.get(token);
    if (written === undefined) return undefined;
    text += written;
  }
  return text;
}

/** The grammar once more, for a pattern that is written out. */
const LITERAL = {
  'key/': /^arn:[a-z0-9\uE000-]+:kms:[a-z0-9\uE001-]+:(\d{12}|\uE002):key\/[A-Za-z0-9\uE003-]+$/,
  'alias/': /^arn:[a-z0-9\uE000-]+:kms:[a-z0-9\uE001-]+:(\d{12}|\uE002):alias\/[^:\uE000-\uE002]+$/,
};

function literalReach(text: string, kind: keyof typeof LITERAL): Reach {
  const account = LITERAL[kind].exec(text)?.[1];
  if (account === undefined) return { accounts: 'none' };
  return account === '\uE002' ? { accounts: 'one' } : { accounts: 'one', account };
}

/** Runs pattern and grammar side by side, forward and back, and reads off the account digits that can occur. */
function intersect(glob: Glob, states: Grammar): Reach {
  const width = glob.length + 1;
  const accept = states.length * width - 1;
  const forward = new Uint8Array(states.length * width);
  const stack = [0];
  forward[0] = 1;
  /** Moves that were possible, as (from, to) pairs, to be walked backwards. */
  const moves = new Map<number, number[]>();
  const move = (from: number, to: number): void => {
    const list = moves.get(to);
    if (list) list.push(from);
    else moves.set(to, [from]);
    if (forward[to] === 0) {
      forward[to] = 1;
      stack.push(to);
    }
  };
  while (stack.length > 0) {
    const here = stack.pop() as number;
    const state = Math.floor(here / width);
    const at = here % width;
    const token = glob[at];
    if (token === undefined) continue;
    if (token === STAR) move(here, here + 1);
    for (const edge of states[state] as Edge[]) {
      const next = edge.to * width + at;
      if (token === STAR) move(here, next);
      else if (token === ANY || edge.accepts(token)) move(here, next + 1);
    }
  }
  if (forward[accept] === 0) return { accounts: 'none' };
  return accounts(glob, states, moves, accept, width);
}

function accounts(glob: Glob, states: Grammar, moves: Map<number, number[]>, accept: number, width: number): Reach {
  const useful = new Set([accept]);
  const digits: (Token | undefined)[] = new Array(12).fill(undefined);
  let own = false;
  let literal = false;
  const first = states.findIndex((edges) => edges.some((edge) => edge.digit));
  const stack = [accept];
  while (stack.length > 0) {
    const to = stack.pop() as number;
    for (const from of moves.get(to) ?? []) {
      const state = Math.floor(from / width);
      const target = Math.floor(to / width);
      const token = glob[from % width] as Token;
      const place = state - first;
      if (target !== state && place >= 0 && place < 12) {
        if (token === OWN_ACCOUNT) own = true;
        else if (target === state + 1) {
          if (token === STAR || token === ANY) return { accounts: 'many' };
          if (digits[place] !== undefined && digits[place] !== token) return { accounts: 'many' };
          digits[place] = token;
          literal = true;
        }
      }
      if (!useful.has(from)) {
        useful.add(from);
        stack.push(from);
      }
    }
  }
  if (own && literal) return { accounts: 'many' };
  return own ? { accounts: 'one' } : { accounts: 'one', account: digits.join('') };
}
