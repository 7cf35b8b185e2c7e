/** The part of the package snowball-stemmers that is used; it comes without types. */
declare module 'snowball-stemmers' {
  export interface Stemmer {
    stem(word: string): string;
  }
  /** Throws for a language that is not among `algorithms`. */
  export function newStemmer(language: string): Stemmer;
  export function algorithms(): string[];
}
