import { EmbeddedBuilder } from '../../source/embedded.ts';
import { resolvePath } from '../../source/path.ts';
import { parseTemplate } from '../../syntax/hcl-template.ts';
import type { Attribute, Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import {
  type Entry,
  type ListNode,
  literal,
  type MapNode,
  type Node,
  type OpaqueNode,
  type ScalarNode,
} from '../../syntax/node.ts';
import { asParts, callFunction } from './terraform-functions.ts';
import { access, evaluateReference, unread } from './terraform-reference.ts';
import { overBounds, type Scope } from './terraform-scope.ts';

/** How many elements a `for` or a dynamic block may have before it is left alone. */
const MAX_ELEMENTS = 1000;

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
      const list: ListNode = { type: 'list', span: block.span, items: [block] };
      lists.set(type, list);
      entries.push({ key, value: list });
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
  const elements = each && knownElements(evaluate(each.value, scope));
  if (content === undefined || elements === undefined)
    return [opaque(block.span, `dynamic "${block.labels[0] ?? ''}"`)];
  return elements.map(({ key, value }) => {
    const values = new Map(scope.values).set(`${iterator}.value`, value).set(`${iterator}.key`, key);
    return evaluateBody(content.body, { ...scope, values });
  });
}

/** The elements of a list or map whose members are known; undefined for anything else. */
export function knownElements(node: Node): { key: Node; value: Node }[] | undefined {
  if (node.type === 'list' && node.items.length <= MAX_ELEMENTS)
    return node.items.map((value) => ({ key: value, value }));
  return node.type === 'map' && node.entries.length <= MAX_ELEMENTS ? node.entries : undefined;
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
          return name.type === 'scalar' ? [{ key: name, value: evaluate(value, scope) }] : [];
        }),
      };
    case 'template':
      return template(expression, scope);
    case 'reference':
      return evaluateReference(expression.path, { span, scope, evaluate });
    case 'access':
      return access(evaluate(expression.of, scope), expression.path, { span, scope, evaluate }) ?? unknown();
    case 'conditional':
      return {
        ...unknown(),
        alternatives: [evaluate(expression.yes, scope), evaluate(expression.no, scope)],
        decidedBy: expression.condition.span.file.slice(expression.condition.span),
      };
    case 'call':
      return call(expression, scope) ?? unknown();
    case 'for':
      return forEach(expression, scope) ?? unknown();
    case 'other':
      return unknown();
  }
}

function opaque(span: OpaqueNode['span'], expression: string): OpaqueNode {
  return { type: 'opaque', span, expression, meaning: 'unknown' };
}

function template({ span, pieces, source }: Extract<Expression, { type: 'template' }>, scope: Scope): Node {
  const [only] = pieces;
  // `"${x}"` is x itself, whatever it is.
  if (pieces.length === 1 && only && 'expression' in only) {
    const value = evaluate(only.expression, scope);
    return value.type === 'opaque' ? (asParts(value)[0] as OpaqueNode) : value;
  }
  const builder = new EmbeddedBuilder();
  const holes: Hole[] = [];
  for (const piece of pieces) {
    const at = builder.text.length;
    if ('text' in piece) {
      if (piece.text === source.text.slice(piece.start, piece.end)) builder.copy(source.text, piece.start, piece.end);
      else builder.replace(piece.text, piece.start, piece.end);
      continue;
    }
    builder.copy(source.text, piece.start, piece.end);
    holes.push({ start: at, end: builder.text.length, value: asParts(evaluate(piece.expression, scope)) });
  }
  const text = builder.finish(source);
  const outer = holedText(text, holes);
  const scalar: ScalarNode = { type: 'scalar', span, kind: 'string', parts: splitHoles(text.text, holes) };
  return outer ? { ...scalar, embedded: () => outer } : opaque(span, 'a template with too many expressions');
}

function call(expression: Extract<Expression, { type: 'call' }>, scope: Scope): Node | undefined {
  const { span, name, arguments: list, expands } = expression;
  if (name === 'file' || name === 'templatefile') return readText(expression, scope);
  const values = list.map((one) => evaluate(one, scope));
  if (expands) {
    const last = values.pop();
    if (last?.type !== 'list') return undefined;
    values.push(...last.items);
  }
  return callFunction({ span, name, values });
}

/** `file(path)` and `templatefile(path, names)`: the text of a file of the repository. */
function readText({ span, name, arguments: list }: Extract<Expression, { type: 'call' }>, scope: Scope): Node {
  const unknown = opaque(span, span.file.slice(span));
  const [path, names] = list.map((one) => evaluate(one, scope));
  const { folder, evaluation } = scope.module;
  const written = path && pathText(path, scope.module.isRoot);
  if (written === undefined) return unknown;
  const target = written.startsWith('/') ? undefined : resolvePath(folder, written);
  if (target === undefined) return { ...unknown, why: 'the file is outside of the repository' };
  const found = evaluation.files.find(target);
  if (found === undefined) return unknown;
  if ('refused' in found) return { ...unknown, why: `${target}: ${found.refused}` };
  const whole = found.span(0, found.text.length);
  const via = [span];
  if (name === 'file')
    return { type: 'scalar', span: { ...whole, via }, kind: 'string', parts: [found.text], embedded: () => found };
  if (names?.type !== 'map') return unknown;
  // A file that includes itself, by whatever way, ends here.
  const key = `templatefile ${target}`;
  if (evaluation.open.has(key)) return unknown;
  evaluation.open.add(key);
  const values = new Map(names.entries.map((one) => [literal(one.key) ?? '', one.value]));
  const result = evaluate(parseTemplate(found, whole, evaluation.parse), { module: scope.module, values });
  evaluation.open.delete(key);
  return { ...result, span: { ...result.span, via: [...(result.span.via ?? []), ...via] } };
}

/** The path that `"${path.module}/policy.json"` says, relative to the module; the root's folder is known in the root only. */
function pathText(node: Node, isRoot: boolean): string | undefined {
  if (node.type !== 'scalar') return undefined;
  let written = '';
  for (const part of node.parts) {
    if (typeof part === 'string') written += part;
    else if ((isRoot ? /^\$\{path\.(module|root|cwd)\}$/ : /^\$\{path\.module\}$/).test(part.expression))
      written += '.';
    else return undefined;
  }
  return written;
}

/** `[for x in list : value]` and `{for ...}` over known elements; a filter makes every element a possible one. */
function forEach(expression: Extract<Expression, { type: 'for' }>, scope: Scope): Node | undefined {
  const { span, names, collection, key, value, filtered } = expression;
  const elements = knownElements(evaluate(collection, scope));
  if (elements === undefined) return undefined;
  const results = elements.map((element) => {
    const values = new Map(scope.values);
    const [first = '', second] = names;
    if (second === undefined) values.set(first, element.value);
    else values.set(first, element.key).set(second, element.value);
    const inner: Scope = { ...scope, values };
    return { key: key && evaluate(key, inner), value: evaluate(value, inner) };
  });
  if (key === undefined) {
    const list = results.map((result) => result.value);
    if (!filtered) return { type: 'list', span, items: list };
    return {
      type: 'list',
      span,
      items: list.map((one) => ({ ...opaque(one.span, span.file.slice(span)), alternatives: [one] })),
    };
  }
  if (filtered) return undefined;
  const entries: Entry[] = [];
  for (const result of results)
    if (result.key?.type === 'scalar') entries.push({ key: result.key, value: result.value });
  return { type: 'map', span, entries };
}
