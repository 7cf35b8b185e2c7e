/**
 * What is shown of a text that was found: the words a query asked for between two tags, and the parts of a long text in
 * which they stand. A word is one of those when the query, with its wildcards and stems, would find it.
 */
import { childrenOf, type Predicate, type TextPredicate } from '../query/predicate.js';
import type { Schema } from '../schema.js';
import { walkFuzzy } from './fuzzy.js';
import { soundMark, stemMark } from './marks.js';
import { soundOf } from './sound.js';
import { type Stem, stemmerFor } from './stemmer.js';
import { type Token, Tokenizer } from './tokenizer.js';
import { Wildcard } from './wildcard.js';

export interface Tags {
  readonly open: string;
  readonly close: string;
}

export interface Summary {
  /** Parts at most. */
  readonly fragments: number;
  /** Words of a part. */
  readonly words: number;
  /** Written behind every part. */
  readonly separator: string;
}

type IsAsked = (word: string) => boolean;

export class Excerpts {
  readonly #tokenizer: Tokenizer;
  readonly #asked: readonly { readonly scope: ReadonlySet<number> | undefined; readonly isAsked: IsAsked }[];
  readonly #schema: Schema;

  constructor(filter: Predicate, schema: Schema, language = schema.text.language) {
    this.#schema = schema;
    this.#tokenizer = new Tokenizer(schema.text.punctuation);
    const stem = stemmerFor(language);
    this.#asked = wordsAsked(filter).map(({ scope, ...word }) => ({ scope, isAsked: askedBy(word, stem) }));
  }

  /**
   * The text of a field with tags, or its parts, or both. What has no word that was asked for is answered from its
   * beginning where parts are wanted, and as it is where not.
   */
  of(alias: string, text: string, tags: Tags | undefined, summary: Summary | undefined): string {
    const tokens = this.#tokenizer.tokens(text);
    const found = this.#find(alias, tokens);
    if (summary === undefined) return tagged(text, tokens, found, 0, tokens.length, tags);
    const parts = chooseParts(found, tokens.length, summary);
    if (parts.length === 0) return text.slice(0, tokens[summary.words - 1]?.end ?? text.length);
    return parts.map(([from, to]) => taggedPart(text, tokens, found, from, to, tags) + summary.separator).join('');
  }

  /** Places of the tokens that were asked for, ascending. */
  #find(alias: string, tokens: readonly Token[]): number[] {
    const field = this.#schema.textFields.findIndex((candidate) => candidate.alias === alias);
    const asked = this.#asked.filter(({ scope }) => scope === undefined || scope.has(field));
    return tokens.flatMap(({ word }, at) => (asked.some(({ isAsked }) => isAsked(word)) ? [at] : []));
  }
}

function wordsAsked(predicate: Predicate): TextPredicate[] {
  switch (predicate.kind) {
    case 'text':
      return [predicate];
    case 'phrase': {
      const { scope, words } = predicate;
      return words.map((text) => ({ kind: 'text', scope, match: 'word', text, alternatives: [], distance: 0 }));
    }
    case 'not':
      return [];
    default:
      return childrenOf(predicate).flatMap(wordsAsked);
  }
}

function askedBy(
  { match, text, alternatives, distance }: Omit<TextPredicate, 'scope'>,
  stem: Stem | undefined,
): IsAsked {
  switch (match) {
    case 'word': {
      const words = new Set([text, ...alternatives]);
      const hasSound = alternatives.some((word) => word.startsWith(soundMark));
      return (word) =>
        words.has(word) ||
        (stem !== undefined && words.has(stemMark + stem(word))) ||
        (hasSound && words.has(soundMark + (soundOf(word) ?? '')));
    }
    case 'prefix':
      return (word) => word.startsWith(text);
    case 'suffix':
      return (word) => word.endsWith(text);
    case 'infix':
      return (word) => word.includes(text);
    case 'wildcard': {
      const pattern = new Wildcard(text);
      return (word) => pattern.matches(word);
    }
    case 'fuzzy':
      return (word) => {
        let isNear = false;
        walkFuzzy(
          (_from, visit) => void visit(word),
          text,
          distance,
          () => {
            isNear = true;
            return false;
          },
        );
        return isNear;
      };
  }
}

type Part = readonly [from: number, to: number];

/** Windows with the most words that were asked for, which do not overlap, in the order of the text. */
function chooseParts(found: readonly number[], tokens: number, { fragments, words }: Summary): Part[] {
  const windows = found.map((at) => {
    const from = Math.max(0, Math.min(at - (words >>> 1), tokens - words));
    const to = Math.min(tokens, from + words);
    return { from, to, count: found.filter((other) => other >= from && other < to).length };
  });
  const chosen: Part[] = [];
  for (const { from, to } of windows.toSorted((a, b) => b.count - a.count || a.from - b.from)) {
    if (chosen.length >= fragments) break;
    if (chosen.every(([otherFrom, otherTo]) => to <= otherFrom || from >= otherTo)) chosen.push([from, to]);
  }
  return chosen.sort(([a], [b]) => a - b);
}

/** From token `from` up to token `to`. */
function taggedPart(
  text: string,
  tokens: readonly Token[],
  found: readonly number[],
  from: number,
  to: number,
  tags: Tags | undefined,
): string {
  const [start, end] = [tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? text.length];
  const inside = tagged(text.slice(0, end), tokens, found, from, to, tags);
  return inside.slice(start);
}

/** The whole text with tags around the tokens found, from token `from` up to token `to`. */
function tagged(
  text: string,
  tokens: readonly Token[],
  found: readonly number[],
  from: number,
  to: number,
  tags: Tags | undefined,
): string {
  if (tags === undefined) return text;
  let result = '';
  let written = 0;
  for (const at of found) {
    const token = tokens[at];
    if (token === undefined || at < from || at >= to) continue;
    result += `${text.slice(written, token.start)}${tags.open}${text.slice(token.start, token.end)}${tags.close}`;
    written = token.end;
  }
  return result + text.slice(written);
}
