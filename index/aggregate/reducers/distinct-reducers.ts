/** Reducers that count different values. */
import type { Value } from '../../expression/value.js';
import { HyperLogLog } from '../hyperloglog.js';
import { ofValues, type ReducerRow } from './reducer-row.js';

class Distinct {
  readonly #values = new Set<Value>();

  take(value: Value): void {
    this.#values.add(value);
  }

  result(): number {
    return this.#values.size;
  }
}

class Registers {
  readonly #seen = new HyperLogLog();

  constructor(private readonly answers: 'count' | 'text') {}

  take(value: Value): void {
    this.#seen.add(value);
  }

  result(): Value {
    return this.answers === 'count' ? this.#seen.count : this.#seen.toText();
  }
}

class SummedRegisters {
  readonly #seen = new HyperLogLog();

  take(value: Value): void {
    if (typeof value === 'string') this.#seen.addAll(value);
  }

  result(): number {
    return this.#seen.count;
  }
}

export const distinctReducers: readonly ReducerRow[] = [
  ofValues('COUNT_DISTINCT', 'How many different values there are.', () => new Distinct()),
  ofValues(
    'COUNT_DISTINCTISH',
    'The same, about: with a standard error of 1.6 % and in 4 KiB a group.',
    () => new Registers('count'),
  ),
  ofValues('HLL', 'What COUNT_DISTINCTISH has gathered, for HLL_SUM.', () => new Registers('text')),
  ofValues('HLL_SUM', 'How many different values several HLL have seen together.', () => new SummedRegisters()),
];
