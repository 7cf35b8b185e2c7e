/**
 * A run of bytes for each document id, in pages outside the JavaScript heap: no object a document. A run that is replaced
 * or deleted leaves a hole; a page that is more hole than not is emptied into the current one and given back, so that
 * the holes are never more than half of all.
 *
 * Invariants (see `validate`): a run lies in one page, behind a header that says whose it is and how long; a page's
 * `live` is the sum of what `#places` points to in it.
 */
import { grownFloat64 } from './typed-arrays.js';

const pageBytes = 1 << 18;
/** Ahead of every run: id and length, four bytes each. */
const headerBytes = 8;
/** A place is page x this + offset: both stay exact in a double. */
const offsetsPerPage = 2 ** 32;
const nowhere = -1;

interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  live: number;
}

/** Where a run lies: valid until the next change of the store. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export class BlobStore {
  readonly #pages: (Page | undefined)[] = [];
  readonly #freePages: number[] = [];
  #places: Float64Array = new Float64Array(0);
  #current = nowhere;
  #liveBytes = 0;
  #allBytes = 0;

  get(id: number): Blob | undefined {
    const place = this.#places[id] ?? nowhere;
    if (place < 0) return undefined;
    const page = this.#pages[Math.floor(place / offsetsPerPage)];
    if (page === undefined) return undefined;
    const at = place % offsetsPerPage;
    return { bytes: page.bytes, start: at + headerBytes, end: at + headerBytes + page.view.getUint32(at + 4) };
  }

  /** Replaces what the id had. The bytes are copied. */
  put(id: number, bytes: Uint8Array): void {
    this.delete(id);
    this.#places = grownFloat64(this.#places, id + 1, nowhere);
    this.#append(id, bytes);
  }

  delete(id: number): void {
    const place = this.#places[id] ?? nowhere;
    if (place < 0) return;
    const number = Math.floor(place / offsetsPerPage);
    const page = this.#pages[number];
    if (page === undefined) return;
    const size = headerBytes + page.view.getUint32((place % offsetsPerPage) + 4);
    this.#places[id] = nowhere;
    page.live -= size;
    this.#liveBytes -= size;
    this.#reclaim(number, page);
  }

  get memoryBytes(): number {
    return this.#allBytes + this.#places.byteLength;
  }

  validate(): string[] {
    const errors: string[] = [];
    const live = this.#pages.map(() => 0);
    this.#places.forEach((place, id) => {
      if (place < 0) return;
      const number = Math.floor(place / offsetsPerPage);
      const page = this.#pages[number];
      const at = place % offsetsPerPage;
      if (page === undefined || page.view.getUint32(at) !== id) {
        errors.push(`blobs: ${id} is not where it should be`);
        return;
      }
      live[number] = (live[number] ?? 0) + headerBytes + page.view.getUint32(at + 4);
    });
    this.#pages.forEach((page, number) => {
      if (page === undefined) return;
      if (page.live !== live[number]) errors.push(`blobs: page ${number} counts ${page.live} live bytes`);
      if (number !== this.#current && page.live * 2 < page.used) errors.push(`blobs: page ${number} is mostly hole`);
    });
    const sum = live.reduce((total, bytes) => total + bytes, 0);
    if (sum !== this.#liveBytes) errors.push(`blobs: holds ${sum} bytes but counts ${this.#liveBytes}`);
    return errors;
  }

  #append(id: number, bytes: Uint8Array): void {
    const size = headerBytes + bytes.length;
    const left = this.#current;
    const [number, page] = this.#pageFor(size);
    page.view.setUint32(page.used, id);
    page.view.setUint32(page.used + 4, bytes.length);
    page.bytes.set(bytes, page.used + headerBytes);
    this.#places[id] = number * offsetsPerPage + page.used;
    page.used += size;
    page.live += size;
    this.#liveBytes += size;
    const before = this.#pages[left];
    if (left !== number && before !== undefined) this.#reclaim(left, before);
  }

  /** The current page if there is room, else a new one. */
  #pageFor(size: number): [number, Page] {
    const current = this.#pages[this.#current];
    if (current !== undefined && current.used + size <= current.bytes.length) return [this.#current, current];
    const bytes = new Uint8Array(Math.max(pageBytes, size));
    const page = { bytes, view: new DataView(bytes.buffer), used: 0, live: 0 };
    const number = this.#freePages.pop() ?? this.#pages.length;
    this.#pages[number] = page;
    this.#allBytes += bytes.length;
    this.#current = number;
    return [number, page];
  }

  /** Empties a page that is mostly hole. */
  #reclaim(number: number, page: Page): void {
    if (number === this.#current || this.#pages[number] !== page || page.live * 2 >= page.used) return;
    this.#pages[number] = undefined;
    this.#allBytes -= page.bytes.length;
    for (let at = 0; at < page.used; ) {
      const id = page.view.getUint32(at);
      const length = page.view.getUint32(at + 4);
      if (this.#places[id] === number * offsetsPerPage + at) {
        this.#liveBytes -= headerBytes + length;
        this.#append(id, page.bytes.subarray(at + headerBytes, at + headerBytes + length));
      }
      at += headerBytes + length;
    }
    this.#freePages.push(number);
  }
}
