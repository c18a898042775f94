/** A text and what it covers. */
export interface Candidate {
  text: string;
  covers: ReadonlySet<number>;
}

/** `text` without what `except` covers. */
export interface Part {
  text: string;
  except: string[];
}

/**
 * Says a set in given texts: as few as a greedy choice finds, each perhaps with exceptions. Undefined where the texts cannot
 * tell the set from others.
 */
export function cover(
  set: ReadonlySet<number>,
  candidates: readonly Candidate[],
  exceptions: readonly Candidate[] = candidates,
): Part[] | undefined {
  const parts: Part[] = [];
  const left = new Set(set);
  while (left.size > 0) {
    const best = pick(left, set, candidates, exceptions);
    if (best === undefined) return undefined;
    parts.push(best.part);
    for (const one of best.covers) left.delete(one);
  }
  return parts;
}

/** Exact texts before those with exceptions, then whatever covers most. */
function pick(
  left: ReadonlySet<number>,
  set: ReadonlySet<number>,
  candidates: readonly Candidate[],
  exceptions: readonly Candidate[],
): { part: Part; covers: ReadonlySet<number> } | undefined {
  let best: { part: Part; covers: ReadonlySet<number>; gain: number } | undefined;
  for (const { text, covers } of candidates) {
    const gain = [...covers].filter((one) => left.has(one)).length;
    if (gain === 0) continue;
    const extra = new Set([...covers].filter((one) => !set.has(one)));
    const except = extra.size === 0 ? [] : without(extra, set, exceptions);
    if (except === undefined) continue;
    const isBetter =
      best === undefined || (except.length === 0) !== (best.part.except.length === 0)
        ? best === undefined || except.length === 0
        : gain > best.gain;
    if (isBetter) best = { part: { text, except }, covers, gain };
  }
  return best;
}

/** Texts that together cover all that is too much and nothing of the set. */
function without(extra: ReadonlySet<number>, set: ReadonlySet<number>, exceptions: readonly Candidate[]) {
  const usable = exceptions.filter(({ covers }) => [...covers].every((one) => !set.has(one)));
  const left = new Set(extra);
  const texts: string[] = [];
  for (const { text, covers } of usable.toSorted((a, b) => b.covers.size - a.covers.size)) {
    if (![...covers].some((one) => left.has(one))) continue;
    texts.push(text);
    for (const one of covers) left.delete(one);
  }
  return left.size === 0 ? texts.sort() : undefined;
}
