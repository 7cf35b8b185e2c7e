/** The end of a chain of stages in tests: keeps the values of rows. */

import { emptyRow, type Row } from '#index/aggregate/row.js';
import type { Stage } from '#index/aggregate/stages/stage.js';
import type { Value } from '#index/expression/value.js';
import type { Sliced } from '#index/sliced.js';

export class CollectingStage implements Stage {
  readonly rows: Value[][] = [];
  isFinished = false;

  constructor(private readonly max = Number.POSITIVE_INFINITY) {}

  push(row: Row): void {
    this.rows.push(row.values.slice());
  }

  *finish(): Sliced<void> {
    this.isFinished = true;
    yield;
  }

  get isFull(): boolean {
    return this.rows.length >= this.max;
  }
}

export function rowOf(...values: Value[]): Row {
  return { ...emptyRow(0), values };
}

export const slot =
  (at: number) =>
  (row: Row): Value =>
    row.values[at];
