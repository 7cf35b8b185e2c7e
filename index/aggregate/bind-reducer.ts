/** A REDUCE clause bound to the rows it reads. */
import { QueryError } from '../errors.js';
import type { Evaluate } from '../expression/bind-expression.js';
import { parseNumber } from '../parse-number.js';
import type { ReducerCall } from './aggregation.js';
import { type Accumulator, badArguments, type ReducerArguments } from './reducers/reducer-row.js';
import { reducerNamed } from './reducers/reducer-table.js';
import type { Row } from './row.js';
import type { RowScope } from './row-scope.js';

export interface BoundReducer {
  readonly as: string;
  readonly make: () => Accumulator;
}

/** @throws QueryError when there is no such reducer, or its arguments are others */
export function bindReducer(call: ReducerCall, scope: RowScope, random: () => number): BoundReducer {
  const row = reducerNamed(call.name);
  if (row === undefined) {
    throw new QueryError('syntax', `No such reducer: ${call.name} (reducer function \`${call.name}\` not found)`);
  }
  const { length } = call.arguments;
  if (length < row.argumentsMin || length > row.argumentsMax) {
    throw badArguments(row.name, `incorrect number of arguments (${length}) to reducer ${row.name}`);
  }
  const args = new WrittenArguments(row.name, call.arguments, scope, random);
  const make = row.bind(args);
  if (args.remaining > 0) throw badArguments(row.name, `Unknown argument \`${args.next}\``);
  return { as: call.as ?? generatedName(call), make };
}

/** What RediSearch calls it. */
export function generatedName({ name, arguments: args }: ReducerCall): string {
  return `__generated_alias${name}${args.map(withoutSigil).join(',')}`.toLowerCase();
}

export function withoutSigil(name: string): string {
  return name.startsWith('@') ? name.slice(1) : name;
}

class WrittenArguments implements ReducerArguments {
  #at = 0;

  constructor(
    private readonly reducer: string,
    private readonly written: readonly string[],
    private readonly scope: RowScope,
    readonly random: () => number,
  ) {}

  get remaining(): number {
    return this.written.length - this.#at;
  }

  get next(): string {
    return this.written[this.#at] ?? '';
  }

  property(): Evaluate<Row> {
    const name = this.next;
    if (this.remaining === 0) throw badArguments(this.reducer, 'Expected an argument, but none provided');
    this.#at++;
    return this.scope.property(withoutSigil(name));
  }

  number(min: number, max: number): number {
    const text = this.next;
    const value = parseNumber(text);
    if (value === undefined || value < min || value > max) {
      throw badArguments(this.reducer, `\`${text}\` must be between ${min} and ${max}`);
    }
    this.#at++;
    return value;
  }

  word(upperWord: string): boolean {
    if (this.next.toUpperCase() !== upperWord) return false;
    this.#at++;
    return true;
  }
}
