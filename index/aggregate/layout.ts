/** Which property is in which slot of a row, in the order in which replies show them. */

export interface Column {
  readonly name: string;
  /** A field of the document: where it is missing it is not shown, while what has been reckoned to nothing is. */
  readonly isField: boolean;
}

export class Layout {
  readonly #slots = new Map<string, number>();
  readonly columns: Column[] = [];

  slotOf(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** The slot of a property, a new one if it has none. */
  add(name: string, isField: boolean): number {
    const known = this.#slots.get(name);
    if (known !== undefined) {
      this.columns[known] = { name, isField };
      return known;
    }
    const slot = this.columns.length;
    this.#slots.set(name, slot);
    this.columns.push({ name, isField });
    return slot;
  }
}
