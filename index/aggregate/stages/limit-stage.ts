/** LIMIT: some rows of those that come, and how many came. With a count of zero all of them are counted. */
import type { Sliced } from '../../sliced.js';
import type { Row } from '../row.js';
import type { Stage } from './stage.js';

export class LimitStage implements Stage {
  #seen = 0;

  constructor(
    private readonly next: Stage,
    private readonly offset: number,
    private readonly count: number,
    private readonly onRows: (rows: number) => void,
  ) {}

  push(row: Row): void {
    const at = this.#seen++;
    this.onRows(1);
    if (at >= this.offset && at < this.offset + this.count) this.next.push(row);
  }

  skip(rows: number): void {
    this.onRows(rows);
  }

  finish(): Sliced<void> {
    return this.next.finish();
  }

  get isFull(): boolean {
    return (this.count > 0 && this.#seen >= this.offset + this.count) || this.next.isFull;
  }
}
