import { child, items, literal, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { outcomes } from '../../syntax/outcomes.ts';
import { forEachOutcome, isNone, oneOf } from './intrinsic-nodes.ts';
import { evaluate } from './intrinsics.ts';
import type { Template } from './template.ts';

/** `Fn::If`: the branch that the condition certainly takes, else both. */
export function choose(written: OpaqueNode, [name, yes, no]: readonly Node[], template: Template): Node {
  if (name === undefined || yes === undefined || no === undefined) return written;
  const decided = namedCondition(literal(name) ?? '', template);
  if (decided !== undefined) return evaluate(decided ? yes : no, template);
  const decidedBy = literal(name);
  return {
    ...written,
    alternatives: [evaluate(yes, template), evaluate(no, template)],
    ...(decidedBy ? { decidedBy } : {}),
  };
}

/** How many conditions may stand for one another in a row; each takes several calls. */
const MAX_CONDITIONS = 20;

/** Whether a condition of the template holds; undefined where that hangs on the deployment. */
export function namedCondition(name: string, template: Template): boolean | undefined {
  const { known } = template;
  const declared = template.conditions.get(name);
  if (declared === undefined || known.deciding >= MAX_CONDITIONS) return undefined;
  if (!known.conditions.has(name)) {
    known.conditions.set(name, undefined);
    known.deciding++;
    known.conditions.set(name, condition(declared, template));
    known.deciding--;
  }
  return known.conditions.get(name);
}

function condition(node: Node, template: Template): boolean | undefined {
  if (node.type !== 'map' || node.entries.length !== 1) return undefined;
  const [entry] = node.entries;
  const list = entry ? items(entry.value) : [];
  const each = (): (boolean | undefined)[] => list.map((item) => condition(item, template));
  switch (entry && literal(entry.key)) {
    case 'Condition':
      return namedCondition(literal(entry?.value) ?? '', template);
    case 'Fn::Equals':
      return equals(list, template);
    case 'Fn::And':
      return every(each());
    case 'Fn::Or':
      return negate(every(each().map(negate)));
    case 'Fn::Not':
      return negate(each()[0]);
    default:
      return undefined;
  }
}

function every(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.length === 0 || answers.includes(undefined) ? undefined : true;
}

function negate(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

/** Certain where both sides have one value, or where none of the one can be of the other. */
function equals([left, right]: readonly Node[], template: Template): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  const [ours, theirs] = [texts(evaluate(left, template)), texts(evaluate(right, template))];
  if (ours === undefined || theirs === undefined) return undefined;
  if (!ours.some((one) => theirs.includes(one))) return false;
  return ours.length === 1 && theirs.length === 1 ? true : undefined;
}

/** Every text that a value can be; undefined where they are not all known. */
function texts(node: Node): string[] | undefined {
  const found: string[] = [];
  for (const one of outcomes(node)) {
    const text = literal(one);
    if (text === undefined) return undefined;
    found.push(text);
  }
  return found;
}

/** How many values of mappings may be possible before nothing is said of it. */
const MAX_PLACES = 1000;

/**
 * `Fn::FindInMap`: the value at both keys. A key that is not known may be any, so every value under it is possible; so is the
 * default value of the language extensions where a key may be missing.
 */
export function findInMap(written: OpaqueNode, path: readonly Node[], template: Template): Node {
  const fallback = path[3] && child(path[3], 'DefaultValue');
  let places: readonly (Node | undefined)[] = [template.mappings];
  for (const step of path.slice(0, 3)) {
    const keys = texts(evaluate(step, template));
    const next: (Node | undefined)[] = [];
    for (const place of places) {
      if (place?.type !== 'map' || child(place, 'Fn::Transform')) next.push(undefined);
      else if (keys) for (const key of keys) next.push(child(place, key));
      else for (const { value } of place.entries) next.push(value);
      if (next.length > MAX_PLACES) return written;
    }
    places = next;
    // An own key that the table does not have stops the deployment, unless there is a default.
    if (keys === undefined || keys.length > 1) places = places.filter((place) => place !== undefined);
  }
  const isCertain = path.slice(0, 3).every((step) => texts(evaluate(step, template))?.length === 1);
  const known = places.filter((place) => place !== undefined);
  if (known.length < places.length && !fallback) return written;
  const perhaps = fallback && (!isCertain || known.length === 0) ? [evaluate(fallback, template)] : [];
  return oneOf(written, [...known, ...perhaps]);
}

/** `Fn::Select`: one item of each list that it can be. What may be taken out of a list moves those after it. */
export function select(written: OpaqueNode, [index, list]: readonly Node[], template: Template): Node {
  const at = Number(literal(index && evaluate(index, template)) ?? Number.NaN);
  if (list === undefined || !Number.isInteger(at)) return written;
  return forEachOutcome(written, evaluate(list, template), (one) => {
    if (one.type !== 'list') return undefined;
    const before = one.items.slice(0, at + 1);
    return before.some((item) => outcomes(item).some((value) => isNone(value) || value.type === 'list'))
      ? undefined
      : one.items[at];
  });
}
