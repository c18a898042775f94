import { lookup } from '../../source/lookup.ts';
import {
  child,
  items,
  type ListNode,
  literal,
  type Meaning,
  type Node,
  type OpaqueNode,
  type ScalarNode,
} from '../../syntax/node.ts';
import { OTHER_ARN_ATTRIBUTES, REF_IS_ARN } from './cloudformation-types.ts';
import { oneOf } from './intrinsic-nodes.ts';
import type { Template } from './template.ts';

const PSEUDO: Readonly<Record<string, Meaning>> = {
  'AWS::AccountId': 'account',
  'AWS::Partition': 'partition',
  'AWS::Region': 'region',
  'AWS::URLSuffix': 'url-suffix',
  'AWS::NoValue': 'none',
  // The Serverless Framework's own, which stand in the same texts.
  'aws:accountId': 'account',
  'aws:region': 'region',
};

const KEY_TYPES = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);

/** Whether a resource type is a KMS key. */
export function isKeyType(type: string): boolean {
  return KEY_TYPES.has(type);
}

/** What `Ref` gives; `written` is the call as it stands in the template. */
export function reference(written: OpaqueNode, name: string, template: Template): Node {
  const bound = template.names.get(name);
  if (bound) return { ...bound, span: written.span, expression: written.expression };
  const meaning = lookup(PSEUDO, name);
  if (meaning) return { ...written, meaning };
  const resource = template.resources.get(name);
  if (resource) return { ...written, meaning: referenceMeaning(resource.type) };
  return parameter(written, name, template);
}

/** What `Ref` gives by resource type: of a key its id, of an alias its name, never an ARN (template reference, return values). */
function referenceMeaning(type: string): Meaning {
  if (isKeyType(type)) return 'key-id';
  if (type === 'AWS::KMS::Alias') return 'alias-name';
  return REF_IS_ARN.has(type) ? 'other-arn' : 'unknown';
}

/** Logical id and attribute of `Fn::GetAtt`, given as `Key.Arn` or as a list. */
export function attributePath(argument: Node): [string, string] {
  const text = literal(argument) ?? items(argument).map(nameOf).join('.');
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

/** A name in a list; that of a loop's resource is as it stands in the loop: `!Sub Key${Name}`. */
function nameOf(node: Node): string {
  return literal(node) ?? literal(child(node, 'Fn::Sub')) ?? '';
}

/** What `Fn::GetAtt` gives. An output of a nested stack is its value, where that stack's template is reviewed too. */
export function attribute(written: OpaqueNode, [name, path]: [string, string], template: Template): Node {
  const shown = written.expression.startsWith('!') ? { ...written, expression: `!GetAtt ${name}.${path}` } : written;
  if (path.startsWith('Outputs.')) {
    const value = template.stacks.output(name, path.slice('Outputs.'.length));
    // What is not known there either is shown where it is used.
    if (value && !(value.type === 'opaque' && value.meaning === 'unknown' && !value.alternatives)) return value;
  }
  return { ...shown, meaning: attributeMeaning(template.resources.get(name)?.type ?? '', path) };
}

/** What `Fn::ImportValue` gives, where the template that exports it is reviewed too. */
export function imported(written: OpaqueNode, name: Node, template: Template): Node {
  const exported = literal(name);
  const value = exported === undefined ? undefined : template.stacks.imported(exported);
  if (value === undefined || value.type !== 'opaque') return value ?? written;
  return { ...value, span: written.span, expression: written.expression };
}

function attributeMeaning(type: string, path: string): Meaning {
  if (isKeyType(type)) return path === 'Arn' ? 'key-arn' : path === 'KeyId' ? 'key-id' : 'unknown';
  if (!type.startsWith('AWS::') || type.startsWith('AWS::KMS::')) return 'unknown';
  if (type.startsWith('AWS::CloudFormation::') || type === 'AWS::Serverless::Application') return 'unknown';
  return OTHER_ARN_ATTRIBUTES.has(path) ? 'other-arn' : 'unknown';
}

/** A parameter is what the templates that nest this one give; else anything that is allowed, among it its default. */
function parameter(written: OpaqueNode, name: string, template: Template): Node {
  const declared = template.parameters.get(name);
  if (declared === undefined) return written;
  const { parameters } = template.known;
  if (!parameters.has(name)) {
    parameters.set(name, undefined);
    parameters.set(name, given(written, name, declared, template) ?? declaredValue(written, declared));
  }
  const value = parameters.get(name);
  if (value === undefined) return written;
  // What is not known is shown where it is used, each time.
  return value.type === 'opaque' && value.meaning === 'unknown'
    ? { ...value, span: written.span, expression: written.expression }
    : value;
}

function given(written: OpaqueNode, name: string, declared: Node, template: Template): Node | undefined {
  const values = template.stacks.given(name)?.map((value) => (isList(declared) ? commaList(value) : value));
  return values && values.length > 0 ? oneOf(written, values) : undefined;
}

/** `CommaDelimitedList`, `List<Number>`. */
function isList(declared: Node): boolean {
  const type = literal(child(declared, 'Type')) ?? '';
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

/** The allowed values are all; a default without them is one possible value. Parameters of other types name what exists only in an account. */
function declaredValue(written: OpaqueNode, declared: Node): Node {
  const type = literal(child(declared, 'Type')) ?? 'String';
  const list = isList(declared);
  if ((type !== 'String' && type !== 'Number' && !list) || literal(child(declared, 'NoEcho')) === 'true')
    return written;
  const allowed = items(child(declared, 'AllowedValues')).filter(isText);
  if (allowed.length > 0) {
    if (!list) return oneOf(written, allowed);
    // Any of them, in any number.
    const members = allowed.map((value): OpaqueNode => ({ ...written, alternatives: [value] }));
    return { type: 'list', span: written.span, items: members };
  }
  const usual = child(declared, 'Default');
  if (usual === undefined || !isText(usual)) return written;
  return { ...written, alternatives: [list ? commaList(usual) : usual], open: true };
}

function isText(node: Node): node is ScalarNode {
  return node.type === 'scalar' && literal(node) !== '';
}

/** The members of `a, b`, each with its place. */
function commaList(node: Node): Node {
  const text = literal(node);
  if (node.type !== 'scalar' || text === undefined) return node;
  const decoded = node.embedded?.();
  const list: ListNode = { type: 'list', span: node.span, items: [] };
  let at = 0;
  for (const piece of text.split(',')) {
    const start = at + piece.length - piece.trimStart().length;
    const span = decoded && decoded.text === text ? decoded.span(start, start + piece.trim().length) : node.span;
    list.items.push({ type: 'scalar', span, kind: 'string', parts: [piece.trim()] });
    at += piece.length + 1;
  }
  return list;
}
