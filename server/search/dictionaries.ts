/**
 * Lists of words by name, for FT.SPELLCHECK: no keys, and a database's own as its indexes are. A list that is empty is
 * none.
 */
import { WordList } from '@nearkey/index';

export class Dictionaries {
  #databases: (Map<string, WordList> | undefined)[] = [];

  /** @param name one character a byte */
  get(db: number, name: string): WordList | undefined {
    return this.#databases[db]?.get(name);
  }

  /** @returns how many of the words are new */
  add(db: number, name: string, words: readonly string[]): number {
    const lists = this.#databases[db] ?? new Map<string, WordList>();
    this.#databases[db] = lists;
    const list = lists.get(name) ?? new WordList();
    const added = words.filter((word) => list.add(word)).length;
    if (list.size > 0) lists.set(name, list);
    return added;
  }

  /** @returns how many of the words were there */
  remove(db: number, name: string, words: readonly string[]): number {
    const list = this.get(db, name);
    if (list === undefined) return 0;
    const removed = words.filter((word) => list.delete(word)).length;
    if (list.size === 0) this.#databases[db]?.delete(name);
    return removed;
  }

  /** Drops every list of a database. */
  dropAll(db: number): void {
    this.#databases[db] = undefined;
  }

  /** Lists follow their database to its new number. */
  swap(a: number, b: number): void {
    const first = this.#databases[a];
    this.#databases[a] = this.#databases[b];
    this.#databases[b] = first;
  }
}
