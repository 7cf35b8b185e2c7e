/**
 * Words that stand for each other in queries, in groups with names; a word may be in several. A query for one word of a group
 * finds the documents that hold any: documents are not marked, so a new group holds for those that are there at once.
 */
import { fold } from './tokenizer.js';

export class Synonyms {
  readonly #groupsOf = new Map<string, Set<string>>();
  readonly #wordsOf = new Map<string, Set<string>>();

  /** Words that are in a group. */
  get size(): number {
    return this.#groupsOf.size;
  }

  /** Adds words to a group, which is made when there is none of that name. */
  add(group: string, words: readonly string[]): void {
    for (const word of words.map(fold)) {
      entry(this.#wordsOf, group).add(word);
      entry(this.#groupsOf, word).add(group);
    }
  }

  /** The other words of all groups that a word is in. @param word folded */
  of(word: string): string[] {
    const groups = this.#groupsOf.get(word);
    if (groups === undefined) return [];
    const others = new Set<string>();
    for (const group of groups) for (const other of this.#wordsOf.get(group) ?? []) others.add(other);
    others.delete(word);
    return [...others];
  }

  /** Each word with its groups, in the order they came. */
  entries(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#groupsOf;
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}
