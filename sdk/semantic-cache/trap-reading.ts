/**
 * One prompt as the trap guard sees it: words, stems and the features its rules compare.
 *
 * A reading costs one pass of a few regular expressions; what a word is by itself is worked out once and remembered, since
 * prompts share their words. A prompt of more than PROMPT_CHARS_MAX characters is read in part and says so (`isPartial`).
 */
import {
  FAILURE_WORDS,
  FILLER_PHRASES,
  INFINITIVE_LEADS,
  NEGATIONS,
  NUMBER_WORDS,
  SPOKEN_BEGINNINGS,
  SPOKEN_PHRASES,
  UNIMPORTANT_WORDS,
} from './trap-words.js';

export interface Reading {
  /** The prompt is longer than what was read. */
  readonly isPartial: boolean;
  /** Stems of all words, of all pairs of neighbouring words (joined by a space), and signs of currencies. */
  readonly terms: ReadonlySet<string>;
  /** Stems of the words that carry the question, in order, numbers included. */
  readonly content: readonly string[];
  /** The words and pairs of neighbouring words as they stand, and without a final s. */
  readonly phrases: ReadonlySet<string>;
  /** Numbers in plain decimal notation, written in digits or spelt out. */
  readonly numbers: ReadonlySet<string>;
  /** At least one of the numbers is written in digits. */
  readonly hasDigits: boolean;
  /** Words that mix letters with digits or signs. */
  readonly identifiers: ReadonlySet<string>;
  /** Words with letters of another script than Latin. */
  readonly foreignWords: ReadonlySet<string>;
  /** Stems of words written with a capital where a common word would have none. */
  readonly names: ReadonlySet<string>;
  readonly denies: boolean;
  /** Stems of words that amount to a negation. */
  readonly failures: ReadonlySet<string>;
  /** Stems of what follows "from". */
  readonly sources: ReadonlySet<string>;
  /** Stems of what something comes from, named by "from" or before "to", and of what it goes to. */
  readonly origins: ReadonlySet<string>;
  readonly destinations: ReadonlySet<string>;
  /** What is asked after "how": much (or many), long, often. */
  readonly measures: ReadonlySet<string>;
}

const PROMPT_CHARS_MAX = 8_192;

const WORD = /\p{Sc}|\p{N}+(?:[.,]\p{N}+)*\p{L}*|\p{L}[\p{L}\p{M}\p{N}]*(?:\+\+|#|(?:'\p{L}+)+)?/gu;
/** Words whose facts are remembered; at that many all are forgotten. */
const KNOWN_WORDS_MAX = 20_000;
const BEYOND_ASCII = /\P{ASCII}/u;
const NUMBER = /^(\p{N}+(?:[.,]\p{N}+)*)(?:st|nd|rd|th)?$/u;
const MIXED = /\p{L}.*[\p{N}+#]|\p{N}.*\p{L}/u;
const FOREIGN = /[^\P{L}\p{Script=Latin}]/u;
/** How far back from a word the end of the sentence before it is looked for. */
const SENTENCE_END_CHARS = 8;
const SENTENCE_END = /[.!?:\n]\s*["'(]?$/;

const NEGATION_WORDS = new Set(NEGATIONS);
const FAILURE_STEMS = new Set(FAILURE_WORDS.map(stem));
const UNIMPORTANT_STEMS = new Set(UNIMPORTANT_WORDS.map(stem));
const ORIGIN_WORDS = new Set(['from']);
const DESTINATION_WORDS = new Set(['to', 'into', 'onto', 'towards']);
const INFINITIVE_LEAD_WORDS = new Set(INFINITIVE_LEADS);
const MEASURE_WORDS = new Set(['much', 'many', 'long', 'often', 'far', 'old', 'big', 'high', 'soon']);
const TIME_STEMS = new Set(['time', 'minute', 'hour', 'day', 'week', 'month', 'year', 'longer'].map(stem));

/** What a word is, whatever stands around it. */
interface WordFacts {
  readonly stem: string;
  readonly singular: string;
  readonly isNumber: boolean;
  readonly isIdentifier: boolean;
  readonly isForeign: boolean;
  readonly isNegation: boolean;
  readonly isFailure: boolean;
  readonly isUnimportant: boolean;
}

const knownWords = new Map<string, WordFacts>();

function factsOf(word: string): WordFacts {
  const known = knownWords.get(word);
  if (known !== undefined) return known;
  const stemmed = stem(word);
  const isNumber = NUMBER.test(word);
  const facts: WordFacts = {
    stem: stemmed,
    singular: word.replace(/s$/, ''),
    isNumber,
    isIdentifier: !isNumber && MIXED.test(word),
    isForeign: FOREIGN.test(word),
    isNegation: NEGATION_WORDS.has(word) || word.endsWith("n't"),
    isFailure: FAILURE_STEMS.has(stemmed),
    isUnimportant: UNIMPORTANT_STEMS.has(stemmed),
  };
  if (knownWords.size >= KNOWN_WORDS_MAX) knownWords.clear();
  knownWords.set(word, facts);
  return facts;
}

export function read(prompt: string): Reading {
  const text = plainText(prompt.slice(0, PROMPT_CHARS_MAX));
  const lowerCased = text.toLowerCase();
  const words = wordsOf(lowerCased);
  const facts = words.map(factsOf);
  const stems = facts.map((fact) => fact.stem);
  const are = (holds: (fact: WordFacts) => boolean): readonly string[] =>
    words.filter((_, at) => {
      const fact = facts[at];
      return fact !== undefined && holds(fact);
    });
  return {
    isPartial: prompt.length > PROMPT_CHARS_MAX,
    terms: new Set([...stems, ...pairs(stems)]),
    phrases: new Set([...words, ...pairs(words), ...facts.map(({ singular }) => singular)]),
    content: stems.filter((_, at) => {
      const fact = facts[at];
      return fact !== undefined && !fact.isUnimportant && !fact.isNegation && !isAskedFor(words, at);
    }),
    numbers: numbersOf(words, facts),
    hasDigits: facts.some(({ isNumber }) => isNumber),
    identifiers: new Set(are(({ isIdentifier }) => isIdentifier)),
    foreignWords: new Set(are(({ isForeign }) => isForeign)),
    names: namesOf(text),
    denies: facts.some(({ isNegation }) => isNegation) && denies(lowerCased),
    failures: new Set(stems.filter((_, at) => facts[at]?.isFailure)),
    ...directions(words, stems),
    measures: measuresOf(words),
  };
}

/** One spelling for what is written in several ways. */
function plainText(prompt: string): string {
  const composed = BEYOND_ASCII.test(prompt) ? prompt.normalize('NFKC') : prompt;
  return composed
    .replace(/[’‘`]/g, "'")
    .replace(/\bU\.?S\.?(?:A\b\.?)?(?!\p{L})/gu, 'USA')
    .replace(/\b(\p{L}{1,2})-(\p{L})/gu, '$1$2');
}

function wordsOf(lowerCased: string): readonly string[] {
  let text = lowerCased;
  if (SPOKEN_BEGINNINGS.test(text)) for (const [spoken, word] of SPOKEN_PHRASES) text = text.replace(spoken, word);
  return (text.match(WORD) ?? []).map((word) => {
    const digits = NUMBER.exec(word)?.[1];
    return digits === undefined ? word : plainNumber(digits);
  });
}

function pairs(words: readonly string[]): readonly string[] {
  return words.slice(1).map((word, at) => `${words[at]} ${word}`);
}

/** The form in which words are compared: without the endings of plural, tense and possession. */
export function stem(word: string): string {
  let base = word.replace(/'s$/, '').replace(/'/g, '');
  if (base.length > 4 && base.endsWith('ies')) base = `${base.slice(0, -3)}y`;
  else if (base.length > 5 && base.endsWith('ing')) base = base.slice(0, -3);
  else if (base.length > 3 && base.endsWith('ed')) base = base.slice(0, -2);
  else if (base.length > 3 && base.endsWith('s') && !base.endsWith('ss')) base = base.slice(0, -1);
  if (base.length > 2 && base.endsWith('e')) base = base.slice(0, -1);
  if (base.length > 3 && base.at(-1) === base.at(-2)) base = base.slice(0, -1);
  return base;
}

function numbersOf(words: readonly string[], facts: readonly WordFacts[]): ReadonlySet<string> {
  const numbers = new Set<string>();
  words.forEach((word, at) => {
    if (facts[at]?.isNumber) numbers.add(word);
    const spelt = NUMBER_WORDS.get(word);
    if (spelt !== undefined) numbers.add(spelt);
  });
  return numbers;
}

/** "1,000.50" and "1000.5" are one number. A comma before exactly three digits groups thousands. */
function plainNumber(digits: string): string {
  const value = Number(digits.replace(/,(?=\p{N}{3}(?!\p{N}))/gu, ''));
  return Number.isSafeInteger(Math.trunc(value)) ? String(value) : digits;
}

function denies(lowerCased: string): boolean {
  let text = lowerCased;
  for (const filler of FILLER_PHRASES) text = text.replace(filler, ' ');
  return wordsOf(text).some((word) => factsOf(word).isNegation);
}

/** Is the word part of "how long", "how many days"? Those are compared as measures. */
function isAskedFor(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  const previous = words[at - 1] ?? '';
  if (previous === 'how') return MEASURE_WORDS.has(word);
  return words[at - 2] === 'how' && MEASURE_WORDS.has(previous) && TIME_STEMS.has(stem(word));
}

function namesOf(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  let capitalised = 0;
  let total = 0;
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    if (!/^\p{L}/u.test(word)) continue;
    total++;
    if (!/^\p{Lu}/u.test(word) || /^I(?:'|$)/.test(word)) continue;
    capitalised++;
    const before = text.slice(Math.max(0, match.index - SENTENCE_END_CHARS), match.index);
    if (before.trim() !== '' && !SENTENCE_END.test(before)) names.add(stem(word.toLowerCase()));
  }
  return capitalised * 2 > total ? new Set() : names;
}

function measuresOf(words: readonly string[]): ReadonlySet<string> {
  const measures = new Set<string>();
  words.forEach((word, at) => {
    if (words[at - 1] !== 'how' || !MEASURE_WORDS.has(word)) return;
    if (word !== 'much' && word !== 'many') measures.add(word);
    else measures.add(TIME_STEMS.has(stem(words[at + 1] ?? '')) ? 'long' : 'much');
  });
  return measures;
}

/**
 * "from A to B", "A to B" and "to B from A" all give A as origin and B as destination. After some words ("how to",
 * "want to") the "to" begins an infinitive.
 */
function directions(
  words: readonly string[],
  stems: readonly string[],
): Pick<Reading, 'sources' | 'origins' | 'destinations'> {
  const sources = new Set<string>();
  const origins = new Set<string>();
  const destinations = new Set<string>();
  words.forEach((word, at) => {
    const next = nextContent(stems, at + 1);
    if (next === undefined) return;
    if (ORIGIN_WORDS.has(word)) sources.add(next);
    if (!DESTINATION_WORDS.has(word) || INFINITIVE_LEAD_WORDS.has(words[at - 1] ?? '')) return;
    destinations.add(next);
    const previous = stems[at - 1];
    if (previous !== undefined && !UNIMPORTANT_STEMS.has(previous)) origins.add(previous);
  });
  return { sources, origins: new Set([...sources, ...origins]), destinations };
}

function nextContent(stems: readonly string[], from: number): string | undefined {
  return stems.slice(from, from + 3).find((word) => !UNIMPORTANT_STEMS.has(word));
}
