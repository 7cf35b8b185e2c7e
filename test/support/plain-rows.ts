/** Rows of an index as a plain twin: each document's vector is a text, and what is kept a copy of it. */
import type { SharedRows } from '@nearkey/index';

export class PlainRows implements SharedRows {
  /** By row: what is kept, and whose vector it was. */
  readonly kept = new Map<number, { readonly id: number; readonly text: string }>();
  #lastRow = 0;

  constructor(
    readonly rowBytes: number,
    /** By document. */
    readonly vectors: (string | undefined)[],
  ) {}

  keep(id: number, bytes: Uint8Array): number {
    const text = this.vectors[id];
    if (text === undefined || text !== Buffer.from(bytes).toString('latin1')) return -1;
    this.#lastRow++;
    this.kept.set(this.#lastRow, { id, text });
    return this.#lastRow;
  }

  read(row: number): Buffer {
    return Buffer.from(this.#at(row).text, 'latin1');
  }

  isIndexed(row: number): boolean {
    const { id, text } = this.#at(row);
    return this.vectors[id] === text;
  }

  release(row: number): void {
    this.#at(row);
    this.kept.delete(row);
  }

  releaseAll(): void {
    this.kept.clear();
  }

  #at(row: number): { readonly id: number; readonly text: string } {
    const found = this.kept.get(row);
    if (found === undefined) throw new Error(`row ${row} is not kept`);
    return found;
  }
}
