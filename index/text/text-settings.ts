/**
 * How an index reads text: the language of its stems, the words it leaves out, the characters that part words. Defaults
 * are those that RediSearch and valkey-search share.
 */
export interface TextSettings {
  /** English name in lower case. A language without a stemmer has no stems. */
  readonly language: string;
  /** Folded words that are neither indexed nor searched. */
  readonly stopWords: ReadonlySet<string>;
  /** Characters that part words, beside blanks and control characters. */
  readonly punctuation: string;
  /** Words with fewer characters are indexed without their stem. */
  readonly stemCharsMin: number;
  /** Whether positions are kept: phrases, SLOP and INORDER need them. */
  readonly hasOffsets: boolean;
}

export const defaultStopWords: readonly string[] = (
  'a is the an and are as at be but by for if in into it no not of on or such that their then there these they this to ' +
  'was will with'
).split(' ');

export const defaultTextSettings: TextSettings = {
  language: 'english',
  stopWords: new Set(defaultStopWords),
  punctuation: ',.<>{}[]"\':;!@#$%^&*()-+=~/\\|?',
  stemCharsMin: 4,
  hasOffsets: true,
};
