import { type Content, type Own, text } from '../syntax/content.ts';
import {
  addEntry,
  copyWith,
  fillEmpty,
  insertAfter,
  type LayerEdit,
  removeMembers,
  replaceItems,
  wrapInList,
} from '../syntax/edit.ts';
import { render, styleOf } from '../syntax/render.ts';
import {
  hasComments,
  isPlain,
  isPlainWay,
  isPlainWhole,
  type Member,
  type Step,
  type Written,
} from '../syntax/written.ts';
import { lineBreakOf } from '../syntax/written-inside.ts';
import type { Change, NewCondition } from './change.ts';

/** IAM's elements as `aws_iam_policy_document` calls them. */
const BLOCK_NAMES: Readonly<Record<string, string>> = {
  Sid: 'sid',
  Action: 'actions',
  Resource: 'resources',
  Condition: 'condition',
};

type Made = readonly (LayerEdit | undefined)[] | undefined;

/** A statement's element by IAM's name for it, in the spelling of its language; undefined where it has two, or none. */
function elementOf(statement: Written, name: string): Step | undefined {
  const wanted = (isBlock(statement) ? (BLOCK_NAMES[name] ?? '') : name).toLowerCase();
  const all = statement.members.flatMap((one, index) => (one.name?.text.toLowerCase() === wanted ? [index] : []));
  const [index, ...more] = all;
  return index === undefined || more.length > 0 ? undefined : { container: statement, index };
}

/** Whether a statement is written as a block of `aws_iam_policy_document`. */
function isBlock(statement: Written): boolean {
  return statement.layout === 'body';
}

function has(map: Written, name: string): boolean {
  return map.members.some((member) => member.name?.text.toLowerCase() === name.toLowerCase());
}

/** One more condition of a statement. A condition on the same key under the same operator would be joined to it, which is not meant. */
export function addCondition(statement: Written, condition: NewCondition, own: Own): Made {
  if (elementOf(statement, 'Action') === undefined) return undefined;
  if (isBlock(statement)) return addConditionBlock(statement, condition, own);
  const { operator, key, value } = condition;
  const test: Content = { entries: [[key, value]] };
  const step = elementOf(statement, 'Condition');
  if (step === undefined) {
    const after = has(statement, 'Condition') ? undefined : elementOf(statement, 'Resource');
    return after && [addEntry(after, 'Condition', { entries: [[operator, test]] }, own)];
  }
  const operators = (step.container.members[step.index] as Member).value;
  if (operators.type !== 'map' || !isPlain(operators) || !isPlainWay([step])) return undefined;
  if (operators.members.length === 0) return [fillEmpty(operators, operator, test, own)];
  if (!has(operators, operator)) return [addEntry(lastOf(operators), operator, test, own)];
  const index = operators.members.findIndex(({ name }) => name?.text === operator);
  const same = operators.members[index]?.value;
  if (same?.type !== 'map' || same.members.length === 0 || has(same, key)) return undefined;
  if (!isPlainWay([{ container: operators, index }])) return undefined;
  return [addEntry(lastOf(same), key, value, own)];
}

function lastOf(container: Written): Step {
  return { container, index: container.members.length - 1 };
}

function addConditionBlock(statement: Written, { operator, key, value }: NewCondition, own: Own): Made {
  const last = lastOf(statement);
  const style = styleOf(statement, own, statement.members[last.index]);
  const values = render({ items: [value] }, style);
  if (values === undefined || !style.isMultiline) return undefined;
  const lines = [
    'condition {',
    `${style.unit}test     = ${JSON.stringify(operator)}`,
    `${style.unit}variable = ${JSON.stringify(key)}`,
    `${style.unit}values   = ${values}`,
    '}',
  ];
  return [insertAfter(last, lines.join(`${lineBreakOf(style.layer.text)}${style.indent}`))];
}

/** A copy of a statement after it, with what is different in it. */
export function addStatement(
  step: Step,
  statement: Written,
  { actions, resource, add }: Extract<Change, { change: 'statement' }>,
  own: Own,
): Made {
  const [action, resources] = [elementOf(statement, 'Action'), elementOf(statement, 'Resource')];
  if (action === undefined || resources === undefined || hasComments(statement) || !isPlainWhole(statement))
    return undefined;
  const sid = elementOf(statement, 'Sid');
  const edits: (LayerEdit | undefined)[] = [
    replaceItems(
      action,
      actions.map((name) => text(name)),
      own,
    ),
    ...(resource === undefined ? [] : [replaceItems(resources, [text(resource)], own)]),
    ...(add === undefined ? [] : (addCondition(statement, add, own) ?? [undefined])),
    // Sids are unique in a document.
    ...(sid === undefined ? [] : (removeMembers(statement, [sid.index]) ?? [undefined])),
  ];
  const copy = edits.every((edit) => edit !== undefined) ? copyWith(statement, edits) : undefined;
  if (copy === undefined || step.container.layer !== statement.layer) return undefined;
  const { container, index } = step;
  const member = container.members[index] as Member;
  if (member.isBlock) {
    const { layer, start, end } = statement;
    return [insertAfter(step, layer.text.slice(member.start, start) + copy + layer.text.slice(end, member.end))];
  }
  if (container.type === 'list') return [insertAfter(step, copy)];
  return member.name?.text.toLowerCase() === 'statement' ? wrapInList(statement, copy) : undefined;
}
