import type { Cell, Cells, Situation } from './cells.ts';
import { changeOf, gained } from './cells.ts';
import { unknownsOf } from './formula.ts';
import type { Route } from './principals.ts';
import type { On } from './resources.ts';

/** Requests that are new, gone, or may be: the same for all of them but for action, resource and situation. */
export interface Row {
  change: 'added' | 'removed' | 'may-add' | 'may-remove';
  /** Who: empty where the document hangs on who it is. */
  principal: string;
  route: Route;
  on: On;
  /** Names of permissions, sorted. */
  actions: string[];
  /** An example of each kind of resource. */
  resources: string[];
  /** What the requests carry, as keys of the situations. */
  situations: string[];
  /** What a row that may be hangs on, in clauses. */
  reasons: string[];
  /** What a certain row takes for granted, in clauses. */
  assumes: string[];
}

export function rowsOf({ cells }: Cells): { added: Row[]; removed: Row[]; unknown: Row[] } {
  const groups = new Map<string, Row>();
  for (const cell of cells)
    for (const change of ['added', 'removed'] as const) {
      for (const [kind, found] of [
        [change, changes(cell, change, 'always')],
        [change === 'added' ? 'may-add' : 'may-remove', changes(cell, change, 'sometimes')],
      ] as const) {
        if (found.length > 0) add(groups, cell, kind, change, found);
      }
    }
  const rows = [...groups.values()];
  for (const row of rows) {
    row.actions = [...new Set(row.actions)].sort();
    row.reasons = [...new Set(row.reasons)].sort();
    row.assumes = [...new Set(row.assumes)].sort();
  }
  return {
    added: rows.filter(({ change }) => change === 'added'),
    removed: rows.filter(({ change }) => change === 'removed'),
    unknown: rows.filter(({ change }) => change === 'may-add' || change === 'may-remove'),
  };
}

function changes({ outcome }: Cell, change: 'added' | 'removed', wanted: 'always' | 'sometimes'): Situation[] {
  return outcome.situations.filter((situation) => {
    const answer = changeOf(situation, change, true);
    return wanted === 'always' ? answer === 'always' : answer === 'sometimes' || answer === 'too-many';
  });
}

function add(
  groups: Map<string, Row>,
  { subjects, resource, principal, route }: Cell,
  kind: Row['change'],
  change: 'added' | 'removed',
  found: readonly Situation[],
): void {
  const situations = found.map(({ keys }) =>
    keys
      .map(({ key, isAbsent, members }) =>
        isAbsent ? `no ${key}` : `${key} = ${members.map((one) => one.join('')).join(', ')}`,
      )
      .join(' and '),
  );
  const actions = subjects.map(({ permission }) => permission.name).sort();
  const key = JSON.stringify([kind, principal.key, route, resource.on, actions, situations]);
  const facts = found.flatMap((situation) => [...unknownsOf(gained(situation, change)).values()]);
  const row: Row = groups.get(key) ?? {
    change: kind,
    principal: principal.name,
    route,
    on: resource.on,
    actions,
    resources: [],
    situations,
    reasons: [],
    assumes: [],
  };
  groups.set(key, row);
  row.resources.push(resource.witness.join(''));
  if (kind !== change) row.reasons.push(...facts.filter((fact) => !fact.assumedFalse).map(({ about }) => about));
  row.assumes.push(...facts.filter((fact) => fact.assumedFalse).map(({ about }) => about));
}
