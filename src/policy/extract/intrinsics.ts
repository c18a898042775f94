import { holedText, splitHoles } from '../../syntax/holes.ts';
import {
  type Entry,
  items,
  type ListNode,
  literal,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../../syntax/node.ts';
import { choose, findInMap, select } from './intrinsic-choices.ts';
import { dynamicReferences, isNone, opaque } from './intrinsic-nodes.ts';
import { attribute, attributePath, imported, reference } from './intrinsic-references.ts';
import { join, split, substitute } from './intrinsic-text.ts';
import type { Template } from './template.ts';

/**
 * A node with its intrinsic functions evaluated: strings with holes for what is not known, opaque nodes for
 * whole values, the branches of `Fn::If`, allowed values and entries of mappings as alternatives. Removed values
 * (`AWS::NoValue`) are left out of lists and maps. The input is not changed; spans are those of the source.
 */
export function evaluate(node: Node, template: Template): Node {
  if (node.type === 'list') return evaluateList(node, template);
  if (node.type === 'scalar') return withoutDynamicReferences(node);
  if (node.type !== 'map') return node;
  const name = intrinsicName(node);
  if (name !== undefined) return evaluateIntrinsic(name, node, template);
  const entries: Entry[] = [];
  for (const entry of node.entries) {
    // What a macro or a loop adds beside the others may replace them.
    if (isGenerated(entry)) return opaque({ ...node, span: entry.key.span, entries: [entry] });
    const value = evaluate(entry.value, template);
    if (!isNone(value)) entries.push(value === entry.value ? entry : { key: entry.key, value });
  }
  return isSame(entries, node.entries) ? node : { ...node, entries };
}

/** Whether nothing changed, as in most of a template: then its nodes need no copies. */
function isSame<T>(after: readonly T[], before: readonly T[]): boolean {
  return after.length === before.length && after.every((one, index) => one === before[index]);
}

function evaluateList(node: ListNode, template: Template): ListNode {
  const evaluated = node.items.map((item) => evaluate(item, template)).filter((item) => !isNone(item));
  return isSame(evaluated, node.items) ? node : { ...node, items: evaluated };
}

function isGenerated({ key }: Entry): boolean {
  const name = literal(key);
  return name === 'Fn::Transform' || name?.startsWith('Fn::ForEach') === true;
}

function intrinsicName(node: MapNode): string | undefined {
  const [entry, second] = node.entries;
  if (entry === undefined || second !== undefined) return undefined;
  const key = literal(entry.key);
  return key === 'Ref' || key?.startsWith('Fn::') ? key : undefined;
}

/** What a function of the language answers, as far as the files tell (AWS CloudFormation template reference, intrinsic functions). */
function evaluateIntrinsic(name: string, node: MapNode, template: Template): Node {
  const argument = node.entries[0]?.value as Node;
  const written = opaque(node);
  switch (name) {
    case 'Ref':
      return reference(written, literal(argument) ?? '', template);
    case 'Fn::GetAtt':
      return attribute(written, attributePath(argument), template);
    case 'Fn::Sub':
      return substitute(written, argument, template);
    case 'Fn::Join':
      return join(written, argument, template);
    case 'Fn::Split':
      return split(written, argument, template);
    case 'Fn::If':
      return choose(written, items(argument), template);
    case 'Fn::FindInMap':
      return findInMap(written, items(argument), template);
    case 'Fn::Select':
      return select(written, items(argument), template);
    case 'Fn::ImportValue':
      return imported(written, evaluate(argument, template), template);
    case 'Fn::ToJsonString':
      return evaluate(argument, template);
    default:
      return written;
  }
}

/** `{{resolve:ssm:/app/key}}` is read when the stack is deployed. */
function withoutDynamicReferences(node: ScalarNode): Node {
  const [text = ''] = node.parts;
  if (typeof text !== 'string' || !text.includes('{{resolve:')) return node;
  const parts = splitHoles(
    text,
    dynamicReferences(text, () => node.span),
  );
  const decoded = node.embedded?.();
  const outer = decoded && holedText(decoded, dynamicReferences(decoded.text, decoded.span.bind(decoded)));
  const { embedded: _, ...rest } = node;
  return outer ? { ...rest, parts, embedded: () => outer } : { ...rest, parts };
}
