import { EmbeddedBuilder } from '../../source/embedded.ts';
import type { Attribute, Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { append, type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import {
  child,
  type Entry,
  type ListNode,
  literal,
  type MapNode,
  type Node,
  type OpaqueNode,
  type Part,
  type ScalarNode,
} from '../../syntax/node.ts';
import { referenceMeaning } from './terraform-types.ts';

/** The names that expressions of a module can refer to. */
export interface Scope {
  locals: ReadonlyMap<string, Expression>;
  /** Variables by name with their default, where they have one. */
  variables: ReadonlyMap<string, Expression | undefined>;
  /** What variable files and the module's callers give; one value is certain, of several each is possible. */
  given: ReadonlyMap<string, readonly Node[]>;
  /** `each.value`, `statement.value`, names of a `for`: known values by their path. */
  values: ReadonlyMap<string, Node>;
  /** Locals that are being evaluated, against cycles. */
  open: ReadonlySet<string>;
}

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
function knownElements(node: Node): { key: Node; value: Node }[] | undefined {
  if (node.type === 'list' && node.items.length <= MAX_ELEMENTS)
    return node.items.map((value) => ({ key: value, value }));
  return node.type === 'map' && node.entries.length <= MAX_ELEMENTS ? node.entries : undefined;
}

/** An expression as a node: strings with holes, lists and maps; what cannot be evaluated is opaque. Never throws. */
export function evaluate(expression: Expression, scope: Scope): Node {
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
      return reference(expression, scope);
    case 'conditional':
      return { ...unknown(), alternatives: [evaluate(expression.yes, scope), evaluate(expression.no, scope)] };
    case 'call':
      return (expression.expands ? undefined : call(expression, scope)) ?? unknown();
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
    return value.type === 'opaque' ? { ...value, expression: asHole(value.expression) } : value;
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

function asHole(expression: string): string {
  return expression.startsWith('${') ? expression : `\${${expression}}`;
}

/** A value inside a string: its text where it is known, holes where not. */
function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.parts;
  const written = node.type === 'opaque' ? node.expression : node.span.file.slice(node.span);
  return [node.type === 'opaque' ? { ...node, expression: asHole(written) } : opaque(node.span, asHole(written))];
}

function reference({ span, path }: Extract<Expression, { type: 'reference' }>, scope: Scope): Node {
  const value = scope.values.get(path) ?? ownValue(path, scope.values);
  if (value) return value;
  const [root = '', name = '', ...rest] = path.split('.');
  const bare = name.replace(/\[.*$/, '');
  if (root === 'local') {
    const found = scope.locals.get(bare);
    if (found && !scope.open.has(bare) && bare === name) {
      const result = descend(evaluate(found, { ...scope, open: new Set([...scope.open, bare]) }), rest);
      if (result) return result;
    }
    return opaque(span, path);
  }
  if (root === 'var') {
    const values = bare === name ? scope.given.get(bare)?.flatMap((value) => descend(value, rest) ?? []) : undefined;
    if (values && values.length > 0) {
      return values.length === 1 ? (values[0] as Node) : { ...opaque(span, path), alternatives: values };
    }
    const given = scope.variables.get(bare);
    // A default is one possible value; the module's caller may give another.
    const known = given && bare === name ? descend(evaluate(given, scope), rest) : undefined;
    const usable =
      known && known.type !== 'opaque' && !(known.type === 'scalar' && ['', 'null'].includes(literal(known) ?? ''));
    return usable ? { ...opaque(span, path), alternatives: [known], open: true } : opaque(span, path);
  }
  return { ...opaque(span, path), meaning: referenceMeaning(path) };
}

/** `each.value.name`: a known value's part. */
function ownValue(path: string, values: ReadonlyMap<string, Node>): Node | undefined {
  for (const [name, value] of values)
    if (path.startsWith(`${name}.`)) return descend(value, path.slice(name.length + 1).split('.'));
  return undefined;
}

function descend(node: Node, path: readonly string[]): Node | undefined {
  let here: Node | undefined = node;
  for (const step of path) here = here && child(here, step);
  return here;
}

function call({ span, name, arguments: list }: Extract<Expression, { type: 'call' }>, scope: Scope): Node | undefined {
  const values = list.map((one) => evaluate(one, scope));
  const [first, second] = values;
  switch (name) {
    case 'jsonencode':
    case 'toset':
    case 'tolist':
    case 'tomap':
    case 'tostring':
    case 'sort':
    case 'distinct':
    case 'compact':
    case 'sensitive':
    case 'nonsensitive':
    case 'trimspace':
      return first;
    case 'concat':
    case 'setunion':
      return { type: 'list', span, items: values.flatMap(opened) };
    case 'flatten':
      return first && { type: 'list', span, items: flattened(first) };
    case 'coalesce':
      return { ...opaque(span, span.file.slice(span)), alternatives: values };
    case 'merge':
      return merge(span, values);
    case 'join':
      return first && second ? join(span, first, second) : undefined;
    case 'format':
      return first ? format(span, first, values.slice(1)) : undefined;
    default:
      return undefined;
  }
}

function opened(node: Node): Node[] {
  return node.type === 'list' ? node.items : [node];
}

function flattened(node: Node): Node[] {
  return node.type === 'list' ? node.items.flatMap(flattened) : [node];
}

/** Maps joined, the later one winning; undefined where one of them is not known. */
function merge(span: OpaqueNode['span'], values: readonly Node[]): Node | undefined {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    if (value.type !== 'map') return undefined;
    for (const entry of value.entries) entries.set(literal(entry.key) ?? '', entry);
  }
  return { type: 'map', span, entries: [...entries.values()] };
}

function join(span: OpaqueNode['span'], delimiter: Node, list: Node): Node | undefined {
  const between = literal(delimiter);
  if (between === undefined || list.type !== 'list') return undefined;
  const parts: Part[] = [];
  list.items.forEach((item, index) => {
    if (index > 0) append(parts, between);
    for (const part of asParts(item)) append(parts, part);
  });
  return { type: 'scalar', span, kind: 'string', parts: parts.length === 0 ? [''] : parts };
}

/** `format` with `%s`, `%d` and `%v` only. */
function format(span: OpaqueNode['span'], pattern: Node, values: readonly Node[]): Node | undefined {
  const text = literal(pattern);
  if (text === undefined) return undefined;
  const parts: Part[] = [];
  let used = 0;
  for (const piece of text.split(/(%%|%[sdv])/)) {
    if (piece === '%%') append(parts, '%');
    else if (/^%[sdv]$/.test(piece)) {
      const value = values[used++];
      if (value === undefined) return undefined;
      for (const part of asParts(value)) append(parts, part);
    } else if (piece.includes('%')) return undefined;
    else append(parts, piece);
  }
  return { type: 'scalar', span, kind: 'string', parts: parts.length === 0 ? [''] : parts };
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
