/** What a function of the expression language is: a row of a table, from which parser, evaluation and docs/expressions.md come. */
import type { Evaluate, ExpressionScope } from '../bind-expression.js';
import type { Value } from '../value.js';

interface Described {
  /** In lower case; expressions write it as they like. */
  readonly name: string;
  readonly operandsMin: number;
  readonly operandsMax: number;
  /** What stands between the parentheses. */
  readonly operands: string;
  /** `any` is what the operands after the first are. */
  readonly returns: 'number' | 'text' | 'list' | 'any';
  readonly summary: string;
}

/** A function of values. */
interface PlainRow extends Described {
  readonly run: (...values: readonly Value[]) => Value;
  /** It is also asked about nothing; the others answer nothing then. */
  readonly takesNothing?: true;
}

/** A function that looks at more than the values of its operands, or not at all of them. */
interface BoundRow extends Described {
  readonly bind: <Row>(operands: readonly Evaluate<Row>[], scope: ExpressionScope<Row>) => Evaluate<Row>;
}

export type FunctionRow = PlainRow | BoundRow;

/** Operands of functions that take a fixed number. */
export function exactly(count: number): Pick<Described, 'operandsMin' | 'operandsMax'> {
  return { operandsMin: count, operandsMax: count };
}
