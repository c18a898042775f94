import { ANY, type Glob, STAR, type Token } from '../policy/glob.ts';

/** A run of characters other than `:`; one such character. Fields of ARNs in conditions are matched so. */
export const FIELD_STAR: Token = '*:';
export const FIELD_ANY: Token = '?:';

/** A word: one that patterns are matched with. Its letters are characters, and names that stand for text nobody knows. */
export type Word = readonly Token[];

/**
 * The words that there are, as a deterministic automaton over states that are numbers. State 0 is the start.
 */
export interface Language {
  /** The state after a letter; undefined where no word goes on so. */
  next(state: number, letter: Token): number | undefined;
  /** Letters to go on with: those that must come, and of every class of letters one that is not taken. */
  letters(state: number, isTaken: (letter: Token) => boolean): readonly Token[];
  accepts(state: number): boolean;
}

/** All words that the same patterns match, shown by one of the shortest. */
export interface WordClass {
  word: Word;
  /** The indices of the patterns that match it. */
  matchedBy: ReadonlySet<number>;
  /** The word is a pattern itself, so it is the only one of its class. */
  isLiteral: boolean;
}

/** Over this many steps a comparison is too complex. */
const MAX_STATES = 20_000;
/** Over this many classes on one axis a comparison is too complex. */
export const MAX_CLASSES = 1024;

/**
 * Cuts a language into the classes of words that no pattern tells apart, each with one of its shortest words, in a stable
 * order. Undefined where there are too many. The literal patterns are one tree, so that many of them cost little.
 */
export function classesOf(patterns: readonly Glob[], language: Language): WordClass[] | undefined {
  const wild = patterns.flatMap((glob, index) => (isLiteral(glob) ? [] : [{ index, machine: machineOf(glob) }]));
  const tree = treeOf(patterns);
  const wildLetters = new Set(wild.flatMap(({ index }) => (patterns[index] as Glob).filter(isLetter)));
  interface Place {
    state: number;
    branch: Branch | undefined;
    at: readonly number[];
    word: Word;
  }
  const queue: Place[] = [{ state: 0, branch: tree, at: wild.map(() => 0), word: [] }];
  const seen = new Set<string>();
  const found = new Map<string, WordClass>();
  for (let next = 0; next < queue.length; next++) {
    const { state, branch, at, word } = queue[next] as Place;
    if (language.accepts(state)) {
      const literals = branch?.ends ?? [];
      const matchedBy = new Set([
        ...literals,
        ...wild.flatMap(({ index, machine }, i) => (machine.accepts(at[i] as number) ? [index] : [])),
      ]);
      const signature = `${literals.join()}/${[...matchedBy].join()}`;
      if (!found.has(signature)) {
        if (found.size >= MAX_CLASSES) return undefined;
        found.set(signature, { word, matchedBy, isLiteral: literals.length > 0 });
      }
    }
    const isTaken = (letter: Token): boolean => wildLetters.has(letter) || branch?.children.has(letter) === true;
    const letters = new Set([...language.letters(state, isTaken), ...(branch?.children.keys() ?? []), ...wildLetters]);
    for (const letter of [...letters].sort()) {
      const to = language.next(state, letter);
      if (to === undefined) continue;
      const after = branch?.children.get(letter);
      const then = wild.map(({ machine }, i) => machine.next(at[i] as number, letter));
      const key = `${to} ${after?.id ?? ''} ${then.join()}`;
      if (seen.has(key)) continue;
      if (seen.size >= MAX_STATES) return undefined;
      seen.add(key);
      queue.push({ state: to, branch: after, at: then, word: [...word, letter] });
    }
  }
  return [...found.values()];
}

function isLetter(token: Token): boolean {
  return token !== STAR && token !== ANY && token !== FIELD_STAR && token !== FIELD_ANY;
}

/** Whether a letter is a name that stands for text: longer than any character is in UTF-16. */
export function isName(token: Token): boolean {
  return token.length > 2;
}

/** Whether a pattern has no wildcard. */
export function isLiteral(glob: Glob): boolean {
  return glob.every(isLetter);
}

/** A place in the tree of literal patterns. */
interface Branch {
  id: number;
  children: Map<Token, Branch>;
  /** The literal patterns that end here. */
  ends: number[];
}

function treeOf(patterns: readonly Glob[]): Branch {
  let id = 0;
  const tree: Branch = { id, children: new Map(), ends: [] };
  patterns.forEach((glob, index) => {
    if (!isLiteral(glob)) return;
    let branch = tree;
    for (const letter of glob) {
      let child = branch.children.get(letter);
      if (child === undefined) {
        child = { id: ++id, children: new Map(), ends: [] };
        branch.children.set(letter, child);
      }
      branch = child;
    }
    branch.ends.push(index);
  });
  return tree;
}

/** A pattern as a deterministic automaton, made as far as it is walked. State 0 is the start. */
interface Machine {
  next(state: number, letter: Token): number;
  accepts(state: number): boolean;
}

function machineOf(glob: Glob): Machine {
  const ids = new Map<string, number>();
  const sets: (readonly number[])[] = [];
  const steps: Map<Token, number>[] = [];
  const stateOf = (places: readonly number[]): number => {
    const key = places.join();
    let id = ids.get(key);
    if (id === undefined) {
      id = sets.push(places) - 1;
      steps.push(new Map());
      ids.set(key, id);
    }
    return id;
  };
  stateOf(closure(glob, [0]));
  return {
    accepts: (state) => sets[state]?.at(-1) === glob.length,
    next: (state, letter) => {
      let to = steps[state]?.get(letter);
      if (to === undefined) {
        to = stateOf(
          closure(
            glob,
            (sets[state] ?? []).flatMap((place) => advance(glob, place, letter)),
          ),
        );
        steps[state]?.set(letter, to);
      }
      return to;
    },
  };
}

/** The places in a pattern that are reached without a letter, sorted. */
function closure(glob: Glob, places: readonly number[]): number[] {
  const all = new Set<number>();
  for (let place of places) {
    all.add(place);
    while (glob[place] === STAR || glob[place] === FIELD_STAR) all.add(++place);
  }
  return [...all].sort((a, b) => a - b);
}

function advance(glob: Glob, place: number, letter: Token): number[] {
  const token = glob[place];
  if (token === STAR) return [place];
  if (token === FIELD_STAR) return letter === ':' ? [] : [place];
  // The length of a name is not known, so a mark never stands for one.
  if (token === ANY) return isName(letter) ? [] : [place + 1];
  if (token === FIELD_ANY) return isName(letter) || letter === ':' ? [] : [place + 1];
  return token === letter ? [place + 1] : [];
}

/** Whether a pattern matches a word. */
export function matchesWord(glob: Glob, word: Word): boolean {
  let places = closure(glob, [0]);
  for (const letter of word) {
    places = closure(
      glob,
      places.flatMap((place) => advance(glob, place, letter)),
    );
    if (places.length === 0) return false;
  }
  return places.at(-1) === glob.length;
}
