import type { Span } from '../../source/source-file.ts';
import type { Node } from '../../syntax/node.ts';
import { booleanNode, isEqual, numberNode, numberOf, overOutcomes, truth, wholeNumber } from './terraform-values.ts';

/**
 * An operator on known values (https://developer.hashicorp.com/terraform/language/expressions/operators); undefined where
 * the values are not known well enough.
 */
export function operate(span: Span, operator: string, operands: readonly Node[]): Node | undefined {
  return apply(span, operator, operands) ?? overOutcomes(span, operands, (values) => apply(span, operator, values));
}

function apply(span: Span, operator: string, [left, right]: readonly Node[]): Node | undefined {
  if (left === undefined) return undefined;
  const result =
    right === undefined ? unary(operator, left) : (logic(operator, left, right) ?? arithmetic(operator, left, right));
  if (result === undefined) return undefined;
  return typeof result === 'boolean' ? booleanNode(span, result) : numberNode(span, result);
}

function unary(operator: string, operand: Node): boolean | number | undefined {
  if (operator === '!') {
    const value = truth(operand);
    return value === undefined ? undefined : !value;
  }
  const value = wholeNumber(operand);
  return operator === '-' && value !== undefined ? -value : undefined;
}

function logic(operator: string, left: Node, right: Node): boolean | undefined {
  if (operator === '==' || operator === '!=') {
    const equal = isEqual(left, right);
    return equal === undefined ? undefined : equal === (operator === '==');
  }
  if (operator !== '&&' && operator !== '||') return undefined;
  // One side may decide.
  const [sides, deciding] = [[truth(left), truth(right)], operator === '||'];
  if (sides.includes(deciding)) return deciding;
  return sides.includes(undefined) ? undefined : !deciding;
}

function arithmetic(operator: string, left: Node, right: Node): boolean | number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
  // Fractions are exact in Terraform and not here.
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return undefined;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '%':
      return b === 0 ? undefined : a % b;
    default:
      return undefined;
  }
}
