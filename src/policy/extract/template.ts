import { child, items, literal, type MapNode, type Node, type OpaqueNode } from '../../syntax/node.ts';

/** A resource as the template declares it. */
interface Resource {
  type: string;
  node: Node;
}

/** What of a template its intrinsic functions can refer to. */
export interface Template {
  root: Node | undefined;
  parameters: ReadonlyMap<string, Node>;
  /** By logical id; those that a loop makes of literal values too. */
  resources: ReadonlyMap<string, Resource>;
  conditions: ReadonlyMap<string, Node>;
  mappings: Node | undefined;
  /** The names that `Fn::ForEach` binds, with their values. */
  names: ReadonlyMap<string, OpaqueNode>;
  /** The templates around and inside this one, where they are reviewed together. */
  stacks: Stacks;
  /** What was evaluated before; `undefined` while it is evaluated, so that a circle ends. */
  known: {
    parameters: Map<string, Node | undefined>;
    conditions: Map<string, boolean | undefined>;
    /** How many conditions are being decided, each for the one before. */
    deciding: number;
  };
}

/** How a template is nested, as far as the files that are reviewed say. */
export interface Stacks {
  /** What the templates that nest this one pass for a parameter, evaluated there; undefined where none does. */
  given(parameter: string): readonly Node[] | undefined;
  /** The value of an output of a stack that this template nests, evaluated there. */
  output(resource: string, name: string): Node | undefined;
  /** What another template exports under a name, evaluated there; undefined where none of these does, or several do. */
  imported(name: string): Node | undefined;
}

const ALONE: Stacks = { given: () => undefined, output: () => undefined, imported: () => undefined };

/** Whether a document is a CloudFormation template: its `Resources` have CloudFormation types. */
export function isTemplate(node: Node): boolean {
  const resources = child(node, 'Resources');
  if (resources?.type !== 'map') return false;
  return (
    child(node, 'AWSTemplateFormatVersion') !== undefined ||
    resources.entries.some(
      ({ key, value }) =>
        literal(child(value, 'Type'))?.includes('::') === true || readLoop(literal(key) ?? '', value) !== undefined,
    )
  );
}

/** Reads what a template declares; nothing is evaluated yet. Of no template, nothing. */
export function readTemplate(root: Node | undefined, stacks: Stacks = ALONE): Template {
  const resources = new Map<string, Resource>();
  addResources(child(root, 'Resources'), { into: resources, left: MAX_MADE }, new Map());
  return {
    root,
    parameters: section(root, 'Parameters'),
    resources,
    conditions: section(root, 'Conditions'),
    mappings: child(root, 'Mappings'),
    names: new Map(),
    stacks,
    known: { parameters: new Map(), conditions: new Map(), deciding: 0 },
  };
}

function section(root: Node | undefined, name: string): Map<string, Node> {
  const node = child(root, name);
  return new Map(node?.type === 'map' ? node.entries.map(({ key, value }) => [literal(key) ?? '', value]) : []);
}

/** A loop of CloudFormation's language extensions (AWS CloudFormation template reference, Fn::ForEach). */
export interface Loop {
  /** The name that stands for the element. */
  name: string;
  collection: Node;
  body: MapNode;
}

/** `Fn::ForEach::Name: [Element, [values], {...}]`; undefined for anything else. */
export function readLoop(key: string, value: Node): Loop | undefined {
  if (!key.startsWith('Fn::ForEach')) return undefined;
  const [name, collection, body] = items(value);
  const text = literal(name);
  return text !== undefined && collection && body?.type === 'map' ? { name: text, collection, body } : undefined;
}

/** How many resources the loops of a template may make before they are left alone, those of the same name counted too. */
const MAX_MADE = 1000;

/** The resources that were found, and how many more loops may make. */
interface Making {
  into: Map<string, Resource>;
  left: number;
}

/** Resources by the names that they have; in a loop also under the name as it is written, `Topic${Name}`. */
function addResources(node: Node | undefined, making: Making, names: ReadonlyMap<string, string>): void {
  if (node?.type !== 'map') return;
  const { into } = making;
  for (const { key, value } of node.entries) {
    const written = literal(key) ?? '';
    const loop = readLoop(written, value);
    if (loop === undefined) {
      const resource = { type: literal(child(value, 'Type')) ?? '', node: value };
      into.set(written, resource);
      if (names.size > 0) into.set(fill(written, names), resource);
      continue;
    }
    const values = items(loop.collection).map((item) => literal(item));
    addResources(loop.body, making, names);
    for (const one of values) {
      if (one === undefined || making.left <= 0) break;
      making.left -= Math.max(1, loop.body.entries.length);
      addResources(loop.body, making, new Map(names).set(loop.name, one));
    }
  }
}

function fill(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, value] of names) {
    for (const hole of [`\${${name}}`, `&{${name}}`]) result = result.replaceAll(hole, value);
  }
  return result;
}
