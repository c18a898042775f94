import { foldKey, type Operator, readOperator } from '../policy/condition.ts';
import { ANY, type Glob, STAR, type Token } from '../policy/glob.ts';
import { isUnknown } from '../policy/pattern.ts';
import { type Condition, show, type Value } from '../policy/policy.ts';
import { valueText } from './canonical.ts';
import { globOf, type Reading } from './resource-pattern.ts';
import { FIELD_ANY, FIELD_STAR } from './words.ts';

/** How the values of a condition are compared: the operators of one family cut a key's values into classes together. */
export type Family = 'text' | 'folded' | 'bool' | 'number' | 'null' | 'opaque';

/** One condition of a statement, ready to be asked about a value of its key. */
export interface Test {
  /** In lower case. */
  key: string;
  /** As the author spells it. */
  written: string;
  operator: Operator;
  family: Family;
  values: TestValue[];
  incomplete: boolean;
  condition: Condition;
  /** The same for conditions that mean the same. */
  text: string;
}

interface TestValue {
  /** What it compares with: a pattern of texts; `true`/`false`; the text of a number. */
  glob: Glob;
  /** Some of it is not known. */
  isUnknown: boolean;
  value: Value;
}

/** Takes a condition apart. What is not modelled (IP addresses, binary values) is of the family `opaque`. */
export function readTest(condition: Condition, reading: Reading): Test {
  const operator = readOperator(condition.operator);
  const family = familyOf(operator.base, condition);
  const values = condition.values.map((value) => readValue(value, operator, family, reading));
  const listed = values.map(({ glob, value }) => (value.optional ? valueText(value) : glob.join(''))).sort();
  // A list that could not be read whole is compared as it is written.
  const rest = condition.incomplete ? [condition.span.file.slice(condition.span)] : [];
  const text = [condition.operator.toLowerCase(), foldKey(condition.key), ...listed, ...rest].join(' ');
  return {
    key: foldKey(condition.key),
    written: condition.key,
    operator,
    family,
    values,
    incomplete: condition.incomplete,
    condition,
    text,
  };
}

function familyOf(base: string, condition: Condition): Family {
  // A hole in the key's name: which key it is nobody knows.
  if (condition.keyNode.parts.some((part) => typeof part !== 'string')) return 'opaque';
  if (base === 'null') return 'null';
  if (base === 'bool') return 'bool';
  if (/^(?:numeric|date)(?:(?:not)?equals|(?:less|greater)than(?:equals)?)$/.test(base)) {
    return condition.values.every((value) => Number.isFinite(numberOf(show(value), base))) ? 'number' : 'opaque';
  }
  if (/^string(?:not)?equalsignorecase$/.test(base)) return 'folded';
  if (/^string(?:not)?(?:equals|like)$/.test(base)) return 'text';
  if (/^arn(?:not)?(?:equals|like)$/.test(base)) return condition.values.every(hasArnFields) ? 'text' : 'opaque';
  return 'opaque';
}

/** The number that a text is, of a date its seconds since 1970; NaN where it is none. */
export function numberOf(text: string, base = 'numeric'): number {
  if (base.startsWith('date') && /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[-+]\d\d:?\d\d))?$/.test(text))
    return Date.parse(text) / 1000;
  return /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
}

function hasArnFields(value: Value): boolean {
  return show(value).split(':').length >= 6;
}

function readValue(value: Value, operator: Operator, family: Family, reading: Reading): TestValue {
  let glob = globOf(value, reading);
  if (family === 'folded' || family === 'bool')
    glob = glob.map((token) => (token.length === 1 ? token.toLowerCase() : token));
  if (family === 'number') glob = [...String(numberOf(show(value), operator.base))];
  else if (operator.base.startsWith('arn')) glob = arnGlob(glob);
  else if (!operator.wildcards) glob = glob.map((token) => (token === STAR ? '*' : token === ANY ? '?' : token));
  return { glob, isUnknown: glob.some(isUnknown), value };
}

/** In ARN conditions a wildcard stays inside its field; only the last one may hold colons. */
function arnGlob(glob: Glob): Glob {
  let colons = 0;
  return glob.map((token): Token => {
    if (token === ':') colons++;
    if (colons >= 5) return token;
    return token === STAR ? FIELD_STAR : token === ANY ? FIELD_ANY : token;
  });
}
