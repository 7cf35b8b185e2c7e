/** Filters of words: of any one of those a word of a query stands for, of phrases, and of words near each other. */
import type { Deadline } from './deadline.js';
import type { DocumentId, DocumentTable } from './document-table.js';
import type { Filter, MatchBits } from './filter.js';
import { forEachBit } from './id-set.js';
import type { NearPredicate, PhrasePredicate, Predicate, TextPredicate, TextScope } from './query/predicate.js';
import { expandWords } from './text/expand.js';
import { areNear, type Positions } from './text/proximity.js';
import type { TextIndex, Word } from './text/text-index.js';

export interface TextFilterContext {
  readonly documents: DocumentTable;
  readonly text: TextIndex;
  readonly deadline: Deadline;
  readonly expansionsMax: number;
}

/**
 * Words from which on their documents are gathered in a bitmap, and looked for in a document all at once: fewer are asked one by
 * one.
 */
export const gatheredWordsMin = 4;

export function wordsFilter(predicate: TextPredicate, context: TextFilterContext): Filter {
  const { text } = context;
  return filterOfWords(wordsOf(predicate, context), predicate.scope, text, context.documents);
}

/** The words of the dictionary that a word of a query stands for. */
export function wordsOf(predicate: TextPredicate, { text, expansionsMax, deadline }: TextFilterContext): Word[] {
  return expandWords(predicate, text, expansionsMax, deadline);
}

function filterOfWords(words: readonly Word[], scope: TextScope, text: TextIndex, documents: DocumentTable): Filter {
  const isInScope = (word: Word, id: DocumentId): boolean => scope === undefined || text.isIn(id, word, scope);
  const matchesMax = words.reduce((sum, word) => sum + text.count(word), 0);
  const test = words.length < gatheredWordsMin ? holdsOneOf(words, isInScope, text) : holdsAny(words, scope, text);
  return {
    matchesMax: Math.min(matchesMax, documents.size),
    approximate: false,
    test,
    ...(scope === undefined ? { bits: bitsOf(words, text) } : {}),
    forEach: (visit) => {
      const visitInScope = scope === undefined ? visit : (id: DocumentId): void => void (test(id) && visit(id));
      if (words.length >= gatheredWordsMin) {
        forEachGathered(words, text, documents.idLimit, visitInScope);
        return;
      }
      words.forEach((word, at) => {
        const earlier = words.slice(0, at);
        text.forEach(word, (id) => {
          if (!earlier.some((other) => text.holds(other, id))) visitInScope(id);
        });
      });
    },
  };
}

function holdsOneOf(
  words: readonly Word[],
  isInScope: (word: Word, id: DocumentId) => boolean,
  text: TextIndex,
): (id: DocumentId) => boolean {
  const held = words.map((word) => ({ word, isHeldBy: text.holderOf(word) }));
  return (id) => {
    for (const { word, isHeldBy } of held) if (isHeldBy(id) && isInScope(word, id)) return true;
    return false;
  };
}

function holdsAny(words: readonly Word[], scope: TextScope, text: TextIndex): (id: DocumentId) => boolean {
  const numbered = byNumber(words);
  return (id) => {
    let isFound = false;
    text.visitAmong(id, numbered, scope, () => {
      isFound = true;
      return false;
    });
    return isFound;
  };
}

export function byNumber(words: readonly Word[]): ReadonlyMap<number, Word> {
  return new Map(words.map((word) => [word.number, word]));
}

function bitsOf(words: readonly Word[], text: TextIndex): MatchBits {
  return {
    set: (bits) => setBitsOf(words, text, bits),
    steps: words.reduce((sum, word) => sum + text.bitSteps(word), 0),
  };
}

function setBitsOf(words: readonly Word[], text: TextIndex, bits: Uint32Array): void {
  for (const word of words) text.setBits(word, bits);
}

function forEachGathered(
  words: readonly Word[],
  text: TextIndex,
  idLimit: number,
  visit: (id: DocumentId) => void,
): void {
  const bits = new Uint32Array(Math.ceil(idLimit / 32));
  setBitsOf(words, text, bits);
  forEachBit(bits, 0, visit);
}

/** Visits the documents of the rarest word, and looks at where the words stand in those that hold all of them. */
export function phraseFilter(predicate: PhrasePredicate, { text, documents, deadline }: TextFilterContext): Filter {
  const { scope, slop, inOrder } = predicate;
  const found = predicate.words.map((word) => text.word(word));
  const words = found.flatMap((word) => word ?? []);
  const [rarest] = words.toSorted((a, b) => text.count(a) - text.count(b));
  const isComplete = words.length === found.length;
  const test = (id: DocumentId): boolean => {
    if (!isComplete || !words.every((word) => text.holds(word, id))) return false;
    return areNear(
      words.map((word) => inScope(text.positions(id, word), scope)),
      slop,
      inOrder,
    );
  };
  return {
    matchesMax: rarest === undefined || !isComplete ? 0 : Math.min(text.count(rarest), documents.size),
    approximate: false,
    test,
    forEach: (visit) => {
      if (rarest === undefined || !isComplete) return;
      text.forEach(rarest, (id) => {
        deadline.step();
        if (test(id)) visit(id);
      });
    },
  };
}

/** What passes the conjunction, and has its words near each other. */
export function nearFilter(predicate: NearPredicate, all: Filter, context: TextFilterContext): Filter {
  const { slop, inOrder } = predicate;
  const places = predicate.children.flatMap((child) => placesOf(child, context) ?? []);
  const isNear = (id: DocumentId): boolean =>
    areNear(
      places.map((place) => place(id)),
      slop,
      inOrder,
    );
  return {
    matchesMax: all.matchesMax,
    approximate: all.approximate,
    test: (id) => all.test(id) && isNear(id),
    forEach: (visit) => {
      all.forEach((id) => {
        if (isNear(id)) visit(id);
      });
    },
  };
}

/** Where the words of a predicate stand in a document; a phrase stands where its first word does. */
type Places = (id: DocumentId) => Positions;

/** Undefined for what has no words, or does not need them. */
export function placesOf(predicate: Predicate, context: TextFilterContext): Places | undefined {
  const { text } = context;
  switch (predicate.kind) {
    case 'text': {
      const words = wordsOf(predicate, context);
      return (id) => {
        const held = words.filter((word) => text.holds(word, id));
        return merged(held.map((word) => inScope(text.positions(id, word), predicate.scope)));
      };
    }
    case 'phrase': {
      const first = text.word(predicate.words[0] ?? '');
      return first && ((id) => inScope(text.positions(id, first), predicate.scope));
    }
    case 'weighted':
      return placesOf(predicate.child, context);
    case 'or': {
      const places = predicate.children.flatMap((child) => placesOf(child, context) ?? []);
      return places.length === 0 ? undefined : (id) => merged(places.map((place) => place(id)));
    }
    default:
      return undefined;
  }
}

function inScope(positions: Positions, scope: TextScope): Positions {
  return scope === undefined ? positions : new Map([...positions].filter(([field]) => scope.has(field)));
}

function merged(all: readonly Positions[]): Positions {
  const [first = new Map(), ...others] = all;
  if (others.length === 0) return first;
  const union = new Map<number, number[]>();
  for (const positions of all) {
    for (const [field, list] of positions) union.set(field, [...(union.get(field) ?? []), ...list]);
  }
  for (const list of union.values()) list.sort((a, b) => a - b);
  return union;
}
