import { type Cell, type Cells, changeOf, gained, type Situation } from './cells.ts';
import { decide, unknownsOf } from './formula.ts';

/**
 * Whether a change of a cell with a name in it (the own Region, the own account) happens only where the name stands for a
 * literal of the documents, and the cell of that literal changes anyway: they are the same requests, and one row says it.
 */
export function isSaidOfTwin(
  cell: Cell,
  situation: Situation,
  way: 'added' | 'removed',
  { cells }: Pick<Cells, 'cells'>,
): boolean {
  const formula = gained(situation, way);
  const same = [...unknownsOf(formula).values()].flatMap(({ key, same: one }) => (one ? [{ key, ...one }] : []));
  const { fields } = cell.resource;
  const own = same.filter((one) => fields[one.field] === one.own);
  if (own.length === 0) return false;
  const isApart = (isTrue: ReadonlySet<string>): boolean => !own.some(({ key }) => isTrue.has(key));
  if (decide(formula, true, isApart) !== 'never') return false;
  const wanted = { ...fields, ...Object.fromEntries(own.map(({ field, literal }) => [field, literal])) };
  const isTwin = (other: Cell): boolean =>
    other.resource.on === cell.resource.on &&
    other.principal === cell.principal &&
    other.route === cell.route &&
    other.subjects.some((subject) => cell.subjects.includes(subject)) &&
    Object.entries(wanted).every(([field, text]) => other.resource.fields[field] === text);
  return cells.some(
    (other) => isTwin(other) && other.outcome.changed.some((one) => changeOf(one, way, true) === 'always'),
  );
}
