import { matchAction } from '../policy/action.ts';
import { show, type Value } from '../policy/policy.ts';
import type { Span } from '../source/source-file.ts';
import type { Active, Cell, Situation } from './cells.ts';
import { FALSE } from './formula.ts';
import type { Term } from './terms.ts';

/** Where to look: the narrowest place that a row comes from. */
export interface Cause {
  span: Span;
  /** `allowed`: it lets the requests in. `denial-removed`: what kept them out is gone. `denied`, `allow-removed`: the other way. */
  why: 'allowed' | 'denial-removed' | 'denied' | 'allow-removed';
}

/** The statements that a change of a cell comes from, in a situation in which it happens. */
export function causesOf(cell: Cell, situation: Situation, change: 'added' | 'removed', all: readonly Term[]): Cause[] {
  const [gaining, losing] = change === 'added' ? (['after', 'before'] as const) : (['before', 'after'] as const);
  const on = (side: Term['side'], effect: 'allows' | 'denies'): Active[] =>
    cell.active.filter(({ term }) => term.side === side && term[effect] !== FALSE && passes(term, situation));
  const denials = on(losing, 'denies');
  // What an Allow let in on both sides is new because nothing denies it any more.
  if (denials.length > 0 && on(losing, 'allows').length > 0) {
    const why = change === 'added' ? 'denial-removed' : 'denied';
    return denials.map(({ term }) => ({ span: term.statement.span, why }));
  }
  const others = all.filter(({ side }) => side === losing);
  const why = change === 'added' ? 'allowed' : 'allow-removed';
  return on(gaining, 'allows').map(({ term }) => ({ span: narrowest(term, cell, others), why }));
}

function passes(term: Term, { keys }: Situation): boolean {
  return term.tests.every((test) => {
    const own = keys.find(({ key }) => key === test.key);
    return own?.results.get(test.text) !== FALSE;
  });
}

/** The value of a statement that the other side's statements do not have, where there is one; else the statement. */
function narrowest(term: Term, cell: Cell, others: readonly Term[]): Span {
  const { statement, resources, policy } = term;
  const [permission] = cell.subjects.map((subject) => subject.permission);
  const matching =
    statement.resource?.values.filter((_, i) => cell.resource.matches[resources[i] ?? -1] !== FALSE) ?? [];
  const named =
    statement.action?.values.filter((value) => permission && matchAction(value, permission, policy) !== 'no') ?? [];
  const known = (element: 'action' | 'resource'): Set<string> =>
    new Set(others.flatMap((other) => other.statement[element]?.values.map(show) ?? []));
  const fresh = (values: readonly Value[], element: 'action' | 'resource'): Value | undefined =>
    others.length === 0 ? undefined : values.find((value) => !known(element).has(show(value)));
  const callers = new Set(
    others.flatMap((other) => other.statement.principal?.principals.map((one) => show(one.value)) ?? []),
  );
  const caller = statement.principal?.principals.find(
    ({ value }) => others.length > 0 && show(value) === cell.principal.name && !callers.has(show(value)),
  );
  return (fresh(matching, 'resource') ?? caller?.value ?? fresh(named, 'action') ?? statement).span;
}

/** The path and 1-based line of a place. */
export function placeOf({ file, start }: Span): { path: string; line: number } {
  return { path: file.path, line: file.position(start).line };
}
