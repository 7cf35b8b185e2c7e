/** From a word of a query, with its wildcards, to the words of the dictionary that it stands for. */
import type { Deadline } from '../deadline.js';
import type { TextPredicate } from '../query/predicate.js';
import { walkFuzzy } from './fuzzy.js';
import type { TextIndex, Word } from './text-index.js';
import { Wildcard } from './wildcard.js';

/** At most `expansionsMax` of them, in ascending order; a plain word brings its stems and synonyms, and counts for nothing. */
export function expandWords(
  predicate: TextPredicate,
  index: TextIndex,
  expansionsMax: number,
  deadline: Deadline,
): Word[] {
  const texts: string[] = [];
  const take = (text: string): boolean => {
    texts.push(text);
    return texts.length < expansionsMax;
  };
  const stepped = (visit: (text: string) => boolean) => (text: string) => {
    deadline.step();
    return visit(text);
  };
  const { text } = predicate;
  switch (predicate.match) {
    case 'word':
      texts.push(text, ...predicate.alternatives);
      break;
    case 'prefix':
      index.walk(text, (candidate) => candidate.startsWith(text) && take(candidate));
      break;
    case 'suffix':
      index.walkSuffix(text, stepped(take));
      break;
    case 'infix':
      index.walkContaining(text, stepped(take));
      break;
    case 'wildcard': {
      const pattern = new Wildcard(text);
      const visit = stepped((candidate) => !pattern.matches(candidate) || take(candidate));
      if (pattern.prefix === '') index.walkContaining(pattern.longest, visit);
      else index.walk(pattern.prefix, (candidate) => candidate.startsWith(pattern.prefix) && visit(candidate));
      break;
    }
    case 'fuzzy':
      walkFuzzy((from, visit) => index.walk(from, visit), text, predicate.distance, stepped(take));
      break;
  }
  return texts.flatMap((found) => index.word(found) ?? []);
}
