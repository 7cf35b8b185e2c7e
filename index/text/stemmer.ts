/**
 * Word stems by the Snowball algorithms, one stemmer a language. A stemmer takes microseconds a word, and most words of
 * a text have been seen before: stems are remembered, up to a bound.
 */
import snowball from 'snowball-stemmers';

export type Stem = (word: string) => string;

/** Words remembered by each stemmer; when they are so many, all are forgotten. */
const rememberedMax = 20_000;

const languages: ReadonlySet<string> = new Set(snowball.algorithms());
const stemmers = new Map<string, Stem>();

/** The stemmer of a language by its English name in lower case; undefined where there is none. */
export function stemmerFor(language: string): Stem | undefined {
  if (!languages.has(language)) return undefined;
  const known = stemmers.get(language);
  if (known !== undefined) return known;
  const stemmer = snowball.newStemmer(language);
  const made = remembering((word) => stemmer.stem(word));
  stemmers.set(language, made);
  return made;
}

function remembering(stem: Stem): Stem {
  const remembered = new Map<string, string>();
  return (word) => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    if (remembered.size >= rememberedMax) remembered.clear();
    const found = stem(word);
    remembered.set(word, found);
    return found;
  };
}
