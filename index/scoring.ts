/**
 * How relevant a document is to the words of a query. The formulas are those RediSearch publishes, with its constants:
 *
 *     BM25STD        sum of idf x f (k1 + 1) / (f + k1 (1 - b + b x length / mean length)),  k1 = 1.2, b = 0.75
 *     BM25           sum of idf x f / (f + k1 (1 - b + b x mean length)) / slop,             k1 = 1.2, b = 0.5
 *     TFIDF          sum of idf x f / greatest f of the document / slop
 *     TFIDF.DOCNORM  sum of idf x f / length / slop
 *     DISMAX         sum of f over AND, greatest over OR
 *     DOCSCORE       the document's own score
 *     HAMMING        1 / (1 + bits in which the payloads of document and query differ)
 *
 * all but DISMAX and HAMMING times the document's own score. f counts occurrences in all fields, by WEIGHT; length counts words without
 * stop words and stems. idf of BM25STD is ln(1 + (N - n + 0.5) / (n + 0.5)), of the others floor(log2(1 + (N + 1) / n)). Slop is the
 * root of the squared distances between words that follow each other in the query. A word of a query that stands for several
 * adds up what each of them is worth, so an exact word counts more than another of its stem.
 *
 * Only words have relevance: predicates of other types contribute nothing. Where a query has no words every document is as
 * relevant as its own score says.
 */
import type { DocumentId } from './document-table.js';
import { bindFilter, type Filter, type FilterContext } from './filter.js';
import { childrenOf, hasText, type Predicate, type TextScope } from './query/predicate.js';
import { shownMark } from './text/marks.js';
import type { Positions } from './text/proximity.js';
import type { TextIndex, Word } from './text/text-index.js';
import { byNumber, gatheredWordsMin, placesOf, wordsOf } from './text-filter.js';

export const scorerNames = [
  'BM25STD',
  'BM25',
  'TFIDF',
  'TFIDF.DOCNORM',
  'DISMAX',
  'DOCSCORE',
  'HAMMING',
  'BM25STD.NORM',
  'BM25STD.TANH',
] as const;
export type ScorerName = (typeof scorerNames)[number];

/** Why a document has its score, as EXPLAINSCORE tells it. */
export interface Explanation {
  readonly text: string;
  readonly children: readonly Explanation[];
}

export interface ScoringContext extends FilterContext {
  /** A document's own score. */
  scoreOf(id: DocumentId): number;
  /** Of a document and of the query, for HAMMING. */
  payloadOf(id: DocumentId): Uint8Array | undefined;
  readonly queryPayload: Uint8Array | undefined;
  /** What BM25STD.TANH divides by. */
  readonly tanhFactor: number;
}

/** A document's score; its explanation is added to `notes`, where they are asked for. */
export type Scorer = (id: DocumentId, notes?: Explanation[]) => number;

const k1 = 1.2;
const bStandard = 0.75;
const bOld = 0.5;
/** Stretches scores before they are squeezed into 0 to 1. */
export const defaultTanhFactor = 4;

/** What a word is worth that occurs `frequency` times in a document. */
type Worth = (id: DocumentId, frequency: number, notes?: Explanation[]) => number;
type WordWorth = (word: Word) => Worth;

/** @returns the scorer of documents that match the predicate */
export function bindScorer(predicate: Predicate, name: ScorerName, context: ScoringContext): Scorer {
  switch (name) {
    case 'DOCSCORE':
      return documentScorer(context);
    case 'HAMMING':
      return hammingScorer(context);
    default:
      return hasText(predicate) ? wordScorer(predicate, name, context) : documentScorer(context);
  }
}

/**
 * What a document scores at most, for a tenth of the time: as if each of the query's words that it holds were its most frequent one. The
 * sum is that of the score, made in its order, so that it is not less by a rounding either. Undefined where no such bound is known.
 */
export function bindScoreBound(predicate: Predicate, name: ScorerName, context: ScoringContext): Scorer | undefined {
  if ((name !== 'BM25STD' && name !== 'BM25STD.TANH') || !hasText(predicate)) return undefined;
  return wordScorer(predicate, name, context, true);
}

/** Scores as parts of the best there is. */
export function normalized(scorer: Scorer, best: number): Scorer {
  return (id, notes) => {
    const children = notes && [];
    const score = best === 0 ? 0 : scorer(id, children) / best;
    notes?.push(noted(`Final Normalized BM25 : ${shown(score)}, of the best, ${shown(best)}`, children));
    return score;
  };
}

function documentScorer({ scoreOf }: ScoringContext): Scorer {
  return (id, notes) => {
    const score = scoreOf(id);
    notes?.push(noted(`Document's score is ${shown(score)}`));
    return score;
  };
}

function hammingScorer({ payloadOf, queryPayload }: ScoringContext): Scorer {
  return (id, notes) => {
    const payload = payloadOf(id);
    if (payload === undefined || payload.length === 0 || payload.length !== queryPayload?.length) {
      notes?.push(noted('Payloads provided to scorer vary in length'));
      return 0;
    }
    const distance = differingBits(payload, queryPayload);
    const score = 1 / (distance + 1);
    const why = `Bit count is ${distance}. Result is (1 / count + 1) = ${shown(score)}`;
    notes?.push(noted(`String length is ${payload.length}. ${why}`));
    return score;
  };
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  a.forEach((byte, at) => {
    for (let rest = byte ^ (b[at] ?? 0); rest !== 0; rest &= rest - 1) count++;
  });
  return count;
}

type WordScorerName = Exclude<ScorerName, 'DOCSCORE' | 'HAMMING'>;

/** @param isBound whether the most is asked for that a document can be worth */
function wordScorer(predicate: Predicate, name: WordScorerName, context: ScoringContext, isBound = false): Scorer {
  const making = { wordWorth: wordWorth(name, context), isDismax: name === 'DISMAX', isBound, context };
  const worth = bindWorth(predicate, making, true);
  if (name === 'DISMAX') return worth;
  const slopOf = name.startsWith('BM25STD') ? () => 1 : bindSlop(predicate, context);
  return (id, notes) => {
    const children = notes && [];
    const words = worth(id, children);
    const own = context.scoreOf(id);
    const norm = normOf(name, id, context.text);
    const slop = slopOf(id);
    const raw = (words * own) / norm / slop;
    if (notes !== undefined) {
      const title = name.startsWith('TFIDF') ? 'TFIDF' : 'BM25';
      const divisors = `${title === 'TFIDF' ? ` / norm ${norm}` : ''}${slop === 1 ? '' : ` / slop ${shown(slop)}`}`;
      notes.push(
        noted(`Final ${title} : words ${title} ${shown(words)} * document score ${shown(own)}${divisors}`, children),
      );
    }
    return name === 'BM25STD.TANH' ? Math.tanh(raw / context.tanhFactor) : raw;
  };
}

function normOf(name: ScorerName, id: DocumentId, text: TextIndex): number {
  if (name === 'TFIDF') return Math.max(1, text.frequencyMaxOf(id));
  return name === 'TFIDF.DOCNORM' ? Math.max(1, text.lengthOf(id)) : 1;
}

function wordWorth(name: WordScorerName, { text, documents }: ScoringContext): WordWorth {
  const count = documents.size;
  const meanLength = count === 0 ? 0 : text.totalLength / count;
  switch (name) {
    case 'DISMAX':
      return () => (_id, f, notes) => {
        notes?.push(noted(`DISMAX ${shown(f)} = Weight 1.00 * Frequency ${f}`));
        return f;
      };
    case 'TFIDF':
    case 'TFIDF.DOCNORM':
      return (word) => {
        const idf = idfOf(count, text.count(word));
        return (_id, f, notes) => {
          notes?.push(noted(`(TFIDF ${shown(f * idf)} = Weight 1.00 * TF ${f} * IDF ${shown(idf)})`));
          return f * idf;
        };
      };
    case 'BM25':
      return (word) => {
        const idf = idfOf(count, text.count(word));
        return (_id, f, notes) => {
          const score = (idf * f) / (f + k1 * (1 - bOld + bOld * meanLength));
          if (notes !== undefined) {
            const below = `(F ${f} + k1 1.2 * (1 - b 0.5 + b 0.5 * Average Len ${shown(meanLength)}))`;
            notes.push(noted(`(${shown(score)} = IDF ${shown(idf)} * F ${f} / ${below})`));
          }
          return score;
        };
      };
    default:
      return (word) => standardWorth(word, { text, count, meanLength });
  }
}

interface Corpus {
  readonly text: TextIndex;
  readonly count: number;
  readonly meanLength: number;
}

/** BM25STD of one word. */
function standardWorth(word: Word, { text, count, meanLength }: Corpus): Worth {
  const n = text.count(word);
  const idf = Math.log(1 + (Math.max(count, n) - n + 0.5) / (n + 0.5));
  return (id, f, notes) => {
    const length = text.lengthOf(id);
    const score = (idf * f * (k1 + 1)) / (f + k1 * (1 - bStandard + (bStandard * length) / meanLength));
    if (notes !== undefined) {
      const ratio = `Doc Len ${length} / Average Doc Len ${shown(meanLength)}`;
      const below = `(F ${shown(f)} + k1 1.2 * (1 - b 0.75 + b 0.75 * ${ratio}))`;
      const above = `(F ${shown(f)} * (k1 1.2 + 1))`;
      const title = shownMark(word.text);
      notes.push(noted(`${title}: (${shown(score)} = Weight 1.00 * IDF ${shown(idf)} * ${above} / ${below})`));
    }
    return score;
  };
}

function idfOf(documents: number, holding: number): number {
  return Math.floor(Math.log2(1 + (documents + 1) / Math.max(1, holding)));
}

/** How worths are made. */
interface Making {
  readonly wordWorth: WordWorth;
  /** The greatest counts over OR, not the sum. */
  readonly isDismax: boolean;
  readonly isBound: boolean;
  readonly context: ScoringContext;
}

/** What the words of a predicate are worth in a document. @param isHeld whether the predicate is known to hold, or taken to */
function bindWorth(predicate: Predicate, making: Making, isHeld = making.isBound): Scorer {
  const { wordWorth, context } = making;
  switch (predicate.kind) {
    case 'text':
      return bindWords(wordsOf(predicate, context), predicate.scope, making);
    case 'phrase': {
      const words = predicate.words.flatMap((word) => context.text.word(word) ?? []);
      const frequencyOf = frequencies(making);
      const worths = words.map((word): Scorer => {
        const worth = wordWorth(word);
        return (id, notes) => worth(id, frequencyOf(id, word), notes);
      });
      return where(isHeld ? undefined : bindFilter(predicate, context), combined(worths, false));
    }
    case 'weighted':
      return weighted(bindWorth(predicate.child, making, isHeld), predicate.weight);
    case 'not':
      return () => 0;
    case 'and':
    case 'near':
      // Where it holds each of its children does.
      return where(
        isHeld ? undefined : bindFilter(predicate, context),
        combined(bindChildren(predicate, making, true), false),
      );
    default:
      return combined(bindChildren(predicate, making), making.isDismax && predicate.kind === 'or');
  }
}

function bindChildren(predicate: Predicate, making: Making, isHeld?: boolean): Scorer[] {
  return childrenOf(predicate)
    .filter(hasText)
    .map((child) => bindWorth(child, making, isHeld));
}

/** The words that one of a query stands for. */
function bindWords(words: readonly Word[], scope: TextScope, making: Making): Scorer {
  const { wordWorth, isDismax, isBound, context } = making;
  const { text } = context;
  if (words.length >= gatheredWordsMin) {
    return isBound ? () => Number.POSITIVE_INFINITY : manyWords(words, scope, wordWorth, isDismax, text);
  }
  const frequencyOf = frequencies(making);
  const worths = words.map((word): Scorer => {
    const worth = wordWorth(word);
    const isHeldBy = text.holderOf(word);
    if (scope === undefined || isBound) {
      return (id, notes) => (isHeldBy(id) ? worth(id, frequencyOf(id, word), notes) : 0);
    }
    return (id, notes) => (isHeldBy(id) && text.isIn(id, word, scope) ? worth(id, frequencyOf(id, word), notes) : 0);
  });
  return combined(worths, isDismax);
}

function frequencies({ isBound, context: { text } }: Making): (id: DocumentId, word: Word) => number {
  return isBound ? (id) => text.frequencyMaxOf(id) : (id, word) => text.frequency(id, word);
}

/** As `combined` of each word, of which a document holds few. */
function manyWords(
  words: readonly Word[],
  scope: TextScope,
  wordWorth: WordWorth,
  takesGreatest: boolean,
  text: TextIndex,
): Scorer {
  const numbered = byNumber(words);
  const worths = new Map(words.map((word) => [word, wordWorth(word)]));
  return (id, notes) => {
    const children = notes && [];
    let score = 0;
    text.visitAmong(id, numbered, scope, (word, frequency) => {
      const worth = worths.get(word)?.(id, frequency, children) ?? 0;
      score = takesGreatest ? Math.max(score, worth) : score + worth;
      return true;
    });
    notes?.push(noted(`(Weight 1.00 * total children ${shown(score)})`, children));
    return score;
  };
}

/** What a predicate has in it that does not hold is worth nothing. */
function where(filter: Filter | undefined, worth: Scorer): Scorer {
  if (filter === undefined) return worth;
  return (id, notes) => (filter.test(id) ? worth(id, notes) : 0);
}

function weighted(worth: Scorer, weight: number): Scorer {
  return (id, notes) => {
    const children = notes && [];
    const score = worth(id, children);
    notes?.push(noted(`(Weight ${shown(weight)} * total children ${shown(score)})`, children));
    return score * weight;
  };
}

/** The sum of the parts, or the greatest. */
function combined(parts: readonly Scorer[], takesGreatest: boolean): Scorer {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return (id, notes) => {
    const children = notes && [];
    let score = 0;
    for (const part of parts) {
      const worth = part(id, children);
      score = takesGreatest ? Math.max(score, worth) : score + worth;
    }
    notes?.push(noted(`(Weight 1.00 * total children ${shown(score)})`, children));
    return score;
  };
}

/** The root of the squared distances between neighbours in the query, 1 where there are none. */
function bindSlop(predicate: Predicate, context: ScoringContext): (id: DocumentId) => number {
  if (predicate.kind === 'weighted') return bindSlop(predicate.child, context);
  const { text } = context;
  const places =
    predicate.kind === 'phrase'
      ? predicate.words.flatMap((word) => {
          const found = text.word(word);
          return found === undefined ? [] : [(id: DocumentId): Positions => text.positions(id, found)];
        })
      : childrenOf(predicate).flatMap((child) => placesOf(child, context) ?? []);
  if (places.length < 2 || predicate.kind === 'or') return () => 1;
  return (id) => {
    let sum = 0;
    places.slice(1).forEach((place, at) => {
      const before = places[at];
      if (before !== undefined) sum += leastDistance(before(id), place(id)) ** 2;
    });
    return sum === 0 ? Math.max(1, places.length - 1) : Math.sqrt(sum);
  };
}

/** In any field; 0 where the two share none. */
function leastDistance(a: Positions, b: Positions): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [field, positions] of a) {
    const others = b.get(field) ?? [];
    let [i, j] = [0, 0];
    while (i < positions.length && j < others.length) {
      const difference = (positions[i] ?? 0) - (others[j] ?? 0);
      least = Math.min(least, Math.abs(difference));
      if (difference < 0) i++;
      else j++;
    }
  }
  return Number.isFinite(least) ? least : 0;
}

function noted(text: string, children: readonly Explanation[] = []): Explanation {
  return { text, children };
}

function shown(value: number): string {
  return value.toFixed(2);
}
