/**
 * Keeps the first `limit` of the items offered to it, in an order given by a function. The root of the heap is the
 * last of those kept, so most offers cost one comparison.
 */
export class BoundedHeap<T> {
  readonly #limit: number;
  readonly #before: (a: T, b: T) => boolean;
  readonly #items: T[] = [];

  /** `before` is a strict order: it says whether `a` comes ahead of `b`. */
  constructor(limit: number, before: (a: T, b: T) => boolean) {
    this.#limit = limit;
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The items kept, in no promised order. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** The item the next better offer replaces; undefined while there is room, when any offer is kept. */
  get last(): T | undefined {
    return this.#items.length < this.#limit ? undefined : this.#items[0];
  }

  offer(item: T): void {
    if (this.#items.length < this.#limit) {
      this.#items.push(item);
      this.#rise(this.#items.length - 1);
      return;
    }
    const root = this.#items[0];
    if (root === undefined || !this.#before(item, root)) return;
    this.#items[0] = item;
    this.#sink(0);
  }

  /** The items kept, in order. */
  sorted(): T[] {
    return this.#items.toSorted((a, b) => (this.#before(a, b) ? -1 : this.#before(b, a) ? 1 : 0));
  }

  #rise(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#swapIfLater(parent, at)) return;
      at = parent;
    }
  }

  #sink(start: number): void {
    let at = start;
    for (;;) {
      const left = at * 2 + 1;
      const right = left + 1;
      const later = this.#isLater(right, left) ? right : left;
      if (!this.#swapIfLater(at, later)) return;
      at = later;
    }
  }

  /** Puts the later of parent and child on top; false when it is there, or when there is no such child. */
  #swapIfLater(parent: number, child: number): boolean {
    if (!this.#isLater(child, parent)) return false;
    const items = this.#items;
    const [a, b] = [items[parent], items[child]];
    if (a === undefined || b === undefined) return false;
    items[parent] = b;
    items[child] = a;
    return true;
  }

  #isLater(a: number, b: number): boolean {
    const [itemA, itemB] = [this.#items[a], this.#items[b]];
    return itemA !== undefined && (itemB === undefined || this.#before(itemB, itemA));
  }
}
