import type { Attribute, Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import {
  type Entry,
  items,
  type ListNode,
  literal,
  type MapNode,
  type Node,
  type OpaqueNode,
  type ScalarNode,
} from '../../syntax/node.ts';
import { allElements, type Element, isSpread, knownElements, spread } from './terraform-elements.ts';
import { readFunction } from './terraform-files.ts';
import { callFunction } from './terraform-functions.ts';
import { operate } from './terraform-operators.ts';
import { access, evaluateReference, lacks, leadsNowhere, unread } from './terraform-reference.ts';
import { overBounds, type Scope } from './terraform-scope.ts';
import { evaluateTemplate } from './terraform-template.ts';
import { booleanNode, textNode, truth } from './terraform-values.ts';

/** A block's body as a map: its attributes evaluated, its blocks as lists of maps under their types. */
export function evaluateBody(body: Body, scope: Scope): MapNode {
  const entries: Entry[] = body.attributes.map(({ name, value }: Attribute) => ({
    key: name,
    value: evaluate(value, scope),
  }));
  const lists = new Map<string, ListNode>();
  const add = (key: ScalarNode, block: Node): void => {
    const type = literal(key) ?? '';
    const known = lists.get(type);
    if (known) known.items.push(block);
    else {
      // In JSON syntax blocks can stand as an attribute beside those that a dynamic one makes.
      const at = entries.findIndex((entry) => literal(entry.key) === type);
      const [before] = entries.splice(at, at < 0 ? 0 : 1);
      const list: ListNode = {
        type: 'list',
        span: before?.value.span ?? block.span,
        items: [...items(before?.value), block],
      };
      lists.set(type, list);
      entries.push({ key: before?.key ?? key, value: list });
    }
  };
  for (const block of body.blocks) {
    if (literal(block.type) !== 'dynamic') add(block.type, evaluateBody(block.body, scope));
    else for (const made of dynamicBlocks(block, scope)) add({ ...block.type, parts: [block.labels[0] ?? ''] }, made);
  }
  return { type: 'map', span: body.span, entries };
}

/** `dynamic "x" { for_each = ..., content { ... } }`: one body for each element, or an opaque one where they are not known. */
function dynamicBlocks(block: Block, scope: Scope): Node[] {
  const each = block.body.attributes.find(({ name }) => literal(name) === 'for_each');
  const content = block.body.blocks.find(({ type }) => literal(type) === 'content');
  const named = block.body.attributes.find(({ name }) => literal(name) === 'iterator');
  const iterator = named?.value.type === 'reference' ? named.value.path : (block.labels[0] ?? '');
  const unknown = opaque(block.span, `dynamic "${block.labels[0] ?? ''}"`);
  if (content === undefined || each === undefined) return [unknown];
  const made = ofEach(evaluate(each.value, scope), unknown, ({ key, value }) => {
    const values = new Map(scope.values).set(`${iterator}.value`, value).set(`${iterator}.key`, key);
    return [evaluateBody(content.body, { ...scope, values })];
  });
  return made.type === 'list' ? made.items : [made];
}

/**
 * What a loop makes of each element of a collection: a list. Of a collection that can be one of several it is one of several
 * lists; so is, in the list, what is made of a member that stands for others. What is made of what is not known is `unknown`.
 */
function ofEach(collection: Node, unknown: OpaqueNode, make: (element: Element) => Node[]): Node {
  if (collection.type === 'opaque') {
    const { alternatives, expression, decidedBy = expression, open } = collection;
    if (alternatives === undefined) return unknown;
    const all = alternatives.map((one) => ofEach(isSpread(collection) ? asList(one) : one, unknown, make));
    return { ...unknown, alternatives: all, decidedBy, ...(open && { open }) };
  }
  const elements = allElements(collection);
  if (elements === undefined) return unknown;
  const items = elements.flatMap((element) =>
    isSpread(element.value) ? [spread(ofEach(element.value, unknown, make))] : make(element),
  );
  return { type: 'list', span: unknown.span, items };
}

/** An outcome of a member that stands for others is these, or one. */
function asList(node: Node): Node {
  return node.type === 'scalar' || node.type === 'map' ? { type: 'list', span: node.span, items: [node] } : node;
}

/** An expression as a node: strings with holes, lists and maps; what cannot be evaluated is opaque. Never throws. */
export function evaluate(expression: Expression, scope: Scope): Node {
  const { evaluation } = scope.module;
  const why = overBounds(evaluation);
  if (why !== undefined) return unread(expression.span, why);
  evaluation.depth++;
  const node = evaluateOne(expression, scope);
  evaluation.depth--;
  return node;
}

function evaluateOne(expression: Expression, scope: Scope): Node {
  const { span } = expression;
  const unknown = (): OpaqueNode => opaque(span, span.file.slice(span));
  switch (expression.type) {
    case 'literal':
      return expression.scalar;
    case 'list':
      return { type: 'list', span, items: expression.items.map((item) => evaluate(item, scope)) };
    case 'object':
      return {
        type: 'map',
        span,
        entries: expression.entries.flatMap(({ key, value }) => {
          const name = evaluate(key, scope);
          if (name.type === 'list' || name.type === 'map') return [];
          // Under a name that is not known something stands all the same.
          const known = name.type === 'scalar' ? name : textNode(key.span, [name]);
          return [{ key: known, value: evaluate(value, scope) }];
        }),
      };
    case 'template':
      return evaluateTemplate(expression, scope, evaluate);
    case 'reference':
      return evaluateReference(expression, { span, scope, evaluate });
    case 'access':
      return access(evaluate(expression.of, scope), expression, { span, scope, evaluate }) ?? unknown();
    case 'operation': {
      const operands = expression.operands.map((one) => evaluate(one, scope));
      return operate(span, expression.operator, operands) ?? unknown();
    }
    case 'conditional': {
      const condition = truth(evaluate(expression.condition, scope));
      if (condition !== undefined) return evaluate(condition ? expression.yes : expression.no, scope);
      return {
        ...unknown(),
        alternatives: [evaluate(expression.yes, scope), evaluate(expression.no, scope)],
        decidedBy: expression.condition.span.file.slice(expression.condition.span),
      };
    }
    case 'call':
      return call(expression, scope) ?? unknown();
    case 'for':
      return forEach(expression, scope) ?? unknown();
    case 'other':
      return { ...unknown(), ...(expression.why !== undefined && { why: expression.why }) };
  }
}

function opaque(span: OpaqueNode['span'], expression: string): OpaqueNode {
  return { type: 'opaque', span, expression, meaning: 'unknown' };
}

function call(expression: Extract<Expression, { type: 'call' }>, scope: Scope): Node | undefined {
  const { span, name, expands } = expression;
  const probes = name === 'try' || name === 'can';
  const list = probes ? expression.arguments.filter((one) => !fails(one, scope)) : expression.arguments;
  if (name === 'can' && list.length === 0) return booleanNode(span, false);
  const values = list.map((one) => evaluate(one, scope));
  if (expands) {
    const last = values.pop();
    if (last?.type !== 'list') return undefined;
    values.push(...last.items);
  }
  const read = readFunction({ span, name, values }, scope, evaluate);
  return read ?? callFunction({ span, name, values, yaml: scope.module.evaluation.yaml });
}

/** Whether Terraform certainly refuses an expression; only of what is known it can be told. */
function fails(expression: Expression, scope: Scope): boolean {
  const place = { span: expression.span, scope, evaluate };
  if (expression.type === 'reference') return leadsNowhere(expression, place);
  return expression.type === 'access' && lacks(evaluate(expression.of, scope), expression, place);
}

type Loop = Extract<Expression, { type: 'for' }>;

/** `[for x in list : value]`, and `{for ...}` over known elements. */
function forEach(expression: Loop, scope: Scope): Node | undefined {
  const { span, collection, key, value, condition } = expression;
  const source = evaluate(collection, scope);
  if (key !== undefined) return forEachEntry(expression, key, source, scope);
  const written = span.file.slice(span);
  return ofEach(source, opaque(span, written), (element) => {
    const inner = inLoop(expression, element, scope);
    const isIn = condition === undefined || truth(evaluate(condition, inner));
    if (isIn === false) return [];
    const result = evaluate(value, inner);
    // Whether it is in is not known: it is a possible one.
    return [isIn ? result : spread({ ...opaque(result.span, written), alternatives: [result] })];
  });
}

/** The names in one round of a loop. */
function inLoop({ names: [first = '', second] }: Loop, { key, value }: Element, scope: Scope): Scope {
  const values = new Map(scope.values);
  if (second === undefined) values.set(first, value);
  else values.set(first, key).set(second, value);
  return { ...scope, values };
}

function forEachEntry(expression: Loop, key: Expression, source: Node, scope: Scope): Node | undefined {
  const { span, value, condition, grouped } = expression;
  const elements = knownElements(source);
  const entries = new Map<string, Entry>();
  for (const element of elements ?? []) {
    const inner = inLoop(expression, element, scope);
    const isIn = condition === undefined || truth(evaluate(condition, inner));
    if (isIn === false) continue;
    const result = evaluate(value, inner);
    const name = evaluate(key, inner);
    const text = literal(name);
    if (isIn === undefined || name.type !== 'scalar' || text === undefined) return undefined;
    const group = entries.get(text)?.value;
    const list: Node = { type: 'list', span, items: [...(group?.type === 'list' ? group.items : []), result] };
    entries.set(text, { key: name, value: grouped ? list : result });
  }
  return elements && { type: 'map', span, entries: [...entries.values()] };
}
