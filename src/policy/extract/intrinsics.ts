import { lookup } from '../../source/lookup.ts';
import type { Text } from '../../source/source-file.ts';
import { append, type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import {
  child,
  items,
  literal,
  type MapNode,
  type Meaning,
  type Node,
  type OpaqueNode,
  type Part,
  type ScalarNode,
} from '../../syntax/node.ts';

/** What of a template its intrinsic functions can refer to. */
export interface Template {
  parameters: ReadonlyMap<string, Node>;
  /** Resource types by logical id. */
  resources: ReadonlyMap<string, string>;
  mappings: Node | undefined;
}

/** A mapping with more values than this under an unknown key says nothing. */
const MAX_OUTCOMES = 100;

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

/** What `Ref` and `Fn::GetAtt` give by resource type (CloudFormation template reference, return values). */
const KEY_TYPES = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);

/** Whether a resource type is a KMS key. */
export function isKeyType(type: string): boolean {
  return KEY_TYPES.has(type);
}

/**
 * A node with its intrinsic functions evaluated: strings with holes for what is not known, opaque nodes for
 * whole values, both branches of `Fn::If` as alternatives. Removed values (`AWS::NoValue`) are left out of
 * lists and maps. The input is not changed; spans are those of the source.
 */
export function evaluate(node: Node, template: Template): Node {
  if (node.type === 'list') {
    return { ...node, items: node.items.map((item) => evaluate(item, template)).filter((item) => !isNone(item)) };
  }
  if (node.type !== 'map') return node;
  const name = intrinsicName(node);
  if (name !== undefined) return evaluateIntrinsic(name, node, template);
  const entries: MapNode['entries'] = [];
  for (const entry of node.entries) {
    const value = evaluate(entry.value, template);
    if (!isNone(value)) entries.push({ key: entry.key, value });
  }
  return { ...node, entries };
}

function isNone(node: Node): boolean {
  return node.type === 'opaque' && node.meaning === 'none';
}

function intrinsicName(node: MapNode): string | undefined {
  const [entry, second] = node.entries;
  if (entry === undefined || second !== undefined) return undefined;
  const key = literal(entry.key);
  return key === 'Ref' || key?.startsWith('Fn::') ? key : undefined;
}

function evaluateIntrinsic(name: string, node: MapNode, template: Template): Node {
  const argument = node.entries[0]?.value as Node;
  switch (name) {
    case 'Ref':
      return reference(node, literal(argument), template) ?? opaque(node);
    case 'Fn::GetAtt':
      return attribute(node, attributePath(argument), template);
    case 'Fn::Sub':
      return substitute(node, argument, template) ?? opaque(node);
    case 'Fn::Join':
      return join(node, argument, template) ?? opaque(node);
    case 'Fn::If': {
      const [, ...branches] = items(argument);
      return { ...opaque(node), alternatives: branches.map((branch) => evaluate(branch, template)) };
    }
    case 'Fn::FindInMap':
      return findInMap(node, argument, template) ?? opaque(node);
    case 'Fn::Select':
      return select(argument, template) ?? opaque(node);
    case 'Fn::Split':
      return split(node, argument, template) ?? opaque(node);
    case 'Fn::ToJsonString':
      return evaluate(argument, template);
    default:
      return opaque(node);
  }
}

/** The function call as an author would write it in YAML, short enough for a message. */
function opaque(node: MapNode, meaning: Meaning = 'unknown'): OpaqueNode {
  const [entry] = node.entries;
  const name = (entry && literal(entry.key)) ?? '';
  const argument =
    entry &&
    (literal(entry.value) ??
      items(entry.value)
        .map((item) => literal(item) ?? '…')
        .join('.'));
  return { type: 'opaque', span: node.span, expression: `!${name.replace('Fn::', '')} ${argument ?? '…'}`, meaning };
}

function reference(node: MapNode, name: string | undefined, template: Template): Node | undefined {
  if (name === undefined) return undefined;
  const meaning = lookup(PSEUDO, name);
  if (meaning) return opaque(node, meaning);
  const type = template.resources.get(name);
  if (type !== undefined) return opaque(node, referenceMeaning(type));
  const parameter = template.parameters.get(name);
  return parameter && parameterValue(opaque(node), parameter);
}

/** `Ref` of a key is its id, of an alias its name; never an ARN. */
function referenceMeaning(type: string): Meaning {
  if (isKeyType(type)) return 'key-id';
  return type === 'AWS::KMS::Alias' ? 'alias-name' : 'unknown';
}

/** A parameter can be anything that is allowed; its default and its allowed values are possible outcomes. */
function parameterValue(node: OpaqueNode, parameter: Node): Node {
  const type = literal(child(parameter, 'Type')) ?? 'String';
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  if (type !== 'String' && type !== 'Number' && !isList) return node;
  const outcomes = [child(parameter, 'Default'), ...items(child(parameter, 'AllowedValues'))];
  const known = outcomes.filter((one): one is ScalarNode => one?.type === 'scalar' && literal(one) !== '');
  const distinct = [...new Map(known.map((one) => [literal(one), one])).values()];
  if (distinct.length === 0) return node;
  if (!isList) return { ...node, alternatives: distinct };
  const lists = distinct.map((one): Node => {
    return { type: 'list', span: one.span, items: pieces(literal(one) ?? '', ',', one) };
  });
  return { ...node, alternatives: lists };
}

function attributePath(argument: Node): string[] {
  const text = literal(argument);
  if (text !== undefined) {
    const dot = text.indexOf('.');
    return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
  }
  return items(argument).map((item) => literal(item) ?? '');
}

function attribute(node: MapNode, [name = '', path = '']: string[], template: Template): Node {
  const shown = { ...opaque(node), expression: `!GetAtt ${name}.${path}` };
  return { ...shown, meaning: attributeMeaning(name, path, template) };
}

function attributeMeaning(name: string, path: string, template: Template): Meaning {
  if (!isKeyType(template.resources.get(name) ?? '')) return 'unknown';
  return path === 'Arn' ? 'key-arn' : path === 'KeyId' ? 'key-id' : 'unknown';
}

/** `Fn::Sub` in both forms. Its `${!Name}` is the plain text `${Name}`, which IAM reads as a policy variable. */
function substitute(node: MapNode, argument: Node, template: Template): Node | undefined {
  const [text, variables] = argument.type === 'list' ? argument.items : [argument];
  if (text?.type !== 'scalar' || text.embedded === undefined) return undefined;
  const decoded: Text = text.embedded();
  const holes: Hole[] = [];
  const pattern = /\$\{([^}]*)\}/g;
  for (let match = pattern.exec(decoded.text); match !== null; match = pattern.exec(decoded.text)) {
    const name = (match[1] as string).trim();
    const [start, end] = [match.index, pattern.lastIndex];
    if (name.startsWith('!')) holes.push({ start, end, value: `\${${name.slice(1)}}` });
    else {
      const given = variables && child(variables, name);
      const value = given ? evaluate(given, template) : variable(name, decoded.span(start, end), template);
      holes.push({ start, end, value: asParts(value) });
    }
  }
  const scalar: ScalarNode = {
    type: 'scalar',
    span: text.span,
    kind: 'string',
    parts: splitHoles(decoded.text, holes),
  };
  const outer = holedText(decoded, holes);
  return outer ? { ...scalar, embedded: () => outer } : opaque(node);
}

/** `${Name}` or `${Name.Attribute}` inside `Fn::Sub`. */
function variable(name: string, span: OpaqueNode['span'], template: Template): Node {
  const node: OpaqueNode = { type: 'opaque', span, expression: `\${${name}}`, meaning: 'unknown' };
  const pseudo = lookup(PSEUDO, name);
  if (pseudo) return { ...node, meaning: pseudo };
  const dot = name.indexOf('.');
  if (dot > 0) return { ...node, meaning: attributeMeaning(name.slice(0, dot), name.slice(dot + 1), template) };
  const type = template.resources.get(name);
  return type === undefined ? node : { ...node, meaning: referenceMeaning(type) };
}

/** A value inside a string: its text where it is known, holes where not, written as `${...}`. */
function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.parts;
  const written = node.type === 'opaque' ? node.expression.replace(/^!(?:Ref|GetAtt) (.+)$/, '${$1}') : '${…}';
  return [
    node.type === 'opaque'
      ? { ...node, expression: written }
      : { type: 'opaque', span: node.span, expression: written, meaning: 'unknown' },
  ];
}

function join(node: MapNode, argument: Node, template: Template): Node | undefined {
  if (argument.type !== 'list') return undefined;
  const [first, second] = argument.items;
  const delimiter = literal(first);
  if (delimiter === undefined || second?.type !== 'list') return undefined;
  const parts: Part[] = [];
  const pieces = (evaluate(second, template) as typeof second).items;
  pieces.forEach((piece, index) => {
    if (index > 0) append(parts, delimiter);
    for (const part of asParts(piece)) append(parts, part);
  });
  return { type: 'scalar', span: node.span, kind: 'string', parts: parts.length === 0 ? [''] : parts };
}

/** A mapping's value; where a key is known only when the template is deployed, every value that it can pick. */
function findInMap(node: MapNode, argument: Node, template: Template): Node | undefined {
  const [map, ...keys] = items(argument)
    .slice(0, 3)
    .map((item) => literal(evaluate(item, template)));
  const start = map === undefined ? undefined : child(template.mappings, map);
  let found: Node[] = start ? [start] : [];
  for (const key of keys) {
    found = found.flatMap((one) => {
      if (key === undefined) return one.type === 'map' ? one.entries.map(({ value }) => value) : [];
      const value = child(one, key);
      return value ? [value] : [];
    });
  }
  if (found.length === 0 || found.length > MAX_OUTCOMES) return undefined;
  return keys.includes(undefined) ? { ...opaque(node), alternatives: found } : found[0];
}

/** `Fn::Split` of a text that is known whole; a hole could hold the delimiter. */
function split(node: MapNode, argument: Node, template: Template): Node | undefined {
  if (argument.type !== 'list') return undefined;
  const [first, whole] = argument.items.map((item) => evaluate(item, template));
  const [delimiter, text] = [literal(first), literal(whole)];
  if (!delimiter || text === undefined || whole === undefined) return undefined;
  return { type: 'list', span: node.span, items: pieces(text, delimiter, whole) };
}

/** The pieces of a text, all at the place of the whole. */
function pieces(text: string, delimiter: string, { span }: Node): ScalarNode[] {
  return text.split(delimiter).map((piece) => ({ type: 'scalar', span, kind: 'string', parts: [piece.trim()] }));
}

function select(argument: Node, template: Template): Node | undefined {
  if (argument.type !== 'list') return undefined;
  const [index, list] = argument.items.map((item) => evaluate(item, template));
  const at = Number(literal(index));
  return list?.type === 'list' && Number.isInteger(at) ? list.items[at] : undefined;
}
