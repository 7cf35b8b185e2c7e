/** Rows of texts in pieces, as a file brings them. */
import type { SourceRow } from '#sdk/features/bulk/source-row.js';

export async function* inPieces(text: string, charsPerPiece: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += charsPerPiece) yield text.slice(start, start + charsPerPiece);
}

export async function* rowsOf(rows: readonly SourceRow[]): AsyncGenerator<SourceRow> {
  yield* rows;
}
