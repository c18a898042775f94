import { element } from '../../src/policy/read.ts';
import { type Entry, items, type Node, type ScalarNode } from '../../src/syntax/node.ts';
import { children, jsonScalar, textOf } from './json.ts';
import { at, concat, inside, join, nameOf, type Placed, respell } from './placed.ts';

/** A string of HCL: JSON's escapes, and those of its templates. */
function hclString(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
}

/** A text as it stands in a heredoc. */
export function heredoc(placed: Placed): Placed {
  return respell(placed, /[$%](?=\{)/g, (sign) => sign + sign);
}

function hclScalar(scalar: ScalarNode): string {
  return scalar.kind === 'string' ? hclString(textOf(scalar)) : jsonScalar(scalar);
}

/** A document as an HCL expression, for `jsonencode`. */
export function hclValue(node: Node, indent = '\n', pointer = ''): Placed {
  if (node.type === 'scalar') return at(pointer, hclScalar(node));
  const [open, close] = node.type === 'map' ? ['{', '}'] : ['[', ']'];
  const step = `${indent}  `;
  const lines = children(node, pointer).map(({ name, value, pointer: here }) => {
    const key = name === undefined ? [] : [at(nameOf(here), hclName(JSON.parse(name))), ' = '];
    return concat(step, ...key, hclValue(value, step, here));
  });
  return at(pointer, concat(open, join(lines, node.type === 'map' ? '' : ','), indent, close));
}

function hclName(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : hclString(name);
}

const LISTS: readonly (readonly [string, string])[] = [
  ['Action', 'actions'],
  ['NotAction', 'not_actions'],
  ['Resource', 'resources'],
  ['NotResource', 'not_resources'],
];
const KNOWN = new Set([
  'sid',
  'effect',
  'principal',
  'notprincipal',
  'condition',
  ...LISTS.map(([name]) => name.toLowerCase()),
]);

/**
 * Whether `data "aws_iam_policy_document"` can say the same: it writes a Version and an Effect where there are none, and
 * no element that has no values.
 */
export function isDocumentLike(policy: Node): boolean {
  if (policy.type !== 'map' || element(policy, 'Version') === undefined) return false;
  const statements = element(policy, 'Statement');
  return (
    statements !== undefined &&
    items(statements.value).every(
      (statement) =>
        statement.type === 'map' &&
        element(statement, 'Effect') !== undefined &&
        statement.entries.every(({ key, value }) => isBlockLike(textOf(key).toLowerCase(), value)),
    )
  );
}

/** Whether an element has the shape that its attribute or block can have. */
function isBlockLike(name: string, value: Node): boolean {
  const isMapOf = (node: Node, isMember: (node: Node) => boolean): boolean =>
    node.type === 'map' && node.entries.every((entry) => isMember(entry.value));
  if (!KNOWN.has(name)) return false;
  if (name === 'condition') return isMapOf(value, (tests) => isMapOf(tests, isListLike));
  if (/principal$/.test(name)) return value.type === 'scalar' || isMapOf(value, isListLike);
  return name === 'sid' || name === 'effect' ? value.type === 'scalar' : isListLike(value) && items(value).length > 0;
}

function isListLike(value: Node): boolean {
  return items(value).every(({ type }) => type === 'scalar');
}

/** The body of `data "aws_iam_policy_document"`. */
export function documentBody(policy: Node): Placed {
  const version = element(policy, 'Version') as Entry;
  const statement = element(policy, 'Statement') as Entry;
  const here = inside('', textOf(statement.key));
  const isList = statement.value.type === 'list';
  const blocks = items(statement.value).map((one, index) =>
    concat(at(nameOf(here), 'statement'), ' ', statementBlock(one, isList ? inside(here, index) : here)),
  );
  return join(
    [
      concat(
        at(nameOf(inside('', textOf(version.key))), 'version'),
        ' = ',
        at(inside('', textOf(version.key)), hclValue(version.value)),
      ),
      ...blocks,
    ],
    '\n',
  );
}

function statementBlock(statement: Node, pointer: string): Placed {
  const lines: Placed[] = [];
  for (const name of ['Sid', 'Effect']) {
    const found = element(statement, name);
    if (found === undefined) continue;
    const here = inside(pointer, textOf(found.key));
    lines.push(concat(at(nameOf(here), name.toLowerCase()), ' = ', hclValue(found.value, '', here)));
  }
  for (const [name, attribute] of LISTS) {
    const found = element(statement, name);
    if (found === undefined) continue;
    const here = inside(pointer, textOf(found.key));
    lines.push(concat(at(nameOf(here), attribute), ' = ', list(found.value, here)));
  }
  for (const [name, block] of [
    ['Principal', 'principals'],
    ['NotPrincipal', 'not_principals'],
  ] as const) {
    const found = element(statement, name);
    if (found) lines.push(...principalBlocks(found, block, inside(pointer, textOf(found.key))));
  }
  const condition = element(statement, 'Condition');
  if (condition?.value.type === 'map')
    lines.push(...conditionBlocks(condition.value, inside(pointer, textOf(condition.key))));
  return at(pointer, concat('{\n', join(lines, '\n'), '\n}'));
}

/** A string or list as a list of strings. */
function list(node: Node, pointer: string): Placed {
  const own = node.type === 'list' ? children(node, pointer) : [{ value: node, pointer }];
  return concat(
    '[',
    join(
      own.map(({ value, pointer: here }) => at(here, hclString(textOf(value)))),
      ', ',
    ),
    ']',
  );
}

function principalBlocks({ value }: Entry, block: string, pointer: string): Placed[] {
  const write = (type: Placed | string, identifiers: Placed): Placed =>
    concat(at(nameOf(pointer), block), ' {\n  type = ', type, '\n  identifiers = ', identifiers, '\n}');
  if (value.type === 'scalar') return [write('"*"', list(value, pointer))];
  return children(value, pointer).map(({ name = '', value: own, pointer: here }) =>
    write(at(nameOf(here), name), list(own, here)),
  );
}

function conditionBlocks(condition: Node, pointer: string): Placed[] {
  return children(condition, pointer).flatMap(({ name: test = '', value, pointer: operator }) =>
    children(value, operator).map(({ name: variable = '', value: values, pointer: here }) =>
      concat(
        at(nameOf(pointer), 'condition'),
        ' {\n  test = ',
        at(nameOf(operator), test),
        '\n  variable = ',
        at(nameOf(here), hclString(JSON.parse(variable))),
        '\n  values = ',
        list(values, here),
        '\n}',
      ),
    ),
  );
}
