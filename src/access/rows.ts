import { PERMISSIONS } from '../kms/permissions.ts';
import { actionPatterns } from './action-words.ts';
import { type Cause, causesOf } from './blame.ts';
import { type Cell, type Cells, changeOf, gained, type Situation } from './cells.ts';
import type { Part } from './cover.ts';
import { type Unknown, unknownsOf } from './formula.ts';
import { principalWords } from './principal-words.ts';
import type { PrincipalClass, Route } from './principals.ts';
import { resourceWords } from './resource-words.ts';
import type { On, ResourceCell } from './resources.ts';
import { situationWords } from './situation-words.ts';
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

type Change = 'added' | 'removed';

/** A piece of a row: cells that differ in nothing but permission, resource and principal. */
interface Group {
  change: Row['change'];
  way: Change;
  situation: string;
  reasons: readonly string[];
  assumes: readonly string[];
  pieces: Piece[];
}

interface Piece {
  cell: Cell;
  subject: Subject;
  found: readonly Situation[];
}

export function rowsOf(cells: Cells): { added: Row[]; removed: Row[]; unknown: Row[] } {
  const groups = new Map<string, Group>();
  for (const cell of cells.cells) for (const way of ['added', 'removed'] as const) addCell(groups, cell, way);
  const rows = [...groups.values()].flatMap((group) => boxes(group, cells)).sort(compareRows);
  const of = (...changes: Row['change'][]): Row[] => rows.filter(({ change }) => changes.includes(change));
  return { added: of('added'), removed: of('removed'), unknown: of('may-add', 'may-remove') };
}

function addCell(groups: Map<string, Group>, cell: Cell, way: Change): void {
  const terms = cell.active.map(({ term }) => term);
  for (const answer of ['always', 'sometimes'] as const) {
    const found = cell.outcome.changed.filter((situation) => {
      const one = changeOf(situation, way, true);
      return answer === 'always' ? one === 'always' : one === 'sometimes' || one === 'too-many';
    });
    if (found.length === 0) continue;
    const facts = factsOf(found, way);
    const situation = situationWords(found, cell.outcome.situations, terms);
    for (const subject of cell.subjects) {
      const unlisted = answer === 'always' ? unlistedKeys(found, subject) : [];
      const isCertain = answer === 'always' && unlisted.length === 0;
      const change = isCertain ? way : way === 'added' ? 'may-add' : 'may-remove';
      const open = facts.filter((fact) => !fact.assumedFalse).map(({ about }) => about);
      const reasons = isCertain ? [] : answer === 'always' ? unlisted : distinct(open);
      const assumes = distinct(facts.filter((fact) => fact.assumedFalse).map(({ about }) => about));
      const key = JSON.stringify([change, way, situation, reasons, assumes]);
      const group = groups.get(key) ?? { change, way, situation, reasons, assumes, pieces: [] };
      group.pieces.push({ cell, subject, found });
      groups.set(key, group);
    }
  }
}

function factsOf(found: readonly Situation[], way: Change): Unknown[] {
  return found.flatMap((situation) => [...unknownsOf(gained(situation, way)).values()]);
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** Condition keys of KMS that all the requests carry although AWS does not list them for the permission. */
function unlistedKeys(found: readonly Situation[], { permission, isUnknown }: Subject): string[] {
  if (isUnknown) return [];
  const listed = permission.conditionKeys.map((key) => key.toLowerCase());
  const keys = found[0]?.keys.map(({ key }) => key) ?? [];
  const needed = keys.filter(
    (key, i) => key.startsWith('kms:') && found.every((one) => one.keys[i]?.ways.every((way) => way.length > 0)),
  );
  return needed
    .filter(
      (key) =>
        !ALWAYS_LISTED.has(key) &&
        !listed.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : one === key)),
    )
    .map((key) => `AWS does not list \`${key}\` for \`kms:${permission.name}\``);
}

/** Keys of every request, whatever the table says. */
const ALWAYS_LISTED = new Set(['kms:calleraccount', 'kms:viaservice']);

/** The rows of a group: permissions with the same resources and principals stand in one. */
function boxes(group: Group, cells: Cells): Row[] {
  const byPrincipal = Map.groupBy(group.pieces, ({ cell }) => `${cell.principal.key} ${cell.route}`);
  // What is allowed by the document alone is allowed together with an IAM policy too: that is said once.
  const direct = new Set(group.pieces.filter(({ cell }) => cell.route === 'direct').map(placeOf));
  const lines = new Map<string, { pieces: Piece[]; principals: Set<PrincipalClass> }>();
  for (const pieces of byPrincipal.values()) {
    const kept = pieces.filter((piece) => piece.cell.route === 'direct' || !direct.has(placeOf(piece)));
    const bySubject = Map.groupBy(kept, ({ subject }) => `${subject.on} ${subject.permission.name}`);
    for (const own of bySubject.values()) {
      const [first] = own;
      if (first === undefined) continue;
      const resources = own.map(({ cell }) => cell.resource.witness.join('')).sort();
      const key = JSON.stringify([
        first.subject.on,
        first.subject.permission.name,
        first.cell.route,
        isHalf(first, group),
        resources,
      ]);
      const line = lines.get(key) ?? { pieces: own, principals: new Set() };
      line.principals.add(first.cell.principal);
      lines.set(key, line);
    }
  }
  const merged = Map.groupBy(lines.values(), (line) => rowKey(line, group));
  const rows = [...merged.values()].flatMap((same) =>
    row(
      same.flatMap(({ pieces }) => pieces),
      same,
      group,
      cells,
    ),
  );
  return joined(rows, cells);
}

/** Everything of a piece but its route. */
function placeOf({ cell, subject }: Piece): string {
  return `${cell.principal.key} ${subject.on} ${subject.permission.name} ${cell.resource.witness.join('')}`;
}

/** Whether only the way by the document alone changes. */
function isHalf(piece: Piece, { pieces }: Group): boolean {
  const isSame = (other: Piece): boolean => other.cell.route === 'with-iam' && placeOf(other) === placeOf(piece);
  return piece.cell.route === 'direct' && piece.cell.principal.kind !== 'holder' && !pieces.some(isSame);
}

function rowKey(
  { pieces: [first, ...more], principals }: { pieces: Piece[]; principals: Set<PrincipalClass> },
  group: Group,
): string {
  if (first === undefined) return '';
  const resources = [first, ...more].map(({ cell }) => cell.resource.witness.join('')).sort();
  const who = [...principals].map(({ key }) => key).sort();
  return JSON.stringify([first.subject.on, first.cell.route, isHalf(first, group), resources, who]);
}

interface Draft extends Row {
  names: string[];
  kinds: Set<On>;
}

function row(
  pieces: readonly Piece[],
  lines: readonly { principals: ReadonlySet<PrincipalClass> }[],
  group: Group,
  cells: Cells,
): Draft[] {
  const [first] = pieces;
  if (first === undefined) return [];
  const on = first.subject.on;
  const found = new Set<ResourceCell>(pieces.map(({ cell }) => cell.resource));
  const side = group.way === 'added' ? 'after' : 'before';
  const own = new Set(
    pieces.flatMap(({ cell }) =>
      cell.active.flatMap(({ term }) =>
        term.side === side && term.statement.effect !== 'Deny' && term.statement.resource ? [...term.resources] : [],
      ),
    ),
  );
  const { parts, isPart } = resourceWords(on, found, cells, (pattern) => own.has(pattern));
  const principals = [...new Set(lines.flatMap((line) => [...line.principals]))];
  const causes = new Map<string, Cause>();
  const seen = new Set<Cell>();
  for (const { cell, found: situations } of pieces) {
    if (seen.has(cell)) continue;
    seen.add(cell);
    for (const cause of situations[0] ? causesOf(cell, situations[0], group.way, cells.terms) : [])
      causes.set(`${cause.span.file.path} ${cause.span.start} ${cause.why}`, cause);
  }
  return [
    {
      change: group.change,
      principals: principalWords(principals, cells.principals),
      route: first.cell.route,
      otherwiseWithIam: cells.isKeyPolicy && isHalf(first, group),
      actions: [],
      resources: parts,
      isPart,
      situation: group.situation,
      reasons: [...group.reasons],
      assumes: [...group.assumes],
      causes: [...causes.values()],
      example: exampleOf(first),
      names: pieces.map(({ subject }) => subject.permission.name),
      kinds: new Set([on]),
    },
  ];
}

/** Rows that say the same of different permissions as one: those on no key, on keys and on aliases of one pattern. */
function joined(drafts: readonly Draft[], { isKeyPolicy }: Cells): Row[] {
  const found = new Map<string, Draft>();
  for (const draft of drafts) {
    const { resources, isPart, principals, route, otherwiseWithIam } = draft;
    const key = JSON.stringify([resources, isPart, principals, route, otherwiseWithIam]);
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, draft);
      continue;
    }
    known.names.push(...draft.names);
    for (const kind of draft.kinds) known.kinds.add(kind);
    known.causes = [
      ...known.causes,
      ...draft.causes.filter((one) => !known.causes.some((other) => sameCause(one, other))),
    ];
    // An example with a key tells more than one without.
    if (known.example?.resource === '*') known.example = draft.example;
  }
  return [...found.values()].map(({ names, kinds, ...rest }) => ({
    ...rest,
    actions: actionPatterns(distinct(names), kinds, isKeyPolicy),
  }));
}

function sameCause(one: Cause, other: Cause): boolean {
  return one.why === other.why && one.span.file === other.span.file && one.span.start === other.span.start;
}

function exampleOf({ cell, subject, found }: Piece): Example {
  const carried = found[0]?.keys.flatMap(({ key, ways: [way = []] }) =>
    way.length === 0 ? [] : [[key, way.map((word) => word.join(''))] as const],
  );
  return {
    action: `kms:${subject.permission.name}`,
    resource: cell.resource.witness.join('').replace(/<=?([^>]*)>/g, '${$1}'),
    context: Object.fromEntries(carried ?? []),
  };
}

const SEVERITY = ['critical', 'high', 'medium', 'low'];
const RANKS = new Map(
  PERMISSIONS.map(({ name, sensitivity, cryptographic }) => [
    `kms:${name}`,
    sensitivity ? SEVERITY.indexOf(sensitivity) : cryptographic ? 2 : 4,
  ]),
);

/** The strongest permission of a row, 0 the strongest. */
function rankOf({ actions }: Row): number {
  const ranks = actions.map((pattern) => {
    if (!pattern.endsWith('*')) return RANKS.get(pattern) ?? SEVERITY.length;
    const own = [...RANKS].filter(([name]) => name.startsWith(pattern.slice(0, -1)));
    return Math.min(SEVERITY.length, ...own.map(([, rank]) => rank));
  });
  return Math.min(SEVERITY.length, ...ranks);
}

function compareRows(a: Row, b: Row): number {
  const text = (one: Row): string => JSON.stringify([one.principals, one.resources, one.actions, one.situation]);
  return rankOf(a) - rankOf(b) || (text(a) < text(b) ? -1 : 1);
}
