import { folderOf } from '../source/path.ts';
import type { Side } from './side.ts';

/** What is looked for: files that name others. */
export interface Wanted {
  /** Whether a file can name one of these; by their paths alone. */
  mayName(path: string, targets: readonly string[]): boolean;
  /** What a file names, as paths of the repository. */
  namedBy(path: string, text: string): string[];
  /** Files that hardly ever name one: they are looked at last. */
  isUnlikely(path: string): boolean;
}

/** What a search found, and how far it went. */
interface Found {
  /** The paths of the files that name one of the targets. */
  paths: string[];
  /** How many files were looked at in all searches, and how many more could name a target. */
  lookedAt: number;
  left: number;
  /** Why there may be still more files. */
  incomplete: string | undefined;
}

/** Finds files that name targets; what was read once is not read again. `known` files are not looked at. */
export type Search = (targets: readonly string[], known: ReadonlySet<string>) => Promise<Found>;

/** Searches on a side by what is looked for: no file is read twice. */
const opened = new WeakMap<Side, Map<Wanted, Search>>();

/** Opens a search on one side, or the one that is open there: nearest files first, and no more of them than that side may read. */
export function openSearch(side: Side, wanted: Wanted): Search {
  const searches = opened.get(side) ?? new Map<Wanted, Search>();
  opened.set(side, searches);
  const search = searches.get(wanted) ?? newSearch(side, wanted);
  searches.set(wanted, search);
  return search;
}

function newSearch(side: Side, { mayName, namedBy, isUnlikely }: Wanted): Search {
  const named = new Map<string, readonly string[]>();
  return async (targets, known) => {
    const { paths, readable, incomplete } = await side.paths();
    const isOther = (path: string): boolean => !known.has(path) && side.elsewhere?.has(path) !== true;
    const candidates = paths.filter((path) => isOther(path) && mayName(path, targets));
    const near = nearestFirst(
      candidates.filter((path) => !named.has(path)),
      targets.map(folderOf),
    );
    const unread = [...near.filter((path) => !isUnlikely(path)), ...near.filter(isUnlikely)];
    const wanted = unread.slice(0, Math.max(0, readable - named.size));
    const contents = wanted.length > 0 ? await side.read(wanted) : new Map();
    for (const path of wanted) {
      const one = contents.get(path);
      named.set(path, one && 'text' in one ? namedBy(path, one.text) : []);
    }
    const isNamed = (path: string): boolean => named.get(path)?.some((one) => targets.includes(one)) === true;
    return {
      paths: candidates.filter(isNamed),
      lookedAt: named.size,
      left: unread.length - wanted.length,
      incomplete,
    };
  };
}

/** Paths by how many folders are between them and the nearest of some folders. */
function nearestFirst(paths: readonly string[], folders: readonly string[]): string[] {
  const targets = folders.map(stepsOf);
  const distances = new Map<string, number>();
  const distance = (path: string): number => {
    const folder = folderOf(path);
    const known = distances.get(folder) ?? Math.min(...targets.map((target) => between(stepsOf(folder), target)));
    distances.set(folder, known);
    return known;
  };
  return paths.toSorted((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
}

function stepsOf(folder: string): string[] {
  return folder.split('/').slice(0, -1);
}

function between(one: readonly string[], other: readonly string[]): number {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared++;
  return one.length + other.length - 2 * shared;
}
