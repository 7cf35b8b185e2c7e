/**
 * What the unknown words of a query may have been meant to be: words of the index, and of lists, within a Levenshtein
 * distance. A suggestion is the better the more documents hold it; one that none holds has a score of 0.
 */
import type { DocumentTable } from '../document-table.js';
import { childrenOf, type Predicate, type TextScope } from '../query/predicate.js';
import { walkFuzzy } from './fuzzy.js';
import type { TextIndex } from './text-index.js';
import type { WordList } from './word-list.js';

export interface SpellingOptions {
  readonly distanceMax: number;
  /** Further words to suggest. */
  readonly include: readonly WordList[];
  /** Words that are right, though no document holds them. */
  readonly exclude: readonly WordList[];
}

export interface Suggestion {
  readonly word: string;
  /** The part of all documents that hold it. */
  readonly score: number;
}

export interface Misspelling {
  /** Folded. */
  readonly word: string;
  /** The best first; equals in ascending order, those of the index before others. */
  readonly suggestions: readonly Suggestion[];
}

export interface SpellingSource {
  readonly text: TextIndex;
  readonly documents: DocumentTable;
}

/** The words of a query that no document holds, in the order they are written. */
export function misspellings(filter: Predicate, source: SpellingSource, options: SpellingOptions): Misspelling[] {
  return wordsOf(filter)
    .filter(({ word }) => source.text.word(word) === undefined && !options.exclude.some((list) => list.has(word)))
    .map(({ word, scope }) => ({ word, suggestions: suggest(word, scope, source, options) }));
}

interface ScopedWord {
  readonly word: string;
  readonly scope: TextScope;
}

function wordsOf(predicate: Predicate): ScopedWord[] {
  switch (predicate.kind) {
    case 'text':
      return predicate.match === 'word' ? [{ word: predicate.text, scope: predicate.scope }] : [];
    case 'phrase':
      return predicate.words.map((word) => ({ word, scope: predicate.scope }));
    default:
      return childrenOf(predicate).flatMap(wordsOf);
  }
}

function suggest(
  word: string,
  scope: TextScope,
  source: SpellingSource,
  { distanceMax, include }: SpellingOptions,
): Suggestion[] {
  const { text } = source;
  const scores = new Map<string, number>();
  const note = (found: string): void => {
    const score = scoreOf(found, scope, source);
    if (score !== undefined && !scores.has(found)) scores.set(found, score);
  };
  walkFuzzy(
    (from, visit) => text.walk(from, visit),
    word,
    distanceMax,
    (found) => {
      note(found);
      return true;
    },
  );
  for (const list of include) list.near(word, distanceMax, note);
  const found = Array.from(scores, ([suggested, score]): Suggestion => ({ word: suggested, score }));
  return found.sort((a, b) => b.score - a.score);
}

/** Undefined for a word that documents hold in other fields only. */
function scoreOf(found: string, scope: TextScope, { text, documents }: SpellingSource): number | undefined {
  const word = text.word(found);
  if (word === undefined) return 0;
  let isInScope = scope === undefined;
  if (scope !== undefined) {
    text.forEach(word, (id) => {
      isInScope ||= text.isIn(id, word, scope);
    });
  }
  return isInScope ? text.count(word) / Math.max(1, documents.size) : undefined;
}
