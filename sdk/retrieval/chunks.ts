/**
 * Texts cut into chunks for retrieval: whole sentences as long as they fit, with some of what came before at the start of each, so that
 * what stands at a border is found from both sides.
 *
 * Invariants: a chunk is a part of the text as it is, from `start` to `end`; chunks come in order and together cover everything but blanks;
 * none is larger than `sizeMax`. A sentence that is larger is cut between words, a word that is larger between characters.
 */
import { CacheError } from '../errors.js';

export interface Chunk {
  readonly text: string;
  /** Where it lies in the text: its first character, and the one after its last. */
  readonly start: number;
  readonly end: number;
}

export interface ChunkOptions {
  /** The most that a chunk may measure. */
  readonly sizeMax: number;
  /** How much of a chunk may be of the one before; whole sentences, so it may be less. */
  readonly overlap?: number;
  /** What a text measures: by default its words, which for English are some three quarters of a model's tokens. Grows with the text. */
  readonly sizeOf?: (text: string) => number;
  /** Of the sentences; by default English. */
  readonly locale?: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** @throws CacheError `invalid-request` unless 0 <= overlap < sizeMax */
export function chunksOf(text: string, options: ChunkOptions): Chunk[] {
  const { sizeMax, overlap = 0 } = options;
  if (!(sizeMax >= 1 && overlap >= 0 && overlap < sizeMax)) {
    throw new CacheError('invalid-request', `Cannot cut chunks of ${sizeMax} that overlap by ${overlap}`);
  }
  const measure = new Measure(text, options);
  const spans = sentencesOf(text, options.locale ?? 'en').flatMap((sentence) => measure.fitting(sentence));
  const chunks: Chunk[] = [];
  for (let first = 0; first < spans.length; ) {
    let last = first;
    while (last + 1 < spans.length && measure.fits(joined(spans, first, last + 1))) last++;
    chunks.push(chunkOf(text, joined(spans, first, last)));
    first = last + 1 === spans.length ? spans.length : overlapStart(spans, first, last, overlap, measure);
  }
  return chunks;
}

class Measure {
  readonly #text: string;
  readonly #sizeMax: number;
  readonly #sizeOf: (text: string) => number;

  constructor(text: string, { sizeMax, sizeOf = wordCount }: ChunkOptions) {
    this.#text = text;
    this.#sizeMax = sizeMax;
    this.#sizeOf = sizeOf;
  }

  size({ start, end }: Span): number {
    return this.#sizeOf(this.#text.slice(start, end));
  }

  fits(span: Span): boolean {
    return this.size(span) <= this.#sizeMax;
  }

  /** A span in pieces that fit: itself, or as many words or characters at a time as do. */
  fitting(span: Span): Span[] {
    if (this.fits(span)) return [span];
    const words = wordsOf(this.#text, span);
    const [only] = words;
    const parts = words.length === 1 && only !== undefined ? charactersOf(this.#text, only) : words;
    if (parts.length === 1) return parts;
    const pieces: Span[] = [];
    for (let first = 0; first < parts.length; ) {
      let last = first;
      while (last + 1 < parts.length && this.fits(joined(parts, first, last + 1))) last++;
      pieces.push(...(last === first ? this.fitting(joined(parts, first, first)) : [joined(parts, first, last)]));
      first = last + 1;
    }
    return pieces;
  }
}

/** Where the next chunk begins: behind the last span, or as many before as the overlap holds, never at the start of the chunk before. */
function overlapStart(spans: readonly Span[], first: number, last: number, overlap: number, measure: Measure): number {
  let next = last + 1;
  while (next - 1 > first && measure.size(joined(spans, next - 1, last)) <= overlap) next--;
  // With what follows it, it must fit; else the chunk would hold nothing new.
  while (next <= last && !measure.fits(joined(spans, next, last + 1))) next++;
  return next;
}

function joined(spans: readonly Span[], first: number, last: number): Span {
  return { start: spans[first]?.start ?? 0, end: spans[last]?.end ?? 0 };
}

function chunkOf(text: string, { start, end }: Span): Chunk {
  return { text: text.slice(start, end), start, end };
}

/** A line that goes on in the next; items of lists, headings and rows of tables begin lines of their own. */
const softBreak = /\n(?=[ \t]*[^\s\-*+#|>\d])/g;

/** Paragraphs end sentences, whatever their punctuation: headings and lists have none. */
function sentencesOf(text: string, locale: string): Span[] {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
  const spans: Span[] = [];
  for (const paragraph of text.matchAll(/(?:(?!\n\s*\n)[\s\S])+/g)) {
    for (const { index, segment } of segmenter.segment(paragraph[0].replace(softBreak, ' '))) {
      const span = trimmed(segment, paragraph.index + index);
      if (span.end > span.start) spans.push(span);
    }
  }
  return spans;
}

function trimmed(text: string, at: number): Span {
  return { start: at + text.length - text.trimStart().length, end: at + text.trimEnd().length };
}

function wordsOf(text: string, { start, end }: Span): Span[] {
  return [...text.slice(start, end).matchAll(/\S+/g)].map(({ index, 0: word }) => ({
    start: start + index,
    end: start + index + word.length,
  }));
}

/** Never between the halves of a character. */
function charactersOf(text: string, { start, end }: Span): Span[] {
  let at = start;
  return [...text.slice(start, end)].map((character) => {
    const span = { start: at, end: at + character.length };
    at = span.end;
    return span;
  });
}

function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
