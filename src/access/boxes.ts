import type { Situation } from './cells.ts';
import type { KeyClass } from './key-classes.ts';

/** For each condition key the classes that it may be of: all combinations of them. */
export type Box = readonly ReadonlySet<KeyClass>[];

/** With more situations than this only a single box is looked for. */
const MAX_SITUATIONS = 600;

/** The situations as one box, where they are exactly one. */
export function singleBox(found: readonly Situation[], all: readonly Situation[]): Box | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const box = first.keys.map((_, i) => new Set(found.map(({ keys }) => keys[i] as KeyClass)));
  // There is every combination among all situations, so it is enough to count.
  const inside = all.filter(({ keys }) => keys.every((one, i) => box[i]?.has(one)));
  return inside.length === found.length ? box : undefined;
}

/** The situations as few boxes, each as large as it can be, found greedily in a fixed order; undefined where they are too many. */
export function severalBoxes(found: readonly Situation[], all: readonly Situation[], max: number): Box[] | undefined {
  if (all.length > MAX_SITUATIONS) return undefined;
  const left = new Set(found);
  const isFound = new Set(found);
  const boxes: Box[] = [];
  for (const situation of found) {
    if (!left.has(situation)) continue;
    if (boxes.length === max) return undefined;
    const box = grow(situation, isFound, all);
    boxes.push(box);
    for (const one of left) if (one.keys.every((key, i) => box[i]?.has(key))) left.delete(one);
  }
  return boxes;
}

/** The largest box around a situation that holds found ones only, one key after another. */
function grow({ keys }: Situation, found: ReadonlySet<Situation>, all: readonly Situation[]): Box {
  const box = keys.map((one) => new Set([one]));
  for (const [i, own] of box.entries()) {
    const classes = new Set(all.map((situation) => situation.keys[i] as KeyClass));
    for (const one of classes) {
      if (own.has(one)) continue;
      const isInside = all.every(
        (situation) =>
          situation.keys[i] !== one ||
          found.has(situation) ||
          !situation.keys.every((key, j) => j === i || box[j]?.has(key)),
      );
      if (isInside) own.add(one);
    }
  }
  return box;
}
