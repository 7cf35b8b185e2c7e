/** LOAD, APPLY and FILTER: each row by itself, as it comes. */
import type { DocumentId } from '../../document-table.js';
import type { Evaluate } from '../../expression/bind-expression.js';
import { isTrue } from '../../expression/value.js';
import type { Sliced } from '../../sliced.js';
import type { ReadColumn } from '../document-columns.js';
import type { Row } from '../row.js';
import type { Stage } from './stage.js';

abstract class RowStage implements Stage {
  constructor(protected readonly next: Stage) {}

  abstract push(row: Row): void;

  finish(): Sliced<void> {
    return this.next.finish();
  }

  get isFull(): boolean {
    return this.next.isFull;
  }
}

export interface LoadedSlot {
  readonly slot: number;
  readonly column: ReadColumn;
}

/** Puts fields of documents into slots; nothing where the document has gone since its row was kept. */
export class LoadStage extends RowStage {
  constructor(
    next: Stage,
    private readonly slots: readonly LoadedSlot[],
    private readonly sequenceOf: (id: DocumentId) => number,
  ) {
    super(next);
  }

  push(row: Row): void {
    const isThere = this.sequenceOf(row.id) === row.sequence;
    for (const { slot, column } of this.slots) row.values[slot] = isThere ? column(row.id) : undefined;
    this.next.push(row);
  }
}

export class ApplyStage extends RowStage {
  constructor(
    next: Stage,
    private readonly slot: number,
    private readonly evaluate: Evaluate<Row>,
  ) {
    super(next);
  }

  push(row: Row): void {
    row.values[this.slot] = this.evaluate(row);
    this.next.push(row);
  }
}

export class FilterStage extends RowStage {
  constructor(
    next: Stage,
    private readonly evaluate: Evaluate<Row>,
  ) {
    super(next);
  }

  push(row: Row): void {
    if (isTrue(this.evaluate(row))) this.next.push(row);
  }
}
