/** The lines of a text that comes in pieces; of CRLF, LF stays. */
import { invalid } from '../feature-error.js';

/** A longer line is no row of records of 350 KB, and is not gathered in memory. */
export const lineCharsMax = 16 * 1024 * 1024;

/** Without the ends of lines. @throws FeatureError for a line that is too long */
export async function* textLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isFirst = true;
  for await (const piece of pieces) {
    const text = rest + (isFirst ? piece.replace(/^\uFEFF/, '') : piece);
    isFirst = false;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield withoutReturn(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
    if (rest.length > lineCharsMax) throw invalid(`A line has more than ${lineCharsMax} characters`);
  }
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
