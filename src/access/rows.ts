import { code } from '../rules/code.ts';
import { type Cell, type Cells, changeOf, gained, type Situation } from './cells.ts';
import { type Unknown, unknownsOf } from './formula.ts';
import { type Common, makeRows, type Piece, type Row } from './row.ts';
import { situationWords } from './situation-words.ts';
import type { Subject } from './subjects.ts';
import { isSaidOfTwin } from './twins.ts';

/** Pieces that change in the same way, in the same situation, for the same reasons. */
interface Group extends Common {
  pieces: Piece[];
}

/** Cells as rows for people: what changes alike is said together, in a stable order. */
export function rowsOf(cells: Cells): Record<'added' | 'removed' | 'unknown', Row[]> {
  const groups = new Map<string, Group>();
  for (const cell of cells.cells) for (const way of ['added', 'removed'] as const) addCell(groups, cell, way, cells);
  const rows = [...groups.values()].flatMap((group) => rowsOfGroup(group, cells));
  return {
    added: rows.filter(({ change }) => change === 'added'),
    removed: rows.filter(({ change }) => change === 'removed'),
    unknown: rows.filter(({ change }) => change === 'may-add' || change === 'may-remove'),
  };
}

function addCell(groups: Map<string, Group>, cell: Cell, way: Common['way'], cells: Cells): void {
  const terms = cell.active.map(({ term }) => term);
  const answers = Map.groupBy(cell.outcome.changed, (situation) => {
    const answer = changeOf(situation, way, true);
    if (answer === 'always' || answer === 'never') return answer;
    return isSaidOfTwin(cell, situation, way, cells) ? 'never' : 'sometimes';
  });
  for (const answer of ['always', 'sometimes'] as const) {
    const found = answers.get(answer);
    if (found === undefined) continue;
    const facts = factsOf(found, way);
    const open = distinct(facts.filter((fact) => !fact.assumedFalse).map(({ about }) => about));
    const assumes = distinct(facts.filter((fact) => fact.assumedFalse).map(({ about }) => about));
    const situation = situationWords(found, cell.outcome.situations, terms);
    for (const subject of cell.subjects) {
      const unlisted = answer === 'always' ? unlistedKeys(found, subject) : [];
      const isCertain = answer === 'always' && unlisted.length === 0;
      const change = isCertain ? way : way === 'added' ? 'may-add' : 'may-remove';
      const reasons = answer === 'always' ? unlisted : open;
      const key = JSON.stringify([change, situation, reasons, assumes]);
      const group = groups.get(key) ?? { change, way, situation, reasons, assumes, pieces: [] };
      group.pieces.push({ cell, subject, found });
      groups.set(key, group);
    }
  }
}

function factsOf(found: readonly Situation[], way: Common['way']): Unknown[] {
  return found.flatMap((situation) => [...unknownsOf(gained(situation, way)).values()]);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Condition keys of KMS that all the requests carry although AWS does not list them for the permission. */
function unlistedKeys(found: readonly Situation[], { permission, isUnknown }: Subject): string[] {
  if (isUnknown) return [];
  const listed = permission.conditionKeys.map((key) => key.toLowerCase());
  const isListed = (key: string): boolean =>
    ALWAYS_LISTED.has(key) ||
    listed.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : one === key));
  const keys = found[0]?.keys.map(({ key }) => key) ?? [];
  return keys
    .filter((key, i) => {
      const isNeeded = found.every((one) => one.keys[i]?.ways.every((way) => way.length > 0));
      return key.startsWith('kms:') && isNeeded && !isListed(key);
    })
    .map((key) => `AWS does not list ${code(key)} for \`kms:${permission.name}\``);
}

/** Keys of every request, whatever the table says. */
const ALWAYS_LISTED = new Set(['kms:calleraccount', 'kms:viaservice']);

/** Cuts the pieces of a group into boxes, permissions with the same resources first, then principals with the same of both. */
function rowsOfGroup({ pieces, ...common }: Group, cells: Cells): Row[] {
  const places = Map.groupBy(pieces, placeOf);
  const isOn = (route: 'direct' | 'with-iam', piece: Piece): boolean =>
    places.get(placeOf(piece))?.some(({ cell }) => cell.route === route) === true;
  // What a document allows alone it allows together with an IAM policy too: that is said once.
  const kept = pieces.filter((piece) => piece.cell.route === 'direct' || !isOn('direct', piece));
  const isHalf = (piece: Piece): boolean => piece.cell.route === 'direct' && !isOn('with-iam', piece);
  const lines = Map.groupBy(kept, ({ cell, subject }) =>
    JSON.stringify([subject.on, subject.permission.name, cell.route, cell.principal.key]),
  );
  const byResources = Map.groupBy(lines.values(), (line) => JSON.stringify([shapeOf(line), resourcesOf(line)]));
  const boxes = [...byResources.values()].flatMap((same) => {
    // Of permissions with the same resources, those with the same principals.
    const bySubject = Map.groupBy(same, ([piece]) => piece?.subject.permission.name);
    const principalsOf = (own: readonly (readonly Piece[])[]): string =>
      own
        .map(([piece]) => piece?.cell.principal.key)
        .sort()
        .join('\n');
    return [...Map.groupBy(bySubject.values(), principalsOf).values()].map((box) => box.flat(2));
  });
  return makeRows(boxes, common, isHalf, cells);
}

/** Everything of a piece but its route. */
function placeOf({ cell, subject }: Piece): string {
  return [cell.principal.key, subject.on, subject.permission.name, cell.resource.witness.join('')].join(' ');
}

function shapeOf([piece]: readonly Piece[]): string {
  return `${piece?.subject.on} ${piece?.cell.route}`;
}

function resourcesOf(line: readonly Piece[]): string[] {
  return line.map(({ cell }) => cell.resource.witness.join('')).sort();
}
