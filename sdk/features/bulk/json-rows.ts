/** The rows of JSON Lines: an object a line; lines with nothing in them are no rows. */
import type { SourceRow } from './source-row.js';
import { textLines } from './text-lines.js';

export async function* jsonRows(pieces: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let line = 0;
  for await (const text of textLines(pieces)) {
    line += 1;
    if (text.trim() !== '') yield rowOf(text, line);
  }
}

function rowOf(text: string, line: number): SourceRow {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { line, cells: Object.fromEntries(Object.entries(value)) };
    }
  } catch {
    return { line, text, problem: 'The line is no JSON' };
  }
  return { line, text, problem: 'The line is no JSON object' };
}
