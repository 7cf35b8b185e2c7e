/** What kind of value an expression results in, as far as can be said without a row. What is missing is of every kind. */
import type { Expression } from './expression.js';
import type { FunctionRow } from './functions/function-row.js';

export type ResultKind = FunctionRow['returns'];

/** @returns undefined for what is always missing */
export function resultKind(expression: Expression, kindOf: (property: string) => ResultKind): ResultKind | undefined {
  switch (expression.kind) {
    case 'literal':
      return literalKind(expression.value);
    case 'property':
      return kindOf(expression.name);
    case 'not':
    case 'negative':
    case 'binary':
      return 'number';
    case 'call': {
      const { row, operands } = expression;
      if (row.returns !== 'any') return row.returns;
      return operands.slice(1).reduce<ResultKind | undefined>((kind, operand) => {
        const other = resultKind(operand, kindOf);
        if (kind === undefined || other === undefined) return kind ?? other;
        return kind === other ? kind : 'any';
      }, undefined);
    }
  }
}

function literalKind(value: unknown): ResultKind | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'list';
}
