/** From the text of a field, or of a query, to the words that are indexed: cut, folded, without stop words, with stems. */
import { soundOf } from './sound.js';
import { stemmerFor } from './stemmer.js';
import type { FieldText } from './text-index.js';
import type { TextSettings } from './text-settings.js';
import { fold, Tokenizer } from './tokenizer.js';

/** What words of a field are found by beside themselves. */
export interface FieldReading {
  readonly hasStems: boolean;
  readonly hasSounds: boolean;
}

export class Analyzer {
  readonly tokenizer: Tokenizer;

  constructor(readonly settings: TextSettings) {
    this.tokenizer = new Tokenizer(settings.punctuation);
  }

  isStopWord(word: string): boolean {
    return this.settings.stopWords.has(word);
  }

  /** The words of a text, stop words among them. */
  words(text: string): string[] {
    return this.tokenizer.tokens(text).map(({ word }) => word);
  }

  /**
   * Reads a field. @param language of the document; the index's own by default
   */
  field(
    field: number,
    text: string,
    { hasStems, hasSounds }: FieldReading,
    language = this.settings.language,
  ): FieldText {
    const words = this.words(text).filter((word) => !this.isStopWord(word));
    const stem = hasStems ? stemmerFor(language) : undefined;
    const stems = words.map((word) => this.#stemOf(word, stem));
    return { field, words, stems, ...(hasSounds ? { sounds: words.map(soundOf) } : {}) };
  }

  #stemOf(word: string, stem: ((word: string) => string) | undefined): string | undefined {
    if (stem === undefined || word.length < this.settings.stemCharsMin) return undefined;
    const found = stem(word);
    return found === word || found === '' ? undefined : found;
  }

  /** The stem of a word of a query, however short it is. */
  stem(word: string, language = this.settings.language): string | undefined {
    return stemmerFor(language)?.(fold(word)) || undefined;
  }
}
