/** Expressions of APPLY and FILTER, parsed: a tree of operators and functions over the properties of a row. */
import type { FunctionRow } from './functions/function-row.js';
import type { Value } from './value.js';

const arithmeticOperators = ['+', '-', '*', '/', '%', '^'] as const;
export type ArithmeticOperator = (typeof arithmeticOperators)[number];

export const comparisonOperators = ['==', '!=', '<', '<=', '>', '>='] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

const logicalOperators = ['&&', '||'] as const;
export type LogicalOperator = (typeof logicalOperators)[number];

export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator;

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  /** Without `@`. */
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'negative'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly row: FunctionRow; readonly operands: readonly Expression[] };

/** Names of the properties an expression reads, each once. */
export function propertiesOf(expression: Expression): string[] {
  const names = new Set<string>();
  collect(expression, names);
  return [...names];
}

function collect(expression: Expression, names: Set<string>): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'property':
      names.add(expression.name);
      return;
    case 'not':
    case 'negative':
      collect(expression.operand, names);
      return;
    case 'binary':
      collect(expression.left, names);
      collect(expression.right, names);
      return;
    case 'call':
      for (const operand of expression.operands) collect(operand, names);
  }
}
