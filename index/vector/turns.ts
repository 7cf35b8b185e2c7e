/**
 * What comes many at a time and is handled a few at a time, in order: whoever else has something to do is looked at between two turns.
 */

/** Runs a task when others have had their turn. */
export type Soon = (task: () => void) => void;

export class Turns<Item> {
  #waiting: Item[] = [];

  /**
   * @param size items handled in one turn
   * @param handle does not throw
   */
  constructor(
    private readonly size: number,
    private readonly soon: Soon,
    private readonly handle: (item: Item) => void,
  ) {}

  /** Handles the first of them at once, unless others are still waiting. The list is not the caller's any more. */
  take(items: Item[]): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(...items);
      return;
    }
    this.#waiting = items;
    this.#turn();
  }

  #turn(): void {
    for (const item of this.#waiting.splice(0, this.size)) this.handle(item);
    if (this.#waiting.length > 0) this.soon(() => this.#turn());
  }
}
