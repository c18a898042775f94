import {
  child,
  type Entry,
  entry,
  items,
  type ListNode,
  literal,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../../syntax/node.ts';

/** The elements of `aws_iam_policy_document`'s `statement` block that are IAM's under another name. */
const ELEMENTS: readonly (readonly [string, string])[] = [
  ['sid', 'Sid'],
  ['effect', 'Effect'],
  ['actions', 'Action'],
  ['not_actions', 'NotAction'],
  ['resources', 'Resource'],
  ['not_resources', 'NotResource'],
];

/**
 * The policy document that `data "aws_iam_policy_document"` renders, as a tree: the values are the block's own
 * nodes, the keys have AWS's names and the block's places. Effect is Allow and Version 2012-10-17 where they are
 * left out, and blocks of one kind are joined as the provider joins them
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
 */
export function documentNode(body: MapNode): MapNode {
  const statements = items(entry(body, 'statement')?.value);
  const key = named('Statement', entry(body, 'statement')?.key ?? named('statement', undefined, body));
  const list: ListNode = {
    type: 'list',
    span: entry(body, 'statement')?.value.span ?? body.span,
    items: statements.map(eachStatement),
  };
  const version = given(body, 'version');
  return {
    type: 'map',
    span: body.span,
    entries: [
      { key: named('Version', version?.key, body), value: version?.value ?? named('2012-10-17', undefined, body) },
      { key, value: list },
    ],
  };
}

/** A statement block, or what a dynamic block may make. */
function eachStatement(node: Node): Node {
  if (node.type === 'map') return statementNode(node);
  if (node.type === 'list') return { ...node, items: node.items.map(eachStatement) };
  if (node.type !== 'opaque' || node.alternatives === undefined) return node;
  return { ...node, alternatives: node.alternatives.map(eachStatement) };
}

function statementNode(body: MapNode): MapNode {
  const entries: Entry[] = [];
  for (const [name, element] of ELEMENTS) {
    const found = given(body, name);
    if (found) entries.push({ key: named(element, found.key), value: found.value });
    else if (element === 'Effect')
      entries.push({ key: named('Effect', undefined, body), value: named('Allow', undefined, body) });
  }
  for (const [name, element] of [
    ['principals', 'Principal'],
    ['not_principals', 'NotPrincipal'],
  ] as const) {
    const found = given(body, name);
    if (found) entries.push({ key: named(element, found.key), value: principalNode(found.value) });
  }
  const condition = given(body, 'condition');
  if (condition) entries.push({ key: named('Condition', condition.key), value: conditionNode(condition.value) });
  return { type: 'map', span: body.span, entries };
}

/** What is null or has no members, the provider leaves out; a plan writes every argument that is not given so. */
function given(body: MapNode, name: string): Entry | undefined {
  const found = entry(body, name);
  if (found === undefined) return undefined;
  const { value } = found;
  const isMissing = value.type === 'list' ? value.items.length === 0 : value.type === 'scalar' && value.kind === 'null';
  return isMissing ? undefined : { key: found.key, value: withoutNull(value) };
}

/** A value that may be null, or something else, may be missing. */
function withoutNull(value: Node): Node {
  if (value.type === 'scalar' && value.kind === 'null')
    return { type: 'opaque', span: value.span, expression: 'null', meaning: 'none' };
  if (value.type !== 'opaque' || value.alternatives === undefined) return value;
  return { ...value, alternatives: value.alternatives.map(withoutNull) };
}

function principalNode(blocks: Node): Node {
  const entries: Entry[] = [];
  for (const block of items(blocks)) {
    const type = child(block, 'type');
    const identifiers = child(block, 'identifiers');
    if (type?.type !== 'scalar' || identifiers === undefined) {
      // Somebody is named here who cannot be read.
      const unread = block.type === 'map' ? type : withoutOutcomes(block);
      if (unread?.type === 'opaque')
        entries.push({
          key: { type: 'scalar', span: unread.span, kind: 'string', parts: [unread] },
          value: identifiers ?? unread,
        });
      continue;
    }
    const [only] = items(identifiers);
    // `type = "*"` with `identifiers = ["*"]` is rendered as the plain `"Principal": "*"`.
    if (literal(type) === '*' && literal(only) === '*' && only) return only;
    entries.push({ key: type, value: identifiers });
  }
  return { type: 'map', span: blocks.span, entries };
}

/** What a dynamic block may make is blocks, and no value. */
function withoutOutcomes(block: Node): Node {
  if (block.type !== 'opaque') return block;
  const { alternatives: _, ...rest } = block;
  return rest;
}

function conditionNode(blocks: Node): Node {
  const operators = new Map<string, { entry: Entry; tests: Entry[] }>();
  for (const block of items(blocks)) {
    const [test, variable, values] = [child(block, 'test'), child(block, 'variable'), child(block, 'values')];
    if (test?.type !== 'scalar' || variable?.type !== 'scalar' || values === undefined) return withoutOutcomes(block);
    const name = literal(test) ?? '';
    const known = operators.get(name);
    const one: Entry = { key: variable, value: values };
    if (known === undefined) {
      const tests = [one];
      operators.set(name, { entry: { key: test, value: { type: 'map', span: block.span, entries: tests } }, tests });
      continue;
    }
    const same = known.tests.find((other) => literal(other.key) === literal(variable));
    if (same) same.value = { type: 'list', span: same.value.span, items: [...items(same.value), ...items(values)] };
    else known.tests.push(one);
  }
  return { type: 'map', span: blocks.span, entries: [...operators.values()].map((operator) => operator.entry) };
}

/** A scalar with this text that stands where another node stands. */
function named(text: string, at: ScalarNode | undefined, fallback?: Node): ScalarNode {
  const span = (at ?? fallback)?.span as ScalarNode['span'];
  return { type: 'scalar', span: at ? span : { ...span, end: span.start }, kind: 'string', parts: [text] };
}
