import type { Glob } from '../policy/glob.ts';

/**
 * Whether something matches, where parts of the answer are not known: a Boolean formula over unknowns. The same unknown
 * is the same variable wherever it stands, in base and in head, so that what hangs on it equally on both sides cancels out.
 */
export type Formula =
  | { kind: 'constant'; value: boolean; text: string }
  | { kind: 'unknown'; unknown: Unknown; text: string }
  | { kind: 'not'; of: Formula; text: string }
  | { kind: 'and' | 'or'; of: readonly Formula[]; text: string };

/** A fact that the files do not tell. Two with the same key are the same fact. */
export interface Unknown {
  key: string;
  /** What is not known, as a clause for people: `` `${KeyArn}` is not known here ``. */
  about: string;
  /** It is taken as false, and what rests on that says so: two keys that a template declares are two keys. */
  assumedFalse?: true;
  /** It is that the own account (Region, partition) is this one: that the cells of both are the same requests. */
  same?: { field: string; own: string; literal: string };
  /** Where it is true the requests are also those of another cell, and are looked at there. */
  elsewhere?: true;
  /** It is that this pattern matches, so it follows from every narrower one. */
  glob?: Glob;
}

export const TRUE: Formula = { kind: 'constant', value: true, text: '1' };
export const FALSE: Formula = { kind: 'constant', value: false, text: '0' };

export function constant(value: boolean): Formula {
  return value ? TRUE : FALSE;
}

export function unknown(fact: Unknown): Formula {
  return { kind: 'unknown', unknown: fact, text: `{${fact.key}}` };
}

export function not(of: Formula): Formula {
  if (of.kind === 'constant') return constant(!of.value);
  return of.kind === 'not' ? of.of : { kind: 'not', of, text: `!${of.text}` };
}

export function and(parts: readonly Formula[]): Formula {
  return join('and', parts);
}

export function or(parts: readonly Formula[]): Formula {
  return join('or', parts);
}

function join(kind: 'and' | 'or', parts: readonly Formula[]): Formula {
  const ends = kind === 'or';
  const kept = new Map<string, Formula>();
  for (const part of parts) {
    if (part.kind === 'constant') {
      if (part.value === ends) return part;
    } else if (part.kind === kind) for (const one of part.of) kept.set(one.text, one);
    else kept.set(part.text, part);
  }
  if (kept.size === 0) return constant(!ends);
  const [first] = kept.values();
  if (kept.size === 1 && first !== undefined) return first;
  // Sorted, so that the same formula has the same text however it was made.
  const of = [...kept.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  return { kind, of, text: `(${of.map((one) => one.text).join(kind === 'and' ? '&' : '|')})` };
}

/** The unknowns of a formula, by key. */
export function unknownsOf(formula: Formula, into = new Map<string, Unknown>()): Map<string, Unknown> {
  if (formula.kind === 'unknown') into.set(formula.unknown.key, formula.unknown);
  else if (formula.kind === 'not') unknownsOf(formula.of, into);
  else if (formula.kind !== 'constant') for (const one of formula.of) unknownsOf(one, into);
  return into;
}

/** The formula's value when these unknowns are true and all others false. */
function evaluate(formula: Formula, isTrue: ReadonlySet<string>): boolean {
  switch (formula.kind) {
    case 'constant':
      return formula.value;
    case 'unknown':
      return isTrue.has(formula.unknown.key);
    case 'not':
      return !evaluate(formula.of, isTrue);
    case 'and':
      return formula.of.every((one) => evaluate(one, isTrue));
    case 'or':
      return formula.of.some((one) => evaluate(one, isTrue));
  }
}

/**
 * Whether a formula without negations can hold where no two things that are written differently are the same.
 */
export function mayHold(formula: Formula): boolean {
  if (formula.kind === 'constant') return formula.value;
  const facts = [...unknownsOf(formula).values()].filter((one) => !one.assumedFalse && !one.same);
  return evaluate(formula, new Set(facts.map(({ key }) => key)));
}

/** How many unknowns are tried in all their combinations. */
const MAX_UNKNOWNS = 10;

/** An answer over all values of the unknowns. `too-many`: over {@link MAX_UNKNOWNS} of them. */
export type Answer = 'always' | 'sometimes' | 'never' | 'too-many';

/**
 * Whether a formula holds for all, some or no values of its unknowns. `isPossible` says which combinations can occur at
 * all; `assume` takes those that are assumed false as false.
 */
export function decide(
  formula: Formula,
  assume: boolean,
  isPossible: (isTrue: ReadonlySet<string>) => boolean = () => true,
): Answer {
  if (formula.kind === 'constant') return formula.value ? 'always' : 'never';
  const keys = [...unknownsOf(formula).values()].filter((one) => !(assume && one.assumedFalse)).map((one) => one.key);
  if (keys.length > MAX_UNKNOWNS) return 'too-many';
  let holds = false;
  let fails = false;
  for (let bits = 0; bits < 2 ** keys.length; bits++) {
    const isTrue = new Set(keys.filter((_, index) => (bits >> index) & 1));
    if (!isPossible(isTrue)) continue;
    if (evaluate(formula, isTrue)) holds = true;
    else fails = true;
    if (holds && fails) return 'sometimes';
  }
  return holds ? 'always' : 'never';
}
