import type { Edit } from '../source/edit.ts';
import type { Span } from '../source/source-file.ts';
import { type Content, type Own, text } from '../syntax/content.ts';
import {
  addEntry,
  addItems,
  fileEdits,
  fillEmpty,
  type LayerEdit,
  removeMembers,
  replaceItems,
  replaceValue,
} from '../syntax/edit.ts';
import { findEntry, findValue, isPlain, isPlainWay, type Member, type Step, type Written } from '../syntax/written.ts';
import { addCondition, addStatement } from './amend-statement.ts';
import type { Change } from './change.ts';

/**
 * The edits that make some changes of a file; undefined where one of them cannot be written as the author would: the
 * value stands elsewhere, is shared, or has a shape that nothing here knows.
 */
export function amend(changes: readonly Change[], roots: readonly Written[], own: Own): Edit[] | undefined {
  const edits: (LayerEdit | undefined)[] = [];
  const removed = new Map<Written, Set<number>>();
  for (const change of changes) {
    if (change.change !== 'remove') {
      edits.push(...(make(change, roots, own) ?? [undefined]));
      continue;
    }
    // Items of one list go together: two neighbours share what parts them from the rest.
    const step = memberAt(change.at, roots);
    if (step?.container.type !== 'list') return undefined;
    removed.set(step.container, (removed.get(step.container) ?? new Set()).add(step.index));
  }
  for (const [list, indexes] of removed) edits.push(...(removeMembers(list, indexes) ?? [undefined]));
  return edits.every((edit) => edit !== undefined) ? fileEdits(edits) : undefined;
}

type Made = readonly (LayerEdit | undefined)[] | undefined;

function make(change: Exclude<Change, { change: 'remove' }>, roots: readonly Written[], own: Own): Made {
  switch (change.change) {
    case 'value': {
      const step = memberAt(change.at, roots);
      return step && [replaceValue(step, change.by, own)];
    }
    case 'actions':
      return replaceActions(memberAt(change.at, roots), change.by, own);
    case 'remove-entry': {
      const step = entryAt(change.name, roots);
      return step && removeMembers(step.container, [step.index]);
    }
    case 'operator':
      return renameOperator(change.name, change.by, roots, own);
    case 'condition': {
      const statement = statementAt(change.statement, roots)?.value;
      return statement && addCondition(statement, change.add, own);
    }
    case 'statement': {
      const found = statementAt(change.after, roots);
      const step = found?.way.at(-1);
      return found && step && addStatement(step, found.value, change, own);
    }
    case 'property':
      return addProperty(entryAt(change.of, roots), change.name, change.value, own);
  }
}

/** The member that stands at a place and is quite itself; what stands in a function of CloudFormation is that function. */
function memberAt(at: Span, roots: readonly Written[]): Step | undefined {
  const found = at.via ? undefined : findValue(roots, at);
  if (found === undefined || !isPlainWay(found.way)) return undefined;
  const steps = [...found.way];
  while (isFunction(steps.at(-1)?.container)) steps.pop();
  const step = steps.at(-1);
  return step?.container.isArguments ? undefined : step;
}

function isFunction(container: Written | undefined): boolean {
  const [only, ...more] = container?.type === 'map' ? container.members : [];
  return only !== undefined && more.length === 0 && /^(?:Ref|Fn::\w+)$/.test(only.name?.text ?? '');
}

function entryAt(name: Span, roots: readonly Written[]): Step | undefined {
  const step = name.via ? undefined : findEntry(roots, name);
  const found = step && findValue(roots, step.container.span);
  return step && found && isPlainWay([...found.way, step]) ? step : undefined;
}

function statementAt(statement: Span, roots: readonly Written[]): ReturnType<typeof findValue> {
  const found = statement.via ? undefined : findValue(roots, statement);
  return found?.value.type === 'map' && isPlainWay(found.way) && isPlain(found.value) ? found : undefined;
}

function replaceActions(step: Step | undefined, names: readonly string[], own: Own): Made {
  const [first, ...more] = names.map((name) => text(name));
  if (step === undefined || first === undefined) return undefined;
  if (step.container.type !== 'list') return [replaceItems(step, [first, ...more], own)];
  return [replaceValue(step, first, own), ...(more.length > 0 ? [addItems(step, more, own)] : [])];
}

function renameOperator(name: Span, by: string, roots: readonly Written[], own: Own): Made {
  const step = entryAt(name, roots);
  // In a block it is the value of `test`.
  if (step === undefined) {
    const value = memberAt(name, roots);
    return value && [replaceValue(value, text(by), own)];
  }
  const { container, index } = step;
  const isTaken = container.members.some(({ name: other }) => other?.text.toLowerCase() === by.toLowerCase());
  const { name: written } = container.members[index] as Member;
  if (isTaken || written === undefined) return undefined;
  const { layer } = container;
  const quotes = layer.text.slice(written.start, written.end) === written.text ? 0 : 1;
  const [start, end] = [written.start + quotes, written.end - quotes];
  return layer.text.slice(start, end) === written.text ? [{ layer, start, end, text: by }] : undefined;
}

/** A property among the simple ones that a resource begins with, else at its end. */
function addProperty(resource: Step | undefined, name: string, value: Content, own: Own): Made {
  const body = resource && (resource.container.members[resource.index] as Member).value;
  if (body?.type !== 'map' || !isPlain(body)) return undefined;
  const type = body.members.findIndex((member) => member.name?.text === 'Type');
  if (body.layout === 'body' || type < 0) return addFirst(body, name, value, own);
  const properties = body.members.find((member) => member.name?.text === 'Properties')?.value;
  if (properties === undefined)
    return [addEntry({ container: body, index: type }, 'Properties', { entries: [[name, value]] }, own)];
  return properties.type === 'map' && isPlain(properties) ? addFirst(properties, name, value, own) : undefined;
}

function addFirst(body: Written, name: string, value: Content, own: Own): Made {
  if (body.members.length === 0) return [fillEmpty(body, name, value, own)];
  const complex = body.members.findIndex((member) => member.isBlock || !isSimple(member.value));
  const index = complex > 0 ? complex - 1 : body.members.length - 1;
  return [addEntry({ container: body, index }, name, value, own)];
}

function isSimple({ type, layer, start, end }: Written): boolean {
  return type !== 'map' && type !== 'list' && !layer.text.slice(start, end).includes('\n');
}
