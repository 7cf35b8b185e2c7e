/**
 * Cuts text into words: at blanks, control characters and punctuation, unless a backslash stands before it. Words are
 * folded: two that differ in case only are one. Places are kept, for what is shown of the text.
 */

export interface Token {
  /** Folded and without escapes. */
  readonly word: string;
  /** Where it stands in the text, in UTF-16 units: from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

/** A longer word is cut short: what is no word (base64, a token of a log) must not fill the dictionary. */
export const wordCharsMax = 256;

export class Tokenizer {
  readonly #words: RegExp;
  readonly #escapes: RegExp;

  constructor(punctuation: string) {
    const separators = punctuation.replace(/[\\\]^-]/g, '\\$&');
    this.#words = new RegExp(`(?:\\\\[${separators}\\s]|[^${separators}\\s\\p{Cc}])+`, 'gu');
    this.#escapes = new RegExp(`\\\\([${separators}\\s])`, 'gu');
  }

  tokens(text: string): Token[] {
    const tokens: Token[] = [];
    for (const { 0: raw, index } of text.matchAll(this.#words)) {
      const plain = raw.includes('\\') ? raw.replace(this.#escapes, '$1') : raw;
      tokens.push({ word: fold(plain).slice(0, wordCharsMax), start: index, end: index + raw.length });
    }
    return tokens;
  }
}

/** Upper case first, so that ß is ss and the two small sigmas are one. */
export function fold(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
