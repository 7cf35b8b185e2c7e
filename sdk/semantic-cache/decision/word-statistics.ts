/**
 * How rare words are in the prompts of one cache, learned from the prompts as they pass: what makes "card" unimportant at a
 * bank and telling elsewhere. Counts of prompts, not of words; a bounded table that forgets the rarest first.
 */

/** Words known at most; at that many, those seen once are forgotten. */
const WORDS_MAX = 50_000;
/** Words of one prompt that count: a long prompt must not fill the table. */
const WORDS_PER_PROMPT_MAX = 256;
const KEPT_WORD_CHARS_MAX = 64;
const WORD = /[\p{L}\p{N}']+/gu;

/** The different words of a prompt in lower case. */
export function wordsOf(prompt: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of prompt.toLowerCase().matchAll(WORD)) {
    words.add(word);
    if (words.size === WORDS_PER_PROMPT_MAX) break;
  }
  return words;
}

/** How often words have been seen. */
export interface WordsMemory {
  readonly prompts: number;
  readonly promptsWith: readonly (readonly [word: string, prompts: number])[];
}

export class WordStatistics {
  readonly #promptsWith = new Map<string, number>();
  #prompts = 0;

  /** Counts the words of one prompt. */
  add(words: ReadonlySet<string>): void {
    this.#prompts++;
    for (const word of words) this.#promptsWith.set(word, (this.#promptsWith.get(word) ?? 0) + 1);
    if (this.#promptsWith.size > WORDS_MAX) this.#forgetRare();
  }

  /** Inverse document frequency: 0 for a word in every prompt, growing with rarity. */
  rarity(word: string): number {
    return Math.log(1 + this.#prompts / (1 + (this.#promptsWith.get(word) ?? 0)));
  }

  /** The words seen in most prompts, at most so many; very long ones are left out. */
  memory(wordsMax: number): WordsMemory {
    const promptsWith = [...this.#promptsWith]
      .filter(([word]) => word.length <= KEPT_WORD_CHARS_MAX)
      .sort(([, a], [, b]) => b - a)
      .slice(0, wordsMax);
    return { prompts: this.#prompts, promptsWith };
  }

  /** Adds what others have seen. */
  restore({ prompts, promptsWith }: WordsMemory): void {
    this.#prompts += prompts;
    for (const [word, count] of promptsWith) this.#promptsWith.set(word, (this.#promptsWith.get(word) ?? 0) + count);
  }

  #forgetRare(): void {
    for (const [word, count] of this.#promptsWith) if (count === 1) this.#promptsWith.delete(word);
    if (this.#promptsWith.size > WORDS_MAX) this.#promptsWith.clear();
  }
}
