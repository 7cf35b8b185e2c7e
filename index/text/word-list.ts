/** A list of words to spell by: as they were written, and found without regard to case. */
import { SortedStrings } from '../sorted-strings.js';
import { walkFuzzy } from './fuzzy.js';
import { fold } from './tokenizer.js';

export class WordList {
  readonly #sorted = new SortedStrings();
  /** By folded word: how it is written. */
  readonly #written = new Map<string, Set<string>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when it was there already. */
  add(word: string): boolean {
    const folded = fold(word);
    const written = this.#written.get(folded) ?? new Set<string>();
    if (written.has(word)) return false;
    if (written.size === 0) {
      this.#written.set(folded, written);
      this.#sorted.add(folded);
    }
    written.add(word);
    this.#size++;
    return true;
  }

  /** False when it was not there. */
  delete(word: string): boolean {
    const folded = fold(word);
    const written = this.#written.get(folded);
    if (written?.delete(word) !== true) return false;
    if (written.size === 0) {
      this.#written.delete(folded);
      this.#sorted.delete(folded);
    }
    this.#size--;
    return true;
  }

  /** @param word folded */
  has(word: string): boolean {
    return this.#written.has(word);
  }

  /** Words as they were written, in ascending order of their folded form. */
  words(): string[] {
    const words: string[] = [];
    this.#sorted.walk('', (folded) => {
      words.push(...(this.#written.get(folded) ?? []));
      return true;
    });
    return words;
  }

  /** Visits the words within a distance, folded, in ascending order. */
  near(word: string, distanceMax: number, visit: (folded: string) => void): void {
    walkFuzzy(
      (from, next) => this.#sorted.walk(from, next),
      word,
      distanceMax,
      (found) => {
        visit(found);
        return true;
      },
    );
  }
}
