/**
 * Makes a function of an expression: one closure for each operator, which calls those below it. What does not depend on the row
 * is reckoned once.
 */
import { QueryError } from '../errors.js';
import type { ArithmeticOperator, BinaryOperator, ComparisonOperator, Expression } from './expression.js';
import { areEqual, compare, isTrue, numberOf, type Value } from './value.js';

export type Evaluate<Row> = (row: Row) => Value;

/** Where an expression finds what is not in it. */
export interface ExpressionScope<Row> {
  /** @throws QueryError when rows have no such property */
  property(name: string): Evaluate<Row>;
  /** Words of the query that a row has been found by, so many at most; without it there are none. */
  readonly matchedTerms?: (row: Row, max: number) => Value;
}

/** The function throws a `QueryError` of code `expression` where a text is to be reckoned with that is no number. */
export function bindExpression<Row>(expression: Expression, scope: ExpressionScope<Row>): Evaluate<Row> {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'property':
      return scope.property(expression.name);
    case 'not': {
      const operand = bindExpression(expression.operand, scope);
      return (row) => (isTrue(operand(row)) ? 0 : 1);
    }
    case 'negative': {
      const operand = bindExpression(expression.operand, scope);
      return (row) => {
        const value = reckonable(operand(row));
        return value === undefined ? undefined : -value;
      };
    }
    case 'binary':
      return bindBinary(
        expression.operator,
        bindExpression(expression.left, scope),
        bindExpression(expression.right, scope),
      );
    case 'call': {
      const { row, operands } = expression;
      const bound = operands.map((operand) => bindExpression(operand, scope));
      if ('bind' in row) return row.bind(bound, scope);
      return bindCall(row.run, bound, row.takesNothing === true);
    }
  }
}

function bindBinary<Row>(operator: BinaryOperator, left: Evaluate<Row>, right: Evaluate<Row>): Evaluate<Row> {
  switch (operator) {
    case '&&':
      return (row) => (isTrue(left(row)) && isTrue(right(row)) ? 1 : 0);
    case '||':
      return (row) => (isTrue(left(row)) || isTrue(right(row)) ? 1 : 0);
    case '==':
      return (row) => (areEqual(left(row), right(row)) ? 1 : 0);
    case '!=':
      return (row) => (areEqual(left(row), right(row)) ? 0 : 1);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bindOrder(operator, left, right);
    default:
      return bindArithmetic(arithmetic[operator], left, right);
  }
}

function bindOrder<Row>(
  operator: Exclude<ComparisonOperator, '==' | '!='>,
  left: Evaluate<Row>,
  right: Evaluate<Row>,
): Evaluate<Row> {
  const holds = orders[operator];
  return (row) => {
    const [a, b] = [left(row), right(row)];
    if (a === undefined || b === undefined) return undefined;
    return holds(compare(a, b)) ? 1 : 0;
  };
}

const orders = {
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
};

function bindArithmetic<Row>(
  reckon: (a: number, b: number) => number,
  left: Evaluate<Row>,
  right: Evaluate<Row>,
): Evaluate<Row> {
  return (row) => {
    const a = reckonable(left(row));
    const b = reckonable(right(row));
    return a === undefined || b === undefined ? undefined : reckon(a, b);
  };
}

const arithmetic: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  // Of whole numbers, as C has it.
  '%': (a, b) => (Math.trunc(a) % Math.trunc(b)) + 0,
  '^': (a, b) => a ** b,
};

function reckonable(value: Value): number | undefined {
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (number === undefined) throw new QueryError('expression', 'Could not convert value to a number');
  return number;
}

function bindCall<Row>(
  run: (...values: readonly Value[]) => Value,
  operands: readonly Evaluate<Row>[],
  takesNothing: boolean,
): Evaluate<Row> {
  const [first, second] = operands;
  if (operands.length === 1 && first !== undefined) {
    return (row) => {
      const value = first(row);
      return value === undefined && !takesNothing ? undefined : run(value);
    };
  }
  if (operands.length === 2 && first !== undefined && second !== undefined) {
    return (row) => {
      const [a, b] = [first(row), second(row)];
      return (a === undefined || b === undefined) && !takesNothing ? undefined : run(a, b);
    };
  }
  return (row) => {
    const values = operands.map((operand) => operand(row));
    return values.includes(undefined) && !takesNothing ? undefined : run(...values);
  };
}
