import type { Span } from '../source/source-file.ts';
import { type Entry, literal, type MapNode, type Node, type ScalarNode } from '../syntax/node.ts';
import { outcomes } from '../syntax/outcomes.ts';
import {
  type Choice,
  type Condition,
  type Element,
  type Gap,
  type Policy,
  type PolicyKind,
  type Principal,
  type PrincipalElement,
  type Statement,
  UNKNOWN_VERSION,
  type Value,
} from './policy.ts';

const PRINCIPAL_TYPES = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/** A node that may stand under a template condition. */
interface Possible {
  node: Node;
  optional: boolean;
  choice?: Choice;
}

/**
 * Reads a policy document: a map with `Statement`, a bare statement, or a list of bare statements.
 * Element names are matched in AWS's spelling first, then in any letter case, as IAM itself does.
 * Nothing throws; what cannot be read is in `gaps`.
 */
export function readPolicy(
  node: Node,
  about: { kind: PolicyKind; address: string; resourceType?: string; version?: string },
): Policy {
  const gaps: Gap[] = [];
  const statements: Statement[] = [];
  const unread: Span[] = [];
  const isDocument = node.type === 'map' && element(node, 'Statement') !== undefined;
  const list = isDocument ? element(node, 'Statement')?.value : node;
  for (const { node: item, ...there } of list === undefined ? [] : flatten(list)) {
    if (item.type === 'map') statements.push(readStatement(item, statements.length, there, gaps));
    else if (item.type !== 'opaque' || !item.open) {
      unread.push(item.span);
      gaps.push({ span: item.span, reason: `a statement is ${describe(item)}, which cannot be read here` });
    }
  }
  // A bare statement has no Version to look at; documents of today are 2012-10-17.
  const version = isDocument ? versionOf(element(node, 'Version')?.value) : '2012-10-17';
  return { version, ...about, node, span: node.span, statements, gaps, ...(unread.length > 0 ? { unread } : {}) };
}

function versionOf(node: Node | undefined): string | undefined {
  return node && (literal(node) ?? UNKNOWN_VERSION);
}

function readStatement(node: MapNode, index: number, there: Omit<Possible, 'node'>, gaps: Gap[]): Statement {
  const values = (name: string): Element | undefined => {
    const found = element(node, name);
    return found && readElement(found, gaps);
  };
  const principals = (name: string): PrincipalElement | undefined => {
    const found = element(node, name);
    return found && readPrincipals(found, gaps);
  };
  const conditions: Condition[] = [];
  const condition = element(node, 'Condition')?.value;
  const conditionsUnknown = condition !== undefined && !readConditions(condition, conditions, gaps);
  return {
    index,
    sid: literal(element(node, 'Sid')?.value),
    effect: readEffect(element(node, 'Effect')?.value, gaps),
    action: values('Action'),
    notAction: values('NotAction'),
    resource: values('Resource'),
    notResource: values('NotResource'),
    principal: principals('Principal'),
    notPrincipal: principals('NotPrincipal'),
    conditions,
    conditionsUnknown,
    ...there,
    node,
    span: node.span,
  };
}

/** An element of a document or statement: AWS's spelling first, then any letter case; the last one where it is doubled. */
export function element(node: Node | undefined, name: string): Entry | undefined {
  if (node?.type !== 'map') return undefined;
  let folded: Entry | undefined;
  for (let i = node.entries.length - 1; i >= 0; i--) {
    const entry = node.entries[i] as Entry;
    const key = literal(entry.key);
    if (key === name) return entry;
    if (folded === undefined && key?.length === name.length && key.toLowerCase() === name.toLowerCase()) folded = entry;
  }
  return folded;
}

function readEffect(node: Node | undefined, gaps: Gap[]): Statement['effect'] {
  const effect = literal(node)?.toLowerCase();
  if (effect === 'allow') return 'Allow';
  if (effect === 'deny') return 'Deny';
  if (node?.type === 'opaque') gaps.push({ span: node.span, reason: `Effect is ${describe(node)}` });
  else if (node) gaps.push({ span: node.span, reason: 'Effect is neither `Allow` nor `Deny`' });
  return 'unknown';
}

function readElement(entry: Entry, gaps: Gap[]): Element {
  const values: Value[] = [];
  const incomplete = readValues(entry.value, values, gaps);
  return { key: entry.key, node: entry.value, values, incomplete };
}

/** Appends the strings of a string or list; answers whether something in it was no string. */
function readValues(node: Node, values: Value[], gaps: Gap[]): boolean {
  let incomplete = false;
  for (const { node: item, ...there } of flatten(node)) {
    if (item.type === 'map') {
      incomplete = true;
      gaps.push({ span: item.span, reason: 'an object stands where a string or a list of strings is expected' });
    } else if (item.type === 'scalar') values.push({ parts: item.parts, node: item, span: item.span, ...there });
    else if (item.type === 'opaque') values.push({ parts: [item], node: item, span: item.span, ...there });
  }
  return incomplete;
}

/** The items of a list, lists in it opened, and of an expression with several outcomes each outcome. */
function flatten(node: Node): Possible[] {
  // Most elements are a text, or a list of texts.
  if (isPlain(node)) return [{ node, optional: false }];
  if (node.type === 'list' && node.items.every(isPlain))
    return node.items.map((item) => ({ node: item, optional: false }));
  const result: Possible[] = [];
  const stack: Possible[] = [{ node, optional: false }];
  while (stack.length > 0) {
    const { node: next, ...there } = stack.pop() as Possible;
    const possible = outcomes(next);
    if (next.type === 'list')
      pushAll(
        stack,
        next.items.map((item) => ({ node: item, ...there })),
      );
    else if (possible[0] !== next)
      pushAll(
        stack,
        possible.map((one, index) => chosen(next, one, index, there.choice)),
      );
    else if (next.type !== 'opaque' || next.meaning !== 'none') result.push({ node: next, ...there });
  }
  return result;
}

/** A map, or a text without expressions: it is its own only outcome. */
function isPlain(node: Node): boolean {
  return node.type === 'map' || (node.type === 'scalar' && node.parts.every((part) => typeof part === 'string'));
}

function pushAll(stack: Possible[], nodes: readonly Possible[]): void {
  for (let i = nodes.length - 1; i >= 0; i--) stack.push(nodes[i] as Possible);
}

/** One of the outcomes of a node, and what decides for it. */
function chosen(of: Node, node: Node, index: number, outer: Choice | undefined): Possible {
  const choices =
    of.type === 'opaque' ? [of] : of.type === 'scalar' ? of.parts.filter((part) => typeof part !== 'string') : [];
  const [only] = choices;
  const isEither = only?.alternatives?.length === 2 && !only.open && choices.length === 1;
  const by = choices.map(({ decidedBy, expression }) => decidedBy ?? expression).join(' ');
  // Of two outcomes of one condition exactly one is there.
  if (outer === undefined && isEither && outcomes(only).length === 2)
    return { node, optional: true, choice: { by, isOpposite: index === 1 } };
  const inside = outer ? ` in ${outer.isOpposite ? 'not ' : ''}${outer.by}` : '';
  return { node, optional: true, choice: { by: `${by} #${index}${inside}`, isOpposite: false } };
}

function readPrincipals(entry: Entry, gaps: Gap[]): PrincipalElement {
  const principals: Principal[] = [];
  let incomplete = false;
  for (const { node, ...there } of flatten(entry.value)) {
    if (node.type === 'map') {
      for (const { key, value } of node.entries) {
        const name = literal(key) ?? '';
        const type = PRINCIPAL_TYPES.has(name) ? (name as Principal['type']) : 'unknown';
        const values: Value[] = [];
        incomplete = readValues(value, values, gaps) || incomplete;
        for (const one of values) principals.push({ type, value: one });
      }
    } else if (node.type !== 'list') {
      const value: Value = { parts: node.type === 'scalar' ? node.parts : [node], node, span: node.span, ...there };
      principals.push({ type: literal(node) === '*' ? '*' : 'unknown', value });
      incomplete = incomplete || node.type === 'opaque';
    }
  }
  return { key: entry.key, node: entry.value, principals, incomplete };
}

/** Appends the conditions; false where the element could not be read whole. */
function readConditions(node: Node, conditions: Condition[], gaps: Gap[]): boolean {
  if (node.type === 'opaque' && node.meaning === 'none') return true;
  if (node.type !== 'map') {
    gaps.push({ span: node.span, reason: `Condition is ${describe(node)}, so what it lets through is not known` });
    return false;
  }
  let whole = true;
  for (const operator of node.entries) {
    if (operator.value.type === 'opaque' && operator.value.meaning === 'none') continue;
    if (operator.value.type !== 'map' || literal(operator.key) === undefined) {
      gaps.push({ span: operator.value.span, reason: `a condition operator holds ${describe(operator.value)}` });
      whole = false;
      continue;
    }
    for (const test of operator.value.entries) {
      const [name] = test.key.parts;
      if (typeof name === 'object') {
        gaps.push({ span: test.key.span, reason: `a condition key is ${describe(name)}` });
        whole = false;
        continue;
      }
      const values: Value[] = [];
      const incomplete = readValues(test.value, values, gaps);
      const span: Span = { file: test.key.span.file, start: test.key.span.start, end: test.value.span.end };
      conditions.push({
        operator: literal(operator.key) ?? '',
        key: keyName(test.key),
        values,
        incomplete,
        operatorNode: operator.key,
        keyNode: test.key,
        span,
      });
    }
  }
  return whole;
}

/** A condition key's text; a hole in it (`aws:ResourceTag/${Name}`) stays as its expression. */
function keyName(key: ScalarNode): string {
  return key.parts.map((part) => (typeof part === 'string' ? part : part.expression)).join('');
}

function describe(node: Node): string {
  if (node.type === 'opaque') return `the expression \`${node.expression}\``;
  return node.type === 'scalar' ? 'plain text' : `a ${node.type}`;
}
