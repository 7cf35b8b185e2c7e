/**
 * Which keys come next: an index must forget a document the moment it expires, not when the expire cycle happens upon it,
 * and a hash must lose its fields whether or not somebody looks at it.
 *
 * A binary heap of (time, key) beside a map of the times in force. Changing a key's time adds an entry and leaves the
 * old one behind, to be skipped when it surfaces; when such leftovers outnumber the keys, the heap is built anew.
 *
 * Invariant: every key of the map has an entry with its time in the heap; the heap holds at most
 * 2 x keys + LEFTOVERS_MIN entries.
 */
const LEFTOVERS_MIN = 64;

interface Entry {
  readonly atMs: number;
  readonly key: string;
}

export class ExpiryQueue {
  readonly #times = new Map<string, number>();
  #heap: Entry[] = [];

  /** Keys that have a time. */
  get size(): number {
    return this.#times.size;
  }

  /** Entries held, leftovers included. */
  get entries(): number {
    return this.#heap.length;
  }

  /** Sets or changes when a key expires. */
  set(key: string, atMs: number): void {
    if (this.#times.get(key) === atMs) return;
    this.#times.set(key, atMs);
    this.#push({ atMs, key });
    if (this.#heap.length > 2 * this.#times.size + LEFTOVERS_MIN) this.#rebuild();
  }

  delete(key: string): void {
    this.#times.delete(key);
  }

  /** Takes one key whose time has come. */
  takeDue(nowMs: number): string | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > nowMs) return undefined;
      this.#pop();
      if (this.#times.get(first.key) === first.atMs) {
        this.#times.delete(first.key);
        return first.key;
      }
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || parent.atMs <= entry.atMs) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(0, last);
  }

  /** Puts an entry where it belongs at or below `at`. */
  #sink(at: number, entry: Entry): void {
    const heap = this.#heap;
    for (;;) {
      const leftAt = 2 * at + 1;
      const left = heap[leftAt];
      if (left === undefined) break;
      const right = heap[leftAt + 1];
      const [child, childAt] = right !== undefined && right.atMs < left.atMs ? [right, leftAt + 1] : [left, leftAt];
      if (child.atMs >= entry.atMs) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = entry;
  }

  /** A sorted array is a heap. */
  #rebuild(): void {
    this.#heap = Array.from(this.#times, ([key, atMs]) => ({ atMs, key })).sort((a, b) => a.atMs - b.atMs);
  }
}
