/** How words sound: by Double Metaphone, the first of its two codes, as RediSearch has it for all its languages. */
import { doubleMetaphone } from 'double-metaphone';

/** What PHONETIC may be. */
export const soundMatchers = ['dm:en', 'dm:fr', 'dm:pt', 'dm:es'] as const;
export type SoundMatcher = (typeof soundMatchers)[number];

/** Longer words are no words that are spoken. */
const charsMax = 64;

/** Undefined for what has no sound, as numbers have not. */
export function soundOf(word: string): string | undefined {
  return word.length > charsMax ? undefined : doubleMetaphone(word)[0] || undefined;
}
