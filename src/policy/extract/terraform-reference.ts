import type { Span } from '../../source/source-file.ts';
import type { Expression, Path } from '../../syntax/hcl-tree.ts';
import { child, literal, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { hasSpread, isSpread, isUnordered, toSet } from './terraform-elements.ts';
import { renderedTemplate } from './terraform-files.ts';
import { type Step, stepsOf } from './terraform-path.ts';
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

/** What a reference such as `local.keys["app"].arn` stands for. Cycles and unknown names are opaque. */
export function evaluateReference(reference: Path, place: Place): Node {
  const { span, scope } = place;
  const { path } = reference;
  const unknown: OpaqueNode = { type: 'opaque', span, expression: path, meaning: 'unknown' };
  const steps = stepsOf(reference);
  const own = ownValue(path, steps, place);
  if (own) return own;
  const [root, first, ...rest] = steps;
  if (root === undefined || first === undefined || !('name' in root) || !('name' in first)) return unknown;
  if (root.name === 'local' || root.name === 'var' || root.name === 'module') {
    const value = rootValue(root.name, first.name, rest, unknown, place);
    return value ? passedOn(value, span, scope) : unknown;
  }
  const document = /^data\.aws_iam_policy_document\.([\w-]+)(?:\[.*\])?\.(?:minified_)?json$/.exec(path)?.[1];
  if (document) {
    const target = documentName(scope.module.folder, document);
    scope.module.evaluation.documents.add(target);
    return { ...unknown, target };
  }
  const template = /^data\.template_file\.([\w-]+)(?:\[.*\])?\.rendered$/.exec(path)?.[1];
  const rendered = template && renderedTemplate(template, scope, place.evaluate);
  if (rendered) return passedOn(rendered, span, scope);
  return { ...unknown, meaning: referenceMeaning(path) };
}

/** The name of a module's `data "aws_iam_policy_document"`, unique in a run. */
export function documentName(folder: string, name: string): string {
  return `${folder}data.aws_iam_policy_document.${name}`;
}

/** A part of a value by a path (`["a"].b`, `[0]`); undefined where it is not known. */
export function access(value: Node, path: Path, place: Place): Node | undefined {
  return descend(value, stepsOf(path), place);
}

/** Whether a value certainly has no such part, so that Terraform refuses the path. */
export function lacks(value: Node, path: Path, place: Place): boolean {
  return withoutPart(value, stepsOf(path), place);
}

/** Whether a reference certainly leads to nothing, because what it leads into is known. */
export function leadsNowhere(reference: Path, place: Place): boolean {
  const steps = stepsOf(reference);
  const own = ownRoot(reference.path, place);
  if (own) return withoutPart(own.value, steps.slice(own.length), place);
  const [root, first, ...rest] = steps;
  if (root === undefined || first === undefined || !('name' in root) || !('name' in first)) return false;
  if (root.name !== 'local' && root.name !== 'var') return false;
  const unknown: OpaqueNode = { type: 'opaque', span: place.span, expression: reference.path, meaning: 'unknown' };
  return withoutPart(rootValue(root.name, first.name, [], unknown, place), rest, place);
}

function withoutPart(node: Node | undefined, [step, ...rest]: readonly Step[], place: Place): boolean {
  if (node === undefined || node.type === 'opaque' || step === undefined) return false;
  if (node.type === 'scalar') return true;
  const key = 'name' in step ? step.name : indexOf(step, place);
  if (key === undefined || key === '*') return false;
  if (node.type === 'list') {
    const index = Number(key);
    if (hasSpread(node)) return false;
    return index >= node.items.length || (!isUnordered(node) && withoutPart(node.items[index], rest, place));
  }
  const part = child(node, key);
  return part ? withoutPart(part, rest, place) : node.entries.every((entry) => literal(entry.key) !== undefined);
}

/** `each.value.name`, `statement.value`: a known value or a part of it. */
function ownValue(path: string, steps: readonly Step[], place: Place): Node | undefined {
  const own = ownRoot(path, place);
  return own && descend(own.value, steps.slice(own.length), place);
}

/** The known value that a path begins with, and how many steps its name has. */
function ownRoot(path: string, { scope }: Place): { value: Node; length: number } | undefined {
  for (const [name, value] of scope.values) {
    if (path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
      return { value, length: name.split('.').length };
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
  const unread = module.unread.get(name);
  if (unread !== undefined) module.evaluation.missing(unread, module.folder);
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
  if (!module.isRun && module.defaults.has(name)) module.evaluation.called(module.folder, place.span);
  return guarded(module, `var.${name}`, () => {
    const part = ({ value, scope }: Given): Node[] => {
      const whole = place.evaluate(value, scope);
      const node = descend(module.sets.has(name) ? (toSet(whole) ?? whole) : whole, rest, place);
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
  const key = 'name' in step ? step.name : indexOf(step, place);
  // A splat keeps the list; what follows is taken of each item.
  if (key === '*') {
    const parts = node.type === 'list' ? each(node.items) : [undefined];
    return parts.includes(undefined) ? undefined : ({ ...node, items: parts } as Node);
  }
  if (key === undefined || (node.type === 'list' && isUnordered(node))) {
    const written = { span: place.span, expression: place.span.file.slice(place.span) };
    return outcomes(written, each(node.type === 'list' ? node.items : node.entries.map(({ value }) => value)));
  }
  if (node.type === 'map') return descend(child(node, key), rest, place);
  // Behind what stands for any number of members, no member has a number.
  if (node.items.slice(0, Number(key) + 1).some(isSpread)) return undefined;
  return descend(node.items[Number(key)], rest, place);
}

/** One of several values, when all of them are known. */
function outcomes(of: { span: Span; expression: string }, values: readonly (Node | undefined)[]): Node | undefined {
  if (values.length === 0 || values.length > MAX_OUTCOMES || values.includes(undefined)) return undefined;
  const { span, expression } = of;
  return { type: 'opaque', span, expression, meaning: 'unknown', alternatives: values as Node[] };
}

/** The text of an index; undefined where it is not known. */
function indexOf({ index, value }: Extract<Step, { index: string }>, place: Place): string | undefined {
  if (index === '*') return index;
  return value && literal(place.evaluate(value, place.scope));
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
  if (node.type === 'opaque' && node.alternatives) return { ...node, span, alternatives: node.alternatives.map(on) };
  return { ...node, span };
}

/** What stands for a value that is over a bound. */
export function unread(span: Span, why: string): OpaqueNode {
  return { type: 'opaque', span, expression: span.file.slice(span), meaning: 'unknown', why };
}
