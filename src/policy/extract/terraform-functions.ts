import { lookup } from '../../source/lookup.ts';
import type { Span, Text } from '../../source/source-file.ts';
import { literal, type Node, type Parsed } from '../../syntax/node.ts';
import { COLLECTION_FUNCTIONS, firstOf } from './terraform-collections.ts';
import { opaqueOnly } from './terraform-elements.ts';
import { ENCODING_FUNCTIONS } from './terraform-encoding.ts';
import { TEXT_FUNCTIONS } from './terraform-text.ts';
import {
  booleanNode,
  isNull,
  joinParts,
  numberNode,
  overOutcomes,
  textNode,
  truth,
  wholeNumber,
} from './terraform-values.ts';

/** A call of a function whose arguments were evaluated. */
export interface Call {
  span: Span;
  name: string;
  values: readonly Node[];
  /** Reads YAML, where it is loaded. */
  yaml: ((text: Text) => Parsed) | undefined;
}

/** Functions by name. Each gives undefined where its arguments are not known well enough, or Terraform would refuse them. */
export type FunctionTable = Readonly<Record<string, (call: Call) => Node | undefined>>;

const same = ({ values: [first] }: Call): Node | undefined => first;

const FUNCTIONS: FunctionTable = {
  ...COLLECTION_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  sensitive: same,
  nonsensitive: same,
  ephemeralasnull: same,
  tomap: same,
  // The members of a set that are all known have an order.
  tolist: ({ values: [first] }) => {
    if (first?.type !== 'list' || !first.isSet) return first;
    const { isSet: _, ...list } = first;
    return list.items.every((item) => literal(item) !== undefined) ? list : first;
  },
  tostring: ({ values: [first] }) =>
    first?.type === 'scalar' && first.kind !== 'null' ? { ...first, kind: 'string' } : first,
  tonumber: ({ span, values: [first] }) => convert(first, () => numberNode(span, wholeNumber(first) ?? Number.NaN)),
  tobool: ({ span, values: [first] }) =>
    convert(first, () => {
      const value = truth(first);
      return value === undefined ? undefined : booleanNode(span, value);
    }),
  coalesce: ({ span, values }) => firstOf(span, values, isFilled),
  // What is known is no error; of what is not known nobody can tell.
  try: ({ span, values }) => firstOf(span, values, (value) => (isCertain(value) ? true : undefined)),
  can: ({ span, values: [first] }) => (first && isCertain(first) ? booleanNode(span, true) : undefined),
  max: ({ span, values }) => ofNumbers(span, values, (numbers) => Math.max(...numbers)),
  min: ({ span, values }) => ofNumbers(span, values, (numbers) => Math.min(...numbers)),
  sum: ({ span, values: [first] }) =>
    first?.type === 'list' ? ofNumbers(span, first.items, (numbers) => numbers.reduce((a, b) => a + b, 0)) : undefined,
  abs: ({ span, values }) => ofNumbers(span, values, ([one = Number.NaN]) => Math.abs(one)),
  // The provider's own, with `:` between; a provider's functions have its name before theirs.
  'provider::aws::arn_build': ({ span, values }) => {
    if (values.length !== 5 || values.some(({ type }) => type === 'list' || type === 'map')) return undefined;
    const parts = joinParts([['arn'], ...values.flatMap((value) => [[':'], asText(value)])]);
    return parts && textNode(span, parts);
  },
};

function asText(node: Node): readonly (string | Extract<Node, { type: 'opaque' }>)[] {
  return node.type === 'scalar' ? node.parts : node.type === 'opaque' ? [node] : [];
}

/**
 * Terraform's functions on known values (https://developer.hashicorp.com/terraform/language/functions);
 * undefined where the function is not one of these, or its arguments are not known well enough.
 */
export function callFunction(call: Call): Node | undefined {
  const work = lookup(FUNCTIONS, call.name);
  return work && (work(call) ?? overOutcomes(call.span, call.values, (values) => work({ ...call, values })));
}

function convert(node: Node | undefined, change: () => Node | undefined): Node | undefined {
  return node?.type === 'scalar' && node.kind !== 'null' ? change() : node?.type === 'scalar' ? node : opaqueOnly(node);
}

/** Whether `coalesce` takes a value. */
function isFilled(node: Node): boolean | undefined {
  if (node.type === 'scalar' && isNull(node) === false) return literal(node) !== '';
  const missing = isNull(node);
  return missing === undefined ? undefined : !missing;
}

/** A text with holes in it may still fail. */
function isCertain(node: Node): boolean {
  return node.type === 'list' || node.type === 'map' || literal(node) !== undefined;
}

function ofNumbers(span: Span, values: readonly Node[], work: (numbers: number[]) => number): Node | undefined {
  const numbers = values.map(wholeNumber);
  if (numbers.length === 0 || numbers.includes(undefined)) return undefined;
  return numberNode(span, work(numbers as number[]));
}
