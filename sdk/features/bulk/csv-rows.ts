/**
 * The rows of a CSV file as RFC 4180 has it: a header, commas, quotes around what holds commas, quotes or ends of lines, a quote in
 * them twice. A cell with nothing in it has no value; one with quotes around nothing is the empty text.
 */
import { invalid } from '../feature-error.js';
import type { SourceRow } from './source-row.js';
import { lineCharsMax, textLines } from './text-lines.js';

type Cell = string | undefined;

/** One row, over as many lines as its quotes hold. */
interface Span {
  readonly line: number;
  readonly text: string;
}

/** @throws FeatureError for a file without a header, or with one that names a column twice */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let columns: readonly string[] | undefined;
  for await (const { line, text } of spans(textLines(pieces))) {
    const cells = cellsOf(text);
    if (columns === undefined) columns = headerOf(cells);
    else yield rowOf(columns, cells, line, text);
  }
  if (columns === undefined) throw invalid('The file is empty: its first line names the columns');
}

/** Lines joined where a quote is open at their end. */
async function* spans(lines: AsyncIterable<string>): AsyncGenerator<Span> {
  let line = 0;
  let open: { line: number; text: string } | undefined;
  for await (const text of lines) {
    line += 1;
    if (open === undefined) {
      if (text.trim() === '') continue;
      if (hasOpenQuote(text)) open = { line, text };
      else yield { line, text };
      continue;
    }
    open.text += `\n${text}`;
    if (open.text.length > lineCharsMax) throw invalid(`The quote that line ${open.line} opens is closed nowhere near`);
    if (!hasOpenQuote(text)) continue;
    yield open;
    open = undefined;
  }
  if (open !== undefined) yield open;
}

/** An odd number of quotes: one that is open at the start is closed then, and the other way round. */
function hasOpenQuote(text: string): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}

/** Undefined for what is no CSV. */
function cellsOf(text: string): Cell[] | undefined {
  if (!text.includes('"')) return text.split(',').map((cell) => (cell === '' ? undefined : cell));
  const cells: Cell[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    const [, quoted, plain = '', end] = found;
    cells.push(quoted === undefined ? plain || undefined : quoted.replaceAll('""', '"'));
    if (end === '') return cells;
  }
}

function headerOf(cells: readonly Cell[] | undefined): string[] {
  const names = (cells ?? []).map((cell) => cell?.trim() ?? '');
  if (names.length === 0 || names.includes('')) throw invalid('The first line does not name every column');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`The first line names the column '${twice}' twice`);
  return names;
}

function rowOf(columns: readonly string[], cells: readonly Cell[] | undefined, line: number, text: string): SourceRow {
  if (cells === undefined) return { line, text, problem: 'Quotes are not as in CSV' };
  if (cells.length !== columns.length) {
    return { line, text, problem: `The row has ${cells.length} cells, and the first line ${columns.length}` };
  }
  return { line, cells: Object.fromEntries(columns.map((column, at) => [column, cells[at]])) };
}
