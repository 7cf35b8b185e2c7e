/** Which words of a query a document has been found by. */
import type { DocumentId } from '../document-table.js';
import { byteText, type Value } from '../expression/value.js';
import { childrenOf, type Predicate } from '../query/predicate.js';
import { unmarked } from '../text/marks.js';
import type { Word } from '../text/text-index.js';
import { type TextFilterContext, wordsOf } from '../text-filter.js';

/** The function answers the words in the order of the query, so many at most, and nothing where there are none. */
export function bindMatchedTerms(
  predicate: Predicate,
  context: TextFilterContext,
): (id: DocumentId, max: number) => Value {
  const { text } = context;
  let words: readonly Word[] | undefined;
  return (id, max) => {
    words ??= soughtWords(predicate, context);
    const held = words.filter((word) => text.holds(word, id)).map((word) => byteText(unmarked(word.text)));
    return held.length === 0 ? undefined : [...new Set(held)].slice(0, max);
  };
}

function soughtWords(predicate: Predicate, context: TextFilterContext): Word[] {
  switch (predicate.kind) {
    case 'not':
      return [];
    case 'text':
      return wordsOf(predicate, context);
    case 'phrase':
      return predicate.words.flatMap((word) => context.text.word(word) ?? []);
    default:
      return childrenOf(predicate).flatMap((child) => soughtWords(child, context));
  }
}
