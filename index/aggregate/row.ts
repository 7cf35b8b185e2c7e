/**
 * A row on its way: a document or a group, with a value in each slot of the layout of the step it is at. One object stands for all
 * rows in turn; a step that keeps rows copies them.
 */
import type { DocumentId } from '../document-table.js';
import type { Value } from '../expression/value.js';

export interface Row {
  /** -1 for groups. */
  id: DocumentId;
  /** Of the document: another one under the same id has another. */
  sequence: number;
  /** How many rows came before, where rows are kept. */
  arrival: number;
  values: Value[];
}

export function emptyRow(slots: number): Row {
  return { id: -1, sequence: -1, arrival: 0, values: new Array<Value>(slots).fill(undefined) };
}

export function copyOf({ id, sequence, arrival, values }: Row): Row {
  return { id, sequence, arrival, values: values.slice() };
}
