/** Reducers that pick values. */
import type { Evaluate } from '../../expression/bind-expression.js';
import { compare, type Value } from '../../expression/value.js';
import type { Row } from '../row.js';
import { type Accumulator, ofValues, type ReducerRow } from './reducer-row.js';

/** Values of a sample. */
const sampleMax = 1000;

class DistinctList {
  readonly #values = new Set<Value>();

  take(value: Value): void {
    this.#values.add(value);
  }

  result(): Value {
    return [...this.#values];
  }
}

class First implements Accumulator {
  #isThere = false;
  #value: Value;

  constructor(private readonly read: Evaluate<Row>) {}

  add(row: Row): void {
    if (this.#isThere) return;
    this.#isThere = true;
    this.#value = this.read(row);
  }

  result(): Value {
    return this.#value;
  }
}

/** The value of the row that is first in an order; rows without what orders them come last. */
class FirstBy implements Accumulator {
  #isThere = false;
  #value: Value;
  #by: Value;

  constructor(
    private readonly read: Evaluate<Row>,
    private readonly readBy: Evaluate<Row>,
    private readonly isDescending: boolean,
  ) {}

  add(row: Row): void {
    const by = this.readBy(row);
    if (this.#isThere && !this.#isBefore(by)) return;
    this.#isThere = true;
    this.#by = by;
    this.#value = this.read(row);
  }

  result(): Value {
    return this.#value;
  }

  #isBefore(by: Value): boolean {
    if (by === undefined) return false;
    if (this.#by === undefined) return true;
    const order = compare(by, this.#by);
    return this.isDescending ? order > 0 : order < 0;
  }
}

/** Every value is as likely to be in it as any other. */
class Sample implements Accumulator {
  readonly #values: Value[] = [];
  #seen = 0;

  constructor(
    private readonly read: Evaluate<Row>,
    private readonly size: number,
    private readonly random: () => number,
  ) {}

  add(row: Row): void {
    const value = this.read(row);
    if (value === undefined) return;
    const place = this.#seen < this.size ? this.#seen : Math.floor(this.random() * (this.#seen + 1));
    if (place < this.size) this.#values[place] = value;
    this.#seen++;
  }

  result(): Value {
    return this.#values;
  }
}

export const valueReducers: readonly ReducerRow[] = [
  ofValues('TOLIST', 'The different values as a list, in the order they came in.', () => new DistinctList()),
  {
    name: 'FIRST_VALUE',
    argumentsMin: 1,
    argumentsMax: 4,
    arguments: '@property [BY @property [ASC | DESC]]',
    summary: 'The value of the first row, in the order they come or in another.',
    bind: (args) => {
      const read = args.property();
      if (!args.word('BY')) return () => new First(read);
      const readBy = args.property();
      const isDescending = args.word('DESC');
      if (!isDescending) args.word('ASC');
      return () => new FirstBy(read, readBy, isDescending);
    },
  },
  {
    name: 'RANDOM_SAMPLE',
    argumentsMin: 2,
    argumentsMax: 2,
    arguments: '@property size',
    summary: `So many values drawn by chance, ${sampleMax} at most.`,
    bind: (args) => {
      const read = args.property();
      const size = args.number(0, sampleMax);
      return () => new Sample(read, Math.trunc(size), args.random);
    },
  },
];
