/** What is read from a file of rows, whatever its format. */

/** A row by the names of its columns; a cell that is undefined has no value. */
export interface Row {
  /** Where it starts: the line of a text, counted from 1; of a Parquet file, the row. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** What stands where a row should. */
export interface NoRow {
  readonly line: number;
  readonly text: string;
  readonly problem: string;
}

export type SourceRow = Row | NoRow;
