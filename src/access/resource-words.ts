import type { Cells } from './cells.ts';
import { type Candidate, cover, type Part } from './cover.ts';
import { FALSE, mayHold } from './formula.ts';
import type { On, ResourceCell } from './resources.ts';

/** What a set of resources is called, in the patterns of the documents where they can tell it. */
export interface ResourceWords {
  /** Patterns as written, each perhaps with exceptions. */
  parts: Part[];
  /** The patterns cannot tell the set: it is part of these. */
  isPart: boolean;
}

const EVERYTHING: Record<On, string> = { none: '*', key: 'every key', alias: 'every alias' };

/**
 * Says some resources of one kind in the patterns of one side, with exceptions from both. `isOwn` tells which patterns are of
 * that side.
 */
export function resourceWords(
  on: On,
  found: ReadonlySet<ResourceCell>,
  { patterns, resources, isKeyPolicy }: Cells,
  isOwn: (pattern: number) => boolean,
): ResourceWords {
  if (isKeyPolicy || on === 'none') return { parts: [{ text: '*', except: [] }], isPart: false };
  const universe = resources.filter((one) => one.on === on);
  const set = new Set([...universe.keys()].filter((index) => found.has(universe[index] as ResourceCell)));
  const candidates = patterns.map((pattern, place): Candidate => {
    const covers = [...universe.keys()].filter((index) => mayHold(universe[index]?.matches[place] ?? FALSE));
    return { text: pattern.text, covers: new Set(covers) };
  });
  const everything = { text: EVERYTHING[on], covers: new Set(universe.keys()) };
  const own = candidates.filter(({ covers }, place) => covers.size > 0 && isOwn(place));
  const parts = cover(set, own, candidates) ?? cover(set, [...own, ...candidates, everything], candidates);
  if (parts) return { parts, isPart: false };
  const touching = [...own, everything].filter(({ covers }) => [...covers].some((index) => set.has(index)));
  return { parts: touching.slice(0, 1).map(({ text }) => ({ text, except: [] })), isPart: true };
}
