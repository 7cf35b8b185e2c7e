/**
 * One prompt as the trap guard sees it: words, stems and the features its rules compare.
 *
 * A reading costs one pass of a few regular expressions, and what hardly a prompt has is looked for only where there is a sign of it. What a
 * word is by itself is worked out once and remembered, since prompts share their words; so are the last readings: a prompt is compared with
 * several entries, and an entry with many prompts. A prompt of more than PROMPT_CHARS_MAX characters is read in part and says so (`isPartial`).
 */
import {
  ANTONYMS,
  CLOSED_CLASSES,
  FAILURE_WORDS,
  FILLER_PHRASES,
  INFINITIVE_LEADS,
  NEGATIONS,
  NUMBER_WORDS,
  PEOPLE,
  SPOKEN_BEGINNINGS,
  SPOKEN_PHRASES,
  UNIMPORTANT_WORDS,
} from './trap-words.js';

export interface Reading {
  /** The prompt is longer than what was read. */
  readonly isPartial: boolean;
  /** Stems of all words, and signs of currencies. */
  readonly terms: ReadonlySet<string>;
  /** Of these, and of pairs of neighbouring stems (joined by a space), those that the tables of opposites and people know. */
  readonly signs: ReadonlySet<string>;
  /** Stems of the words that carry the question, in order, numbers included. */
  readonly content: readonly string[];
  /** Names of members of closed classes: words and pairs of neighbouring words as they stand, and words without a final s. */
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
/** What WORD finds where there is nothing beyond ASCII, in a tenth of the time. */
const ASCII_WORD = /\$|\d+(?:[.,]\d+)*[a-zA-Z]*|[a-zA-Z][a-zA-Z\d]*(?:\+\+|#|(?:'[a-zA-Z]+)+)?/g;
/** The readings of so many prompts of so many characters are remembered. */
const KNOWN_READINGS_MAX = 256;
const KNOWN_READING_CHARS_MAX = 1_024;
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

const SIGNS = new Set([
  ...ANTONYMS.flat(2).map(stem),
  ...PEOPLE.flat().map((name) => name.split(' ').map(stem).join(' ')),
]);
const SIGN_BEGINNINGS = firstWords(SIGNS);
const CLASS_NAMES = new Set(CLOSED_CLASSES.flatMap(({ members }) => members.flat()));
const CLASS_NAME_BEGINNINGS = firstWords(CLASS_NAMES);
const NONE: ReadonlySet<string> = new Set();

/** Of names of two words. */
function firstWords(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].filter((name) => name.includes(' ')).map((name) => name.slice(0, name.indexOf(' '))));
}

/** What a word is, whatever stands around it. */
interface WordFacts {
  readonly stem: string;
  /** The names it is: itself, or without a final s. */
  readonly classNames: readonly string[];
  readonly beginsClassName: boolean;
  readonly isSign: boolean;
  readonly beginsSign: boolean;
  /** Of a number, in digits or spelt out. */
  readonly number: string | undefined;
  readonly isNumber: boolean;
  readonly isIdentifier: boolean;
  readonly isForeign: boolean;
  readonly isNegation: boolean;
  readonly isFailure: boolean;
  readonly isUnimportant: boolean;
  /** Says where something comes from or goes to. */
  readonly isDirection: boolean;
}

const knownWords = new Map<string, WordFacts>();

function factsOf(word: string): WordFacts {
  const known = knownWords.get(word);
  if (known !== undefined) return known;
  const stemmed = stem(word);
  const isNumber = NUMBER.test(word);
  const facts: WordFacts = {
    stem: stemmed,
    classNames: [...new Set([word, word.replace(/s$/, '')])].filter((name) => CLASS_NAMES.has(name)),
    beginsClassName: CLASS_NAME_BEGINNINGS.has(word),
    isSign: SIGNS.has(stemmed),
    beginsSign: SIGN_BEGINNINGS.has(stemmed),
    number: isNumber ? word : NUMBER_WORDS.get(word),
    isNumber,
    isIdentifier: !isNumber && MIXED.test(word),
    isForeign: FOREIGN.test(word),
    isNegation: NEGATION_WORDS.has(word) || word.endsWith("n't"),
    isFailure: FAILURE_STEMS.has(stemmed),
    isUnimportant: UNIMPORTANT_STEMS.has(stemmed),
    isDirection: ORIGIN_WORDS.has(word) || DESTINATION_WORDS.has(word),
  };
  if (knownWords.size >= KNOWN_WORDS_MAX) knownWords.clear();
  knownWords.set(word, facts);
  return facts;
}

const knownReadings = new Map<string, Reading>();

/** The same as `read`, of which the last prompts are remembered. */
export function readingOf(prompt: string): Reading {
  const known = knownReadings.get(prompt);
  if (known !== undefined) {
    // The last to be forgotten is the one asked for last.
    knownReadings.delete(prompt);
    knownReadings.set(prompt, known);
    return known;
  }
  const reading = read(prompt);
  if (prompt.length > KNOWN_READING_CHARS_MAX) return reading;
  knownReadings.set(prompt, reading);
  if (knownReadings.size > KNOWN_READINGS_MAX) {
    const [oldest = ''] = knownReadings.keys();
    knownReadings.delete(oldest);
  }
  return reading;
}

export function read(prompt: string): Reading {
  const text = plainText(prompt.slice(0, PROMPT_CHARS_MAX));
  const lowerCased = text.toLowerCase();
  const words = wordsOf(lowerCased);
  const facts = words.map(factsOf);
  const stems = facts.map((fact) => fact.stem);
  const asksHow = words.includes('how');
  const goesSomewhere = facts.some(({ isDirection }) => isDirection);
  return {
    isPartial: prompt.length > PROMPT_CHARS_MAX,
    terms: new Set(stems),
    signs: signsOf(stems, facts),
    phrases: classNamesOf(words, facts),
    content: stems.filter((_, at) => {
      const fact = facts[at];
      return fact !== undefined && !fact.isUnimportant && !fact.isNegation && !(asksHow && isAskedFor(words, at));
    }),
    numbers: setOf(facts, ({ number }) => number),
    hasDigits: facts.some(({ isNumber }) => isNumber),
    identifiers: setOf(facts, ({ isIdentifier }, at) => (isIdentifier ? words[at] : undefined)),
    foreignWords: setOf(facts, ({ isForeign }, at) => (isForeign ? words[at] : undefined)),
    names: text === lowerCased ? NONE : namesOf(text),
    denies: facts.some(({ isNegation }) => isNegation) && denies(lowerCased),
    failures: setOf(facts, ({ isFailure, stem: failure }) => (isFailure ? failure : undefined)),
    ...(goesSomewhere ? directions(words, stems) : nowhere),
    measures: asksHow ? measuresOf(words) : NONE,
  };
}

/** What is found in the words; most often nothing. */
function setOf(
  facts: readonly WordFacts[],
  find: (fact: WordFacts, at: number) => string | undefined,
): ReadonlySet<string> {
  let found: Set<string> | undefined;
  for (let at = 0; at < facts.length; at++) {
    const fact = facts[at];
    const value = fact === undefined ? undefined : find(fact, at);
    if (value === undefined) continue;
    found ??= new Set();
    found.add(value);
  }
  return found ?? NONE;
}

function signsOf(stems: readonly string[], facts: readonly WordFacts[]): ReadonlySet<string> {
  const signs = new Set<string>();
  for (const [at, { stem: single, isSign, beginsSign }] of facts.entries()) {
    if (isSign) signs.add(single);
    const pair = beginsSign ? `${single} ${stems[at + 1]}` : '';
    if (SIGNS.has(pair)) signs.add(pair);
  }
  return signs;
}

function classNamesOf(words: readonly string[], facts: readonly WordFacts[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [at, { classNames, beginsClassName }] of facts.entries()) {
    for (const name of classNames) names.add(name);
    const pair = beginsClassName ? `${words[at]} ${words[at + 1]}` : '';
    if (CLASS_NAMES.has(pair)) names.add(pair);
  }
  return names;
}

/** One spelling for what is written in several ways. */
function plainText(prompt: string): string {
  let text = BEYOND_ASCII.test(prompt) ? prompt.normalize('NFKC') : prompt;
  if (/[’‘`]/.test(text)) text = text.replace(/[’‘`]/g, "'");
  if (text.includes('U')) text = text.replace(/\bU\.?S\.?(?:A\b\.?)?(?!\p{L})/gu, 'USA');
  return text.includes('-') ? text.replace(/\b(\p{L}{1,2})-(\p{L})/gu, '$1$2') : text;
}

function wordsOf(lowerCased: string): readonly string[] {
  let text = lowerCased;
  if (SPOKEN_BEGINNINGS.test(text)) for (const [spoken, word] of SPOKEN_PHRASES) text = text.replace(spoken, word);
  return (text.match(wordPattern(text)) ?? []).map((word) => {
    if (isAsciiLetter(word.charCodeAt(0))) return word;
    const digits = NUMBER.exec(word)?.[1];
    return digits === undefined ? word : plainNumber(digits);
  });
}

function wordPattern(text: string): RegExp {
  return BEYOND_ASCII.test(text) ? WORD : ASCII_WORD;
}

function isAsciiLetter(code: number): boolean {
  return code >= 97 && code <= 122;
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
  for (const match of text.matchAll(wordPattern(text))) {
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

const nowhere = { sources: NONE, origins: NONE, destinations: NONE };

function nextContent(stems: readonly string[], from: number): string | undefined {
  return stems.slice(from, from + 3).find((word) => !UNIMPORTANT_STEMS.has(word));
}
