/**
 * Words of a line as Redis's sdssplitargs finds them: inline commands, configuration files, ACL files. Blanks separate;
 * "..." knows \xHH, \n, \r, \t, \b and \a; '...' knows \'; a closing quote must be followed by a blank or the end.
 */

/**
 * Splits in place: the text of a word is never longer than its quoted form.
 * @returns offset, length pairs into the same buffer, or undefined when quotes do not balance
 */
export function splitWords(buffer: Buffer, start: number, end: number): number[] | undefined {
  const words: number[] = [];
  let at = start;
  while (at < end) {
    while (at < end && isBlank(buffer[at])) at++;
    if (at >= end) break;
    const wordAt = at;
    let out = at;
    let quote = 0;
    for (; at < end; at++) {
      const byte = buffer[at] ?? 0;
      if (quote === 0) {
        if (isBlank(byte)) break;
        if (byte === 34 || byte === 39) quote = byte;
        else buffer[out++] = byte;
      } else if (byte === quote) {
        if (at + 1 < end && !isBlank(buffer[at + 1])) return undefined;
        quote = 0;
        at++;
        break;
      } else if (byte === 92 && at + 1 < end && (quote === 34 || buffer[at + 1] === 39)) {
        at = quote === 34 ? unescapeInto(buffer, at, end, out) : at + 1;
        if (quote === 39) buffer[out] = 39;
        out++;
      } else {
        buffer[out++] = byte;
      }
    }
    if (quote !== 0) return undefined;
    words.push(wordAt, out - wordAt);
  }
  return words;
}

/** Writes the byte a backslash sequence stands for at `out`. @returns the offset of the sequence's last byte */
function unescapeInto(buffer: Buffer, at: number, end: number, out: number): number {
  const kind = buffer[at + 1] ?? 0;
  if (kind === 120 && at + 3 < end) {
    const value = Number.parseInt(buffer.toString('latin1', at + 2, at + 4), 16);
    if (/^[0-9a-f]{2}$/i.test(buffer.toString('latin1', at + 2, at + 4))) {
      buffer[out] = value;
      return at + 3;
    }
  }
  buffer[out] = ESCAPES.get(kind) ?? kind;
  return at + 1;
}

const ESCAPES: ReadonlyMap<number, number> = new Map([
  [110, 10],
  [114, 13],
  [116, 9],
  [98, 8],
  [97, 7],
]);

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13) || byte === 0;
}

/** The words of a text of bytes, one character each; undefined when quotes do not balance. */
export function splitText(text: string): string[] | undefined {
  const buffer = Buffer.from(text, 'latin1');
  const places = splitWords(buffer, 0, buffer.length);
  return places?.flatMap((start, i) =>
    i % 2 === 0 ? buffer.toString('latin1', start, start + (places[i + 1] ?? 0)) : [],
  );
}
