import type { Span } from '../../source/source-file.ts';
import type { Expression } from '../../syntax/hcl-tree.ts';
import { child, literal, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { type Given, type ModuleScope, overBounds, type Scope } from './terraform-scope.ts';
import { referenceMeaning } from './terraform-types.ts';

/** How many outcomes an index that is not known may have before nothing is said of it. */
const MAX_OUTCOMES = 50;

/** Where a reference stands, whose names it sees, and how expressions on its way are evaluated. */
export interface Place {
  span: Span;
  scope: Scope;
  evaluate(expression: Expression, scope: Scope): Node;
}

/** One step of a path: `.name`, or an index as written. */
type Step = { name: string } | { index: string };

/** What a reference such as `local.keys["app"].arn` stands for. Cycles and unknown names are opaque. */
export function evaluateReference(path: string, place: Place): Node {
  const { span, scope } = place;
  const unknown: OpaqueNode = { type: 'opaque', span, expression: path, meaning: 'unknown' };
  const own = ownValue(path, place);
  if (own) return own;
  const [root, first, ...rest] = stepsOf(path);
  if (root === undefined || first === undefined || !('name' in root) || !('name' in first)) return unknown;
  if (root.name === 'local' || root.name === 'var' || root.name === 'module') {
    const value = rootValue(root.name, first.name, rest, unknown, place);
    return value ? passedOn(value, span, scope) : unknown;
  }
  const document = /^data\.aws_iam_policy_document\.([\w-]+)(?:\[.*\])?\.(?:minified_)?json$/.exec(path)?.[1];
  if (document) return { ...unknown, target: documentName(scope.module.folder, document) };
  return { ...unknown, meaning: referenceMeaning(path) };
}

/** The name of a module's `data "aws_iam_policy_document"`, unique in a run. */
export function documentName(folder: string, name: string): string {
  return `${folder}data.aws_iam_policy_document.${name}`;
}

/** A part of a value by its path as written (`["a"].b`, `[0]`); undefined where it is not known. */
export function access(value: Node, path: string, place: Place): Node | undefined {
  return descend(value, stepsOf(path), place);
}

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === '[') {
      const end = closing(path, at);
      steps.push({ index: path.slice(at + 1, end) });
      at = end + 1;
      continue;
    }
    if (path[at] === '.') at++;
    let end = at;
    while (end < path.length && path[end] !== '.' && path[end] !== '[') end++;
    steps.push({ name: path.slice(at, end) });
    at = end;
  }
  return steps;
}

/** The offset of the bracket that closes the one at `from`; the text's end where none does. */
function closing(path: string, from: number): number {
  let depth = 0;
  for (let at = from; at < path.length; at++) {
    if (path[at] === '[') depth++;
    else if (path[at] === ']' && --depth === 0) return at;
  }
  return path.length;
}

/** `each.value.name`, `statement.value`: a known value or a part of it. */
function ownValue(path: string, place: Place): Node | undefined {
  const { values } = place.scope;
  const exact = values.get(path);
  if (exact) return exact;
  for (const [name, value] of values) {
    if (path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
      return descend(value, stepsOf(path.slice(name.length)), place);
  }
  return undefined;
}

function rootValue(
  root: 'local' | 'var' | 'module',
  name: string,
  rest: readonly Step[],
  unknown: OpaqueNode,
  place: Place,
): Node | undefined {
  const { module } = place.scope;
  if (root === 'var') return variable(name, rest, unknown, place);
  if (root === 'local') return descend(named(module, 'locals', name, place), rest, place);
  // An instance of the call (`module.keys["a"]`) has the outputs of every other one.
  const [output, ...more] = rest.filter((step, index) => index > 0 || 'name' in step);
  const called = module.calls.get(name);
  if (called === undefined || output === undefined || !('name' in output)) return undefined;
  return descend(named(called, 'outputs', output.name, place), more, place);
}

/** A local or an output, evaluated once at a time: one that needs itself is not known. */
function named(module: ModuleScope, what: 'locals' | 'outputs', name: string, place: Place): Node | undefined {
  const expression = module[what].get(name);
  if (expression === undefined) return undefined;
  return guarded(module, `${what}.${name}`, () => place.evaluate(expression, { module, values: new Map() }));
}

function guarded<T>(module: ModuleScope, name: string, work: () => T): T | undefined {
  const { open } = module.evaluation;
  const key = `${module.folder} ${name}`;
  if (open.has(key)) return undefined;
  open.add(key);
  try {
    return work();
  } finally {
    open.delete(key);
  }
}

function variable(name: string, rest: readonly Step[], unknown: OpaqueNode, place: Place): Node | undefined {
  const { module } = place.scope;
  return guarded(module, `var.${name}`, () => {
    const part = ({ value, scope }: Given): Node[] => {
      const node = descend(place.evaluate(value, scope), rest, place);
      return node ? [node] : [];
    };
    const values = (module.given.get(name) ?? []).flatMap(part);
    if (values.length > 0) return values.length === 1 ? values[0] : { ...unknown, alternatives: values };
    const given = module.defaults.get(name);
    // A default is one possible value; the module's caller may give another.
    const known = given && part({ value: given, scope: { module, values: new Map() } })[0];
    const usable =
      known && known.type !== 'opaque' && !(known.type === 'scalar' && ['', 'null'].includes(literal(known) ?? ''));
    return usable ? { ...unknown, alternatives: [known], open: true } : undefined;
  });
}

function descend(node: Node | undefined, steps: readonly Step[], place: Place): Node | undefined {
  const [step, ...rest] = steps;
  if (node === undefined || step === undefined) return node;
  const each = (values: readonly Node[]): (Node | undefined)[] => values.map((value) => descend(value, rest, place));
  if (node.type === 'opaque') {
    const values = node.alternatives?.map((one) => descend(one, steps, place));
    return values && outcomes(node, values);
  }
  if (node.type === 'scalar') return undefined;
  const key = 'name' in step ? step.name : indexOf(step.index, place);
  // A splat keeps the list; what follows is taken of each item.
  if (key === '*') {
    const parts = node.type === 'list' ? each(node.items) : [undefined];
    return parts.includes(undefined) ? undefined : ({ ...node, items: parts } as Node);
  }
  if (key === undefined) {
    const written = { span: place.span, expression: place.span.file.slice(place.span) };
    return outcomes(written, each(node.type === 'list' ? node.items : node.entries.map(({ value }) => value)));
  }
  return descend(node.type === 'list' ? node.items[Number(key)] : child(node, key), rest, place);
}

/** One of several values, when all of them are known. */
function outcomes(of: { span: Span; expression: string }, values: readonly (Node | undefined)[]): Node | undefined {
  if (values.length === 0 || values.length > MAX_OUTCOMES || values.includes(undefined)) return undefined;
  const { span, expression } = of;
  return { type: 'opaque', span, expression, meaning: 'unknown', alternatives: values as Node[] };
}

/** The text of an index: a number, a string, or a reference with a known value; undefined where it is not known. */
function indexOf(written: string, place: Place): string | undefined {
  if (/^(?:\d+|\*)$/.test(written)) return written;
  const quoted = /^"([^"\\$%]*)"$/.exec(written)?.[1];
  if (quoted !== undefined) return quoted;
  if (!/^[a-z][\w.-]*$/i.test(written)) return undefined;
  return literal(evaluateReference(written, place));
}

/** A value that came here from elsewhere: every place in it remembers the reference, so that a finding can show the way. */
function passedOn(node: Node, from: Span, scope: Scope): Node {
  const { evaluation } = scope.module;
  const why = overBounds(evaluation);
  if (why !== undefined) return unread(from, why);
  const span = { ...node.span, via: [...(node.span.via ?? []), from] };
  const on = (one: Node): Node => passedOn(one, from, scope);
  if (node.type === 'list') return { ...node, span, items: node.items.map(on) };
  if (node.type === 'map')
    return { ...node, span, entries: node.entries.map(({ key, value }) => ({ key, value: on(value) })) };
  if (node.type === 'opaque')
    return node.alternatives ? { ...node, span, alternatives: node.alternatives.map(on) } : { ...node, span };
  return { ...node, span };
}

/** What stands for a value that is over a bound. */
export function unread(span: Span, why: string): OpaqueNode {
  return { type: 'opaque', span, expression: span.file.slice(span), meaning: 'unknown', why };
}
