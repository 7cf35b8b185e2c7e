/** Values in the form of tape.ts as JSON text. */
import { ByteSink } from '../base/byte-sink.js';
import { ByteSlice } from '../base/byte-slice.js';
import { formatJsonDouble } from './json-number.js';
import { countAt, doubleAt, forEachMember, integerAt, isContainer, keyAt, stringAt, Tag, tagAt } from './tape.js';

/** What stands between the parts of a text, each possibly empty: INDENT, NEWLINE and SPACE of JSON.GET. */
export interface JsonFormat {
  readonly indent: string;
  readonly newline: string;
  readonly space: string;
}

const COMPACT: JsonFormat = { indent: '', newline: '', space: '' };
/** A sink that grew beyond this is given back. */
const SINK_BYTES_KEPT = 1 << 20;

const QUOTE = 34;
const BACKSLASH = 92;

/** What a byte of a string is written as, when not as itself. */
const ESCAPES: readonly (string | undefined)[] = (() => {
  const table: (string | undefined)[] = Array.from(
    { length: 32 },
    (_, code) => `\\u${code.toString(16).padStart(4, '0')}`,
  );
  table[8] = '\\b';
  table[9] = '\\t';
  table[10] = '\\n';
  table[12] = '\\f';
  table[13] = '\\r';
  table[QUOTE] = '\\"';
  table[BACKSLASH] = '\\\\';
  return table;
})();

const scratch = new ByteSink();

/** A value as text. The slice is scratch memory: it lives until the next call. */
export function jsonText(tape: Buffer, at = 0): ByteSlice {
  return writtenJson((writer) => writer.value(tape, at));
}

/** What `write` writes. The slice is scratch memory: it lives until the next call. */
export function writtenJson(write: (writer: JsonWriter) => void, format = COMPACT): ByteSlice {
  scratch.reset(SINK_BYTES_KEPT);
  write(new JsonWriter(scratch, format));
  return ByteSlice.of(scratch.bytes());
}

class JsonWriter {
  #depth = 0;
  readonly #isCompact: boolean;

  constructor(
    private readonly sink: ByteSink,
    private readonly format: JsonFormat,
  ) {
    this.#isCompact = format.indent === '' && format.newline === '';
  }

  value(tape: Buffer, at: number): void {
    const tag = tagAt(tape, at);
    if (isContainer(tape, at)) this.#container(tape, at, tag === Tag.object);
    else if (tag >= Tag.string8 && tag <= Tag.string32) this.string(stringAt(tape, at));
    else if (tag === Tag.null) this.sink.latin1('null');
    else if (tag === Tag.true) this.sink.latin1('true');
    else if (tag === Tag.false) this.sink.latin1('false');
    else if (tag === Tag.float || tag === Tag.double) this.sink.latin1(formatJsonDouble(doubleAt(tape, at)));
    else this.sink.latin1(integerAt(tape, at).toString());
  }

  /** An array of so many elements, each written by `element`. */
  array(count: number, element: (index: number) => void): void {
    this.#enclosed('[', ']', count, element);
  }

  /** An object of so many members, each written by `member` as a key and a value. */
  object(count: number, member: (index: number) => void): void {
    this.#enclosed('{', '}', count, member);
  }

  key(utf8: ByteSlice): void {
    this.string(utf8);
    this.sink.latin1(':');
    if (this.format.space !== '') this.sink.raw(Buffer.from(this.format.space));
  }

  string({ buffer, start, end }: ByteSlice): void {
    this.sink.byte(QUOTE);
    let plain = start;
    for (let at = start; at < end; at++) {
      const byte = buffer[at] ?? 0;
      if (byte > BACKSLASH) continue;
      const escaped = ESCAPES[byte];
      if (escaped === undefined) continue;
      this.sink.range(buffer, plain, at);
      this.sink.latin1(escaped);
      plain = at + 1;
    }
    this.sink.range(buffer, plain, end);
    this.sink.byte(QUOTE);
  }

  #container(tape: Buffer, at: number, isObject: boolean): void {
    const open = this.#open(isObject ? '{' : '[');
    let index = 0;
    forEachMember(tape, at, (entry, value) => {
      this.#separate(index++);
      if (isObject) this.key(keyAt(tape, entry));
      this.value(tape, value);
    });
    this.#close(isObject ? '}' : ']', open, countAt(tape, at));
  }

  #enclosed(first: string, last: string, count: number, write: (index: number) => void): void {
    const depth = this.#open(first);
    for (let i = 0; i < count; i++) {
      this.#separate(i);
      write(i);
    }
    this.#close(last, depth, count);
  }

  #open(bracket: string): number {
    this.sink.latin1(bracket);
    return this.#depth++;
  }

  #separate(index: number): void {
    if (index > 0) this.sink.latin1(',');
    if (!this.#isCompact) this.#line();
  }

  #close(bracket: string, depth: number, count: number): void {
    this.#depth = depth;
    if (count > 0 && !this.#isCompact) this.#line();
    this.sink.latin1(bracket);
  }

  #line(): void {
    this.sink.raw(Buffer.from(this.format.newline + this.format.indent.repeat(this.#depth)));
  }
}
