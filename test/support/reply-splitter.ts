/**
 * Cuts a stream of RESP2 and RESP3 bytes into replies without interpreting them: what comes out is exactly what the
 * server sent. One counter replaces a stack: `pending` is how many elements the reply under way still lacks, and every
 * aggregate adds its own to it. An attribute (`|`) belongs to the reply that follows it. Scanning resumes where the
 * last chunk ended, so a large reply in many chunks costs its length once.
 */

const cr = 0x0d;
const lf = 0x0a;
const initialBytes = 16 * 1024;

export class ReplySplitter {
  #buffer = Buffer.allocUnsafe(initialBytes);
  #end = 0;
  /** Where the reply under way begins. */
  #start = 0;
  /** The first byte that is not scanned yet: always the beginning of an element. */
  #scan = 0;
  #pending = 1;

  /** Takes the next bytes of the stream and answers the replies they complete. */
  feed(chunk: Uint8Array): Buffer[] {
    this.#append(chunk);
    const replies: Buffer[] = [];
    while (this.#scanElement()) {
      if (this.#pending > 0) continue;
      replies.push(Buffer.from(this.#buffer.subarray(this.#start, this.#scan)));
      this.#start = this.#scan;
      this.#pending = 1;
    }
    return replies;
  }

  /** Bytes of a reply that is not complete yet. */
  rest(): Buffer {
    return Buffer.from(this.#buffer.subarray(this.#start, this.#end));
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#end - this.#start;
    if (this.#end + chunk.length > this.#buffer.length) {
      const wanted = kept + chunk.length;
      const target =
        wanted > this.#buffer.length ? Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2)) : this.#buffer;
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#scan -= this.#start;
      this.#end = kept;
      this.#start = 0;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Moves over one element head (and its payload); false when it is not there completely. */
  #scanElement(): boolean {
    const buffer = this.#buffer;
    const lineEnd = buffer.indexOf(lf, this.#scan);
    if (this.#scan >= this.#end || lineEnd < 0 || lineEnd >= this.#end) return false;
    if (buffer[lineEnd - 1] !== cr) throw new Error('a line of a reply does not end in CRLF');
    const type = String.fromCharCode(buffer[this.#scan] ?? 0);
    switch (type) {
      case '+':
      case '-':
      case ':':
      case '_':
      case '#':
      case ',':
      case '(':
        this.#scan = lineEnd + 1;
        this.#pending -= 1;
        return true;
      case '$':
      case '=':
      case '!': {
        const bytes = this.#lengthBefore(lineEnd);
        const next = bytes < 0 ? lineEnd + 1 : lineEnd + 1 + bytes + 2;
        if (next > this.#end) return false;
        if (bytes >= 0 && (buffer[next - 2] !== cr || buffer[next - 1] !== lf)) {
          throw new Error(`a bulk of ${bytes} bytes does not end in CRLF`);
        }
        this.#scan = next;
        this.#pending -= 1;
        return true;
      }
      case '*':
      case '~':
      case '>':
      case '%':
      case '|': {
        const count = Math.max(this.#lengthBefore(lineEnd), 0);
        this.#scan = lineEnd + 1;
        this.#pending += (type === '%' || type === '|' ? 2 * count : count) - (type === '|' ? 0 : 1);
        return true;
      }
      default:
        throw new Error(`a reply begins with the unknown type ${JSON.stringify(type)}`);
    }
  }

  #lengthBefore(lineEnd: number): number {
    const text = this.#buffer.toString('latin1', this.#scan + 1, lineEnd - 1);
    if (!/^-?\d+$/.test(text)) throw new Error(`a reply has the length ${JSON.stringify(text)}`);
    return Number(text);
  }
}
