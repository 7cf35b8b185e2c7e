/**
 * SORTBY: the first rows of an order. Nothing comes last, in either direction; what is equal stays in the order it came in.
 */
import { BoundedHeap } from '../../bounded-heap.js';
import { QueryError } from '../../errors.js';
import type { Evaluate } from '../../expression/bind-expression.js';
import { compare } from '../../expression/value.js';
import { type Sliced, sortedInSlices, stepsPerBlock } from '../../sliced.js';
import { aggregateLimits } from '../aggregation.js';
import { copyOf, type Row } from '../row.js';
import type { Stage } from './stage.js';

export interface BoundSortKey {
  readonly read: Evaluate<Row>;
  readonly isDescending: boolean;
}

export class SortStage implements Stage {
  readonly #rows: BoundedHeap<Row>;
  readonly #before: (a: Row, b: Row) => boolean;
  #arrivals = 0;
  readonly isFull = false;

  constructor(
    private readonly next: Stage,
    keys: readonly BoundSortKey[],
    private readonly max: number,
  ) {
    this.#before = orderBy(keys);
    this.#rows = new BoundedHeap(max, this.#before);
  }

  push(row: Row): void {
    row.arrival = this.#arrivals++;
    const { last } = this.#rows;
    if (this.max === 0 || (last !== undefined && !this.#before(row, last))) return;
    if (last === undefined && this.#rows.size >= aggregateLimits.rowsMax) {
      throw new QueryError('limit', `SORTBY keeps more than ${aggregateLimits.rowsMax} rows`);
    }
    this.#rows.offer(copyOf(row));
  }

  *finish(): Sliced<void> {
    const rows = yield* sortedInSlices(this.#rows.items, this.#before);
    let at = 0;
    for (; at < rows.length && !this.next.isFull; at++) {
      const row = rows[at];
      if (row !== undefined) this.next.push(row);
      if (at % stepsPerBlock === stepsPerBlock - 1) yield;
    }
    this.next.skip?.(this.#arrivals - at);
    yield* this.next.finish();
  }
}

function orderBy(keys: readonly BoundSortKey[]): (a: Row, b: Row) => boolean {
  return (a, b) => {
    for (const { read, isDescending } of keys) {
      const [first, second] = [read(a), read(b)];
      if (first === undefined || second === undefined) {
        if (first !== second) return second === undefined;
        continue;
      }
      const order = compare(first, second);
      if (order !== 0) return order < 0 !== isDescending;
    }
    return a.arrival < b.arrival;
  };
}
