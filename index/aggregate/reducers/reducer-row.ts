/** What a reducer of GROUPBY is: a row of a table, from which its arguments are read and docs/expressions.md comes. */
import { QueryError } from '../../errors.js';
import type { Evaluate } from '../../expression/bind-expression.js';
import { listOf, numberOf, type Value } from '../../expression/value.js';
import type { Row } from '../row.js';

/** Gathers the values of one group. */
export interface Accumulator {
  add(row: Row): void;
  result(): Value;
}

/** The arguments of a REDUCE clause, read from left to right. */
export interface ReducerArguments {
  readonly remaining: number;
  /** A property of rows. @throws QueryError when there is none of that name */
  property(): Evaluate<Row>;
  /** A number from `min` to `max`. @throws QueryError */
  number(min: number, max: number): number;
  /** Reads the next argument when it is this word. */
  word(upperWord: string): boolean;
  /** From 0 to 1, excluding 1. */
  readonly random: () => number;
}

export interface ReducerRow {
  /** In upper case. */
  readonly name: string;
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  readonly arguments: string;
  readonly summary: string;
  /** Reads the arguments; what it answers makes an accumulator for each group. */
  readonly bind: (args: ReducerArguments) => () => Accumulator;
}

/** A reducer of one property. @param make makes the accumulator of a group over the property */
export function ofProperty(name: string, summary: string, make: (read: Evaluate<Row>) => Accumulator): ReducerRow {
  return {
    name,
    argumentsMin: 1,
    argumentsMax: 1,
    arguments: '@property',
    summary,
    bind: (args) => {
      const read = args.property();
      return () => make(read);
    },
  };
}

/** The same. @param make makes what takes the values that are there, lists element by element */
export function ofValues(
  name: string,
  summary: string,
  make: () => { take(value: Value): void; result(): Value },
): ReducerRow {
  return ofProperty(name, summary, (read) => {
    const inner = make();
    return {
      add: (row) => {
        const value = read(row);
        if (typeof value === 'object') for (const element of value) inner.take(element);
        else if (value !== undefined) inner.take(value);
      },
      result: () => inner.result(),
    };
  });
}

/** Calls `take` with every number of a value: none, one, or those of a list. */
export function forEachNumber(value: Value, take: (number: number) => void): void {
  if (typeof value === 'number') {
    take(value);
    return;
  }
  for (const element of listOf(value)) {
    const number = numberOf(element);
    if (number !== undefined) take(number);
  }
}

export function badArguments(reducer: string, reason: string): QueryError {
  return new QueryError('syntax', `Bad arguments for ${reducer}: ${reason}`);
}
