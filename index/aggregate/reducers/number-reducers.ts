/** Reducers of numbers. What is no number is passed over; over no number at all, sums and bounds are NaN, as in RediSearch. */
import type { Evaluate } from '../../expression/bind-expression.js';
import { QuantileSketch } from '../quantile-sketch.js';
import type { Row } from '../row.js';
import { type Accumulator, forEachNumber, ofProperty, type ReducerRow } from './reducer-row.js';

class Count implements Accumulator {
  #rows = 0;

  add(): void {
    this.#rows++;
  }

  result(): number {
    return this.#rows;
  }
}

/** Of the numbers of one property. */
abstract class NumberAccumulator implements Accumulator {
  constructor(private readonly read: Evaluate<Row>) {}

  protected abstract take(number: number): void;

  abstract result(): number;

  add(row: Row): void {
    const value = this.read(row);
    if (typeof value === 'number') this.take(value);
    else if (value !== undefined) forEachNumber(value, (number) => this.take(number));
  }
}

class Sum extends NumberAccumulator {
  protected numbers = 0;
  protected sum = 0;

  protected take(number: number): void {
    this.numbers++;
    this.sum += number;
  }

  result(): number {
    return this.numbers === 0 ? Number.NaN : this.sum;
  }
}

class Average extends Sum {
  override result(): number {
    return this.sum / this.numbers;
  }
}

class Minimum extends NumberAccumulator {
  #min = Number.NaN;

  protected take(number: number): void {
    if (!(number >= this.#min)) this.#min = number;
  }

  result(): number {
    return this.#min;
  }
}

class Maximum extends NumberAccumulator {
  #max = Number.NaN;

  protected take(number: number): void {
    if (!(number <= this.#max)) this.#max = number;
  }

  result(): number {
    return this.#max;
  }
}

/** Of a sample, by Welford's recurrence. */
class Deviation extends NumberAccumulator {
  #numbers = 0;
  #mean = 0;
  #squares = 0;

  protected take(number: number): void {
    this.#numbers++;
    const before = number - this.#mean;
    this.#mean += before / this.#numbers;
    this.#squares += before * (number - this.#mean);
  }

  result(): number {
    return this.#numbers < 2 ? 0 : Math.sqrt(this.#squares / (this.#numbers - 1));
  }
}

class Quantile extends NumberAccumulator {
  readonly #sketch = new QuantileSketch();

  constructor(
    read: Evaluate<Row>,
    private readonly fraction: number,
  ) {
    super(read);
  }

  protected take(number: number): void {
    this.#sketch.add(number);
  }

  result(): number {
    return this.#sketch.quantile(this.fraction);
  }
}

/** RediSearch's precision, which is taken and not needed. */
const resolutionMax = 1000;

export const numberReducers: readonly ReducerRow[] = [
  {
    name: 'COUNT',
    argumentsMin: 0,
    argumentsMax: 0,
    arguments: '',
    summary: 'How many rows there are.',
    bind: () => () => new Count(),
  },
  ofProperty('SUM', 'The sum of the numbers.', (read) => new Sum(read)),
  ofProperty('AVG', 'The mean of the numbers.', (read) => new Average(read)),
  ofProperty('MIN', 'The smallest number.', (read) => new Minimum(read)),
  ofProperty('MAX', 'The greatest number.', (read) => new Maximum(read)),
  ofProperty('STDDEV', 'The standard deviation of the numbers, as of a sample.', (read) => new Deviation(read)),
  {
    name: 'QUANTILE',
    argumentsMin: 2,
    argumentsMax: 3,
    arguments: '@property fraction [resolution]',
    summary: 'The number that so much of all numbers, from 0 to 1, does not exceed; exact for some 4,000 numbers.',
    bind: (args) => {
      const read = args.property();
      const fraction = args.number(0, 1);
      if (args.remaining > 0) args.number(1, resolutionMax);
      return () => new Quantile(read, fraction);
    },
  },
];
