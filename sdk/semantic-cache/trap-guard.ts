/**
 * Decides whether two prompts that lie close together as vectors may share an answer.
 *
 * Sentence embedders put "enable" beside "disable" and 2023 beside 2024: such swaps are MORE similar than honest
 * paraphrases, so no similarity threshold keeps them out. The guard reads the words instead. It is pure, looks at
 * nothing but the two prompts, and every refusal names the rule that made it.
 *
 * Each rule compares one feature of the two readings. The rules err towards refusing: a refused hit costs one model
 * call, a wrong hit gives a user the answer to another question. They know English only. For words of other scripts
 * the guard asks for the same words (rule `script`), because an English embedder cannot tell such words apart.
 *
 * Invariant: `guard(a, b)` and `guard(b, a)` agree, rule included.
 */
import { type Reading, readingOf, stem } from './trap-reading.js';
import { ANTONYMS, CLOSED_CLASSES, PEOPLE, SYNONYMS } from './trap-words.js';

export type TrapRule =
  /** A prompt is too long to be read whole. */
  | 'length'
  /** Words in another script than Latin differ. */
  | 'script'
  /** Numbers, amounts or years differ. */
  | 'number'
  /** Codes that mix letters and digits or signs differ: 4G and 5G, C++ and C#. */
  | 'identifier'
  /** One prompt denies what the other states. */
  | 'negation'
  /** The prompts hold opposite words. */
  | 'antonym'
  /** From and to are exchanged. */
  | 'direction'
  /** Different members of a closed class: places, months, currencies, platforms. */
  | 'class'
  /** Different proper names. */
  | 'name'
  /** The prompts are about different people. */
  | 'person'
  /** One asks how much, the other how long. */
  | 'measure'
  /** The prompts are the same but for one word, and the two words are no synonyms. */
  | 'swapped-word'
  /** The prompts are the same but for a phrase of two words in the place of one or two others. */
  | 'swapped-phrase';

export type GuardVerdict = { readonly ok: true } | { readonly ok: false; readonly rule: TrapRule };

const PASSED: GuardVerdict = Object.freeze({ ok: true });

/** May the answer to `cachedPrompt` be given to `prompt`, as far as their words show? */
export function guard(cachedPrompt: string, prompt: string): GuardVerdict {
  const cached = readingOf(cachedPrompt);
  const asked = readingOf(prompt);
  for (const { rule, differs } of RULES) {
    if (differs(cached, asked)) return { ok: false, rule };
  }
  return PASSED;
}

interface Rule {
  readonly rule: TrapRule;
  readonly differs: (a: Reading, b: Reading) => boolean;
}

const RULES: readonly Rule[] = [
  { rule: 'length', differs: (a, b) => a.isPartial || b.isPartial },
  { rule: 'script', differs: (a, b) => !sameMembers(a.foreignWords, b.foreignWords) },
  { rule: 'number', differs: differInNumbers },
  { rule: 'identifier', differs: (a, b) => conflict(a.identifiers, b.identifiers) },
  { rule: 'negation', differs: (a, b) => deniesAlone(a, b) || deniesAlone(b, a) },
  { rule: 'antonym', differs: areOpposite },
  { rule: 'direction', differs: (a, b) => isReversed(a, b) || isReversed(b, a) || comesFromElsewhere(a, b) },
  { rule: 'class', differs: differInClass },
  { rule: 'name', differs: (a, b) => namesUnknownTo(a, b) && namesUnknownTo(b, a) },
  { rule: 'person', differs: differInPeople },
  { rule: 'measure', differs: (a, b) => conflict(a.measures, b.measures) },
  { rule: 'swapped-word', differs: differByOneWord },
  { rule: 'swapped-phrase', differs: differByOnePhrase },
];

function sameMembers<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && !hasOwnMember(a, b);
}

/** Has `a` a member that `b` lacks? */
function hasOwnMember<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const member of a) {
    if (!b.has(member)) return true;
  }
  return false;
}

/** Has each a member the other lacks? */
function conflict<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return hasOwnMember(a, b) && hasOwnMember(b, a);
}

/** A number spelt out in one prompt only ("my two years are up") is often no part of the question. */
function differInNumbers(a: Reading, b: Reading): boolean {
  if (sameMembers(a.numbers, b.numbers)) return false;
  const bothNameOne = a.numbers.size > 0 && b.numbers.size > 0;
  return bothNameOne || a.hasDigits || b.hasDigits;
}

/** Does `a` deny something, and `b` neither deny nor say in another way that it is not so? */
function deniesAlone(a: Reading, b: Reading): boolean {
  return a.denies && !b.denies && !hasOwnMember(b.failures, a.failures);
}

/** Stem to the sides that it names: the position of a pair in ANTONYMS, and which of its sides. */
const ANTONYM_SIDES = invert<{ readonly pair: number; readonly isLeft: boolean }>(
  ANTONYMS.flatMap(([left, right], pair) => [
    ...left.map((word) => [stem(word), { pair, isLeft: true }] as const),
    ...right.map((word) => [stem(word), { pair, isLeft: false }] as const),
  ]),
);

function areOpposite(a: Reading, b: Reading): boolean {
  const [sidesOfA, sidesOfB] = [sidesNamed(a), sidesNamed(b)];
  for (const [pair, side] of sidesOfA) {
    const other = sidesOfB.get(pair);
    if (side !== 'both' && other !== undefined && other !== 'both' && other !== side) return true;
  }
  return false;
}

/** Of each pair of opposites that is named, which side. */
function sidesNamed(reading: Reading): ReadonlyMap<number, 'left' | 'right' | 'both'> {
  const sides = new Map<number, 'left' | 'right' | 'both'>();
  for (const term of reading.signs) {
    for (const { pair, isLeft } of ANTONYM_SIDES.get(term) ?? []) {
      const side = isLeft ? 'left' : 'right';
      sides.set(pair, (sides.get(pair) ?? side) === side ? side : 'both');
    }
  }
  return sides;
}

function invert<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const inverted = new Map<string, T[]>();
  for (const [key, value] of entries) {
    const values = inverted.get(key);
    if (values === undefined) inverted.set(key, [value]);
    else values.push(value);
  }
  return inverted;
}

/** Does `a` come from where `b` goes to? "A to B" alone must be turned round as a whole: "cost to call", "call to ...". */
function isReversed(a: Reading, b: Reading): boolean {
  const comesFrom = common(a.origins, b.destinations);
  if (comesFrom.some((word) => a.sources.has(word) && !b.origins.has(word))) return true;
  return common(a.destinations, b.origins).some((word) => comesFrom.some((other) => other !== word));
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  return [...a].filter((word) => b.has(word));
}

/** Does each come from something that the other names in another role? */
function comesFromElsewhere(a: Reading, b: Reading): boolean {
  return isSourceNamedBy(a, b) && isSourceNamedBy(b, a);
}

function isSourceNamedBy(a: Reading, b: Reading): boolean {
  for (const word of a.sources) {
    if (b.terms.has(word) && !b.origins.has(word)) return true;
  }
  return false;
}

type Members = ReadonlyMap<string, readonly number[]>;

/** Name to the positions of the groups that hold it. */
function membersByName(groups: readonly (readonly string[])[]): Members {
  return invert(groups.flatMap((group, position) => group.map((name) => [name, position] as const)));
}

const PEOPLE_BY_STEM = membersByName(PEOPLE.map((group) => group.map((name) => name.split(' ').map(stem).join(' '))));
const CLASSES = CLOSED_CLASSES.map(({ policy, members }) => ({ policy, members: membersByName(members) }));

/** The positions of the groups of which the terms hold a name. */
function membersNamed(members: Members, terms: ReadonlySet<string>): ReadonlySet<number> {
  const named = new Set<number>();
  for (const term of terms) for (const position of members.get(term) ?? []) named.add(position);
  return named;
}

function differInClass(a: Reading, b: Reading): boolean {
  if (a.phrases.size === 0 && b.phrases.size === 0) return false;
  return CLASSES.some(({ policy, members }) => {
    const inA = membersNamed(members, a.phrases);
    const inB = membersNamed(members, b.phrases);
    return policy === 'equal' ? !sameMembers(inA, inB) : conflict(inA, inB);
  });
}

function differInPeople(a: Reading, b: Reading): boolean {
  return !sameMembers(membersNamed(PEOPLE_BY_STEM, a.signs), membersNamed(PEOPLE_BY_STEM, b.signs));
}

const CLASS_WORDS = new Set(
  CLOSED_CLASSES.flatMap(({ members }) => members.flat()).flatMap((name) => name.split(' ').map(stem)),
);

/** Names of closed classes are left to their rule, which knows more than one name of a member. */
function namesUnknownTo(a: Reading, b: Reading): boolean {
  for (const name of a.names) {
    if (!b.terms.has(name) && !CLASS_WORDS.has(name)) return true;
  }
  return false;
}

const SYNONYM_STEMS = SYNONYMS.map((group) => new Set(group.map(stem)));

function differByOneWord(a: Reading, b: Reading): boolean {
  const onlyA = wordsMissing(a.content, b.content);
  const onlyB = wordsMissing(b.content, a.content);
  const [wordA] = onlyA;
  const [wordB] = onlyB;
  if (onlyA.length !== 1 || onlyB.length !== 1 || wordA === undefined || wordB === undefined) return false;
  if (a.content.length < 2) return false;
  return !areInterchangeable(wordA, wordB);
}

/** The words of `a` that have no counterpart in `b`, counting repeats. */
function wordsMissing(a: readonly string[], b: readonly string[]): readonly string[] {
  const rest = [...b];
  return a.filter((word) => {
    const position = rest.indexOf(word);
    if (position >= 0) rest.splice(position, 1);
    return position < 0;
  });
}

/** Words that a phrase may have: longer ones that differ are another wording. */
const PHRASE_WORDS_MAX = 2;
/** Words on each side of the phrases together, from which on the rest of the prompts is the same question. */
const FRAME_WORDS_MIN = 2;

/** Is all the same before and after two phrases, of which no word has a counterpart in the other? */
function differByOnePhrase(a: Reading, b: Reading): boolean {
  const [inA, inB] = [a.content, b.content];
  const shorter = Math.min(inA.length, inB.length);
  let before = 0;
  while (before < shorter && inA[before] === inB[before]) before++;
  let after = 0;
  while (after < shorter - before && inA.at(-1 - after) === inB.at(-1 - after)) after++;
  const phraseA = inA.slice(before, inA.length - after);
  const phraseB = inB.slice(before, inB.length - after);
  if (phraseA.length === 0 || phraseB.length === 0 || before + after < FRAME_WORDS_MIN) return false;
  if (Math.max(phraseA.length, phraseB.length) > PHRASE_WORDS_MAX) return false;
  return !phraseA.some((word) => phraseB.some((other) => word === other || areInterchangeable(word, other)));
}

function areInterchangeable(a: string, b: string): boolean {
  return looksLikeTypo(a, b) || SYNONYM_STEMS.some((group) => group.has(a) && group.has(b));
}

/** Words from this length on may differ by two letters and still be the same word misspelt. */
const LONG_WORD_CHARS = 7;
/** Shorter words are never taken for misspellings of one another: "send", "lend". */
const TYPO_WORD_CHARS_MIN = 5;

function looksLikeTypo(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < TYPO_WORD_CHARS_MIN) return false;
  return editDistance(a, b) <= (shorter >= LONG_WORD_CHARS ? 2 : 1);
}

/** Levenshtein's distance where two neighbouring letters exchanged count as one edit. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(substitution, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
