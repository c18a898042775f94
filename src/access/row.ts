import { OWN_PARTITION } from '../policy/pattern.ts';
import { actionPatterns, strengthOf } from './action-words.ts';
import { type Cause, causesOf } from './blame.ts';
import type { Cell, Cells, Situation } from './cells.ts';
import type { Part } from './cover.ts';
import { principalWords } from './principal-words.ts';
import type { PrincipalClass, Route } from './principals.ts';
import { resourceWords } from './resource-words.ts';
import type { On, ResourceCell } from './resources.ts';
import type { Subject } from './subjects.ts';

/** Requests that are new, gone, or may be: one line for people, and an example that can be replayed. */
export interface Row {
  change: 'added' | 'removed' | 'may-add' | 'may-remove';
  /** Who, in a document that names principals; empty where it hangs on the one who asks. */
  principals: string[];
  /** `direct`: the document alone is enough. `with-iam`: together with an IAM policy. */
  route: Route;
  /** It was (or stays) allowed together with an IAM policy. */
  otherwiseWithIam: boolean;
  /** Action patterns that cover exactly what changed. */
  actions: string[];
  resources: Part[];
  /** The patterns cannot tell which: it is a part of {@link resources}. */
  isPart: boolean;
  /** What the requests carry, in words; empty where nothing is asked. */
  situation: string;
  /** What a row that may be hangs on, in clauses. */
  reasons: string[];
  /** What a certain row takes for granted, in clauses. */
  assumes: string[];
  causes: Cause[];
  example: Example | undefined;
}

/** One request: what it asks for, and what it must carry. */
export interface Example {
  action: string;
  resource: string;
  context: Record<string, string[]>;
}

/** What the pieces of a row have in common. */
export interface Common extends Pick<Row, 'change' | 'situation' | 'reasons' | 'assumes'> {
  way: 'added' | 'removed';
}

/** One permission in one cell, and the situations in which it changes. */
export interface Piece {
  cell: Cell;
  subject: Subject;
  found: readonly Situation[];
}

interface Draft {
  row: Row;
  names: Set<string>;
  kinds: Set<On>;
}

/**
 * The rows of some boxes: permissions, resources and principals of which each with each changes. Boxes that read the same but
 * for their permissions (those on no key, on keys and on aliases of one pattern) are one row.
 */
export function makeRows(
  boxes: Iterable<readonly Piece[]>,
  common: Common,
  isHalf: (piece: Piece) => boolean,
  cells: Cells,
): Row[] {
  const drafts = new Map<string, Draft>();
  for (const pieces of boxes) {
    const [first] = pieces;
    if (first === undefined) continue;
    const draft = makeDraft(first, pieces, common, isHalf, cells);
    const { resources, isPart, principals, route, otherwiseWithIam } = draft.row;
    const key = JSON.stringify([resources, isPart, principals, route, otherwiseWithIam]);
    const known = drafts.get(key);
    if (known) join(known, draft);
    else drafts.set(key, draft);
  }
  const made = [...drafts.values()].map((draft) => ({
    row: finish(draft, cells),
    strength: strengthOf([...draft.names]),
  }));
  return made.sort((a, b) => a.strength - b.strength || (textOf(a.row) < textOf(b.row) ? -1 : 1)).map(({ row }) => row);
}

const textOf = ({ principals, resources, actions }: Row): string => JSON.stringify([principals, resources, actions]);

function makeDraft(
  first: Piece,
  pieces: readonly Piece[],
  common: Common,
  isHalf: (piece: Piece) => boolean,
  cells: Cells,
): Draft {
  const { way, ...said } = common;
  const { on } = first.subject;
  const side = way === 'added' ? 'after' : 'before';
  const own = new Set<number>();
  const causes = new Map<string, Cause>();
  for (const [cell, [piece]] of Map.groupBy(pieces, (one) => one.cell)) {
    for (const { term } of cell.active)
      if (term.side === side && term.statement.effect !== 'Deny' && term.statement.resource)
        for (const place of term.resources) own.add(place);
    const [situation] = piece?.found ?? [];
    for (const cause of situation ? causesOf(cell, situation, way, cells.terms) : [])
      causes.set(causeKey(cause), cause);
  }
  const found = new Set<ResourceCell>(pieces.map(({ cell }) => cell.resource));
  const { parts, isPart } = resourceWords(on, found, cells, (pattern) => own.has(pattern));
  const principals = new Set<PrincipalClass>(pieces.map(({ cell }) => cell.principal));
  const row: Row = {
    ...said,
    principals: principalWords([...principals], cells.principals),
    route: first.cell.route,
    otherwiseWithIam: cells.isKeyPolicy && pieces.every(isHalf),
    actions: [],
    resources: parts,
    isPart,
    causes: [...causes.values()],
    example: exampleOf(first),
  };
  return { row, names: new Set(pieces.map(({ subject }) => subject.permission.name)), kinds: new Set([on]) };
}

function causeKey({ span, why }: Cause): string {
  return `${span.file.path} ${span.start} ${why}`;
}

function join(known: Draft, more: Draft): void {
  for (const name of more.names) known.names.add(name);
  for (const kind of more.kinds) known.kinds.add(kind);
  const causes = new Map([...known.row.causes, ...more.row.causes].map((cause) => [causeKey(cause), cause]));
  known.row.causes = [...causes.values()];
  // An example with a key tells more than one without.
  if (known.row.example?.resource === '*') known.row.example = more.row.example;
}

function finish({ row, names, kinds }: Draft, { isKeyPolicy }: Cells): Row {
  // On "*" a pattern would be for everything, so it must cover no more than that.
  const isEverything = row.resources.some(({ text }) => text === '*');
  return { ...row, actions: actionPatterns([...names], isEverything ? EVERY_KIND : kinds, isKeyPolicy) };
}

const EVERY_KIND: ReadonlySet<On> = new Set(['none', 'key', 'alias']);

function exampleOf({ cell, subject, found }: Piece): Example {
  const tests = cell.active.flatMap(({ term }) => term.tests);
  const carried = found[0]?.keys.flatMap(({ key, ways: [way = []] }) => {
    const written = tests.find((test) => test.key === key)?.written ?? key;
    return way.length === 0 ? [] : [[written, way.map((word) => word.join(''))] as const];
  });
  return {
    action: `kms:${subject.permission.name}`,
    resource: cell.resource.witness
      .join('')
      .replace(OWN_PARTITION, 'aws')
      .replace(/<=?([^>]*)>/g, '${$1}'),
    context: Object.fromEntries(carried ?? []),
  };
}
