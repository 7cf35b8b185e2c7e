/** A step that is bound: rows are pushed into it, and it pushes what it makes of them into the next one. */
import type { Sliced } from '../../sliced.js';
import type { Row } from '../row.js';

export interface Stage {
  /** The row is the caller's, and another one after the call. */
  push(row: Row): void;
  /** Every row has come. */
  finish(): Sliced<void>;
  /** Whether no more rows are wanted. */
  readonly isFull: boolean;
  /** So many more rows would come, which a stage that is full has no need of: for those that count. */
  readonly skip?: (rows: number) => void;
}
