/**
 * What stands in the dictionary beside words: stems, and sounds. Each begins with a mark, a control character, with which no word
 * begins; so they are ahead of all words but the empty one.
 */
export const stemMark = '\u0001';
export const soundMark = '\u0002';

/** Not above any word, and above everything that is marked. */
export const afterMarks = '\u0003';

export function isMarked(text: string): boolean {
  return text.startsWith(stemMark) || text.startsWith(soundMark);
}

/** Without its mark. */
export function unmarked(text: string): string {
  return isMarked(text) ? text.slice(1) : text;
}

/** For humans: stems with a plus, sounds with an angle, as RediSearch writes them. */
export function shownMark(text: string): string {
  return text.replace(stemMark, '+').replace(soundMark, '<');
}
