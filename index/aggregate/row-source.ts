/** Where rows come from: the documents a query finds, with what it knows of each beside its fields. */
import type { DocumentId } from '../document-table.js';
import type { Value } from '../expression/value.js';
import type { Sliced } from '../sliced.js';
import type { ColumnSource } from './document-columns.js';

export interface RowSource extends ColumnSource {
  /** Distances and scores, which every row shows. */
  readonly columns: ReadonlyMap<string, (id: DocumentId) => Value>;
  /** Properties that rows have and do not show unless they are asked for. */
  readonly hidden?: ReadonlyMap<string, (id: DocumentId) => Value>;
  scan(visit: (id: DocumentId) => void, isEnough: () => boolean): Sliced<void>;
  /** Words of the query that the document holds. */
  matchedTerms(id: DocumentId, max: number): Value;
}
