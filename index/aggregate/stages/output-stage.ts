/** The end of the way: rows wait here until they are taken. */
import { QueryError } from '../../errors.js';
import type { Sliced } from '../../sliced.js';
import { aggregateLimits } from '../aggregation.js';
import { copyOf, type Row } from '../row.js';
import type { Stage } from './stage.js';

export class OutputStage implements Stage {
  #rows: Row[] = [];
  #taken = 0;
  readonly isFull = false;

  get waiting(): number {
    return this.#rows.length - this.#taken;
  }

  push(row: Row): void {
    if (this.waiting >= aggregateLimits.rowsMax) {
      throw new QueryError('limit', `More than ${aggregateLimits.rowsMax} rows: use LIMIT or WITHCURSOR`);
    }
    this.#rows.push(copyOf(row));
  }

  *finish(): Sliced<void> {
    // Nothing follows.
  }

  /** So many rows at most, which then are no longer here. */
  take(count: number): Row[] {
    const rows = this.#rows.slice(this.#taken, this.#taken + count);
    this.#taken += rows.length;
    if (this.#taken === this.#rows.length) {
      this.#rows = [];
      this.#taken = 0;
    }
    return rows;
  }
}
