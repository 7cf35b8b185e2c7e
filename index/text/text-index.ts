/**
 * The words of all TEXT fields of an index: from a word to the documents that hold it, and from a document to its words
 * with their fields and positions.
 *
 * What a document holds is written once, in its own run of bytes (see `entry` below); a word has no more than a set of ids.
 * So a document is removed by reading its run, whatever was in it; nothing is left behind, and nothing has to be swept. A
 * question about one word of one document reads that document's run from the start, which is a hundred bytes for a
 * hundred words. The other way round, positions beside the ids of each word, was ruled out: each removal would cut
 * into the middle of as many arrays as the document has words.
 *
 *     run    = count { entry }              words in ascending order of number; all numbers are varints
 *     entry  = word number, less the last one { group }
 *     group  = field number x 2 + 1 if another group of the word follows, occurrences { position, less the last one }
 *
 * Positions are left out when the settings keep none. Stems and sounds are words of their own, which are marked (`marks.ts`).
 *
 * Invariants (see `validate`): a word is in the dictionary exactly while a document holds it; the id is in its set
 * exactly when the document's run names it.
 */
import { BlobStore } from '../blob-store.js';
import type { DocumentId } from '../document-table.js';
import { IdSet } from '../id-set.js';
import { SortedStrings } from '../sorted-strings.js';
import { grownInt32 } from '../typed-arrays.js';
import { afterMarks, isMarked, soundMark, stemMark } from './marks.js';

/** One field of a document, read. */
export interface FieldText {
  /** The field's number among the TEXT fields. */
  readonly field: number;
  /** In order, without stop words. */
  readonly words: readonly string[];
  /** Aligned with `words`: the stem, where it is another word. */
  readonly stems: readonly (string | undefined)[];
  /** Aligned with `words`, where the field is found by sounds. */
  readonly sounds?: readonly (string | undefined)[];
}

/** A word of the dictionary. */
export interface Word {
  readonly text: string;
  readonly number: number;
  /** The documents that hold it: a set, or the only one. */
  documents: DocumentId | IdSet;
}

export interface TextIndexOptions {
  /** For each TEXT field, by number. */
  readonly weights: readonly number[];
  readonly hasOffsets: boolean;
  /** Whether words are also kept in order from their end. */
  readonly hasSuffixes: boolean;
}

/** Occurrences of one word while a document is read: positions by field. */
type Occurrences = Map<number, number[]>;

export class TextIndex {
  #weights: readonly number[];
  readonly hasOffsets: boolean;
  readonly #dictionary = new Map<string, Word>();
  readonly #numbered: (Word | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #sorted = new SortedStrings();
  /** Reversed words. */
  #suffixes: SortedStrings | undefined;
  readonly #runs = new BlobStore();
  #lengths: Int32Array = new Int32Array(0);
  #frequenciesMax: Int32Array = new Int32Array(0);
  #totalLength = 0;
  #records = 0;
  #writer = new RunWriter();
  readonly #reader = new RunReader();

  constructor({ weights, hasOffsets, hasSuffixes }: TextIndexOptions) {
    this.#weights = weights.map(occurrenceWeight);
    this.hasOffsets = hasOffsets;
    this.#suffixes = hasSuffixes ? new SortedStrings() : undefined;
  }

  /** There are more fields now, behind those there were. */
  setFields({ weights, hasSuffixes }: Omit<TextIndexOptions, 'hasOffsets'>): void {
    this.#weights = weights.map(occurrenceWeight);
    if (!hasSuffixes || this.#suffixes !== undefined) return;
    const suffixes = new SortedStrings();
    this.walk('', (text) => suffixes.add(reversed(text)));
    this.#suffixes = suffixes;
  }

  /** Distinct words, and what is marked. */
  get size(): number {
    return this.#dictionary.size;
  }

  /** (document, word) pairs. */
  get records(): number {
    return this.#records;
  }

  /** Words of all documents, repeats included and weighted. */
  get totalLength(): number {
    return this.#totalLength;
  }

  /** Words of a document, repeats included and weighted, without what is marked. */
  lengthOf(id: DocumentId): number {
    return this.#lengths[id] ?? 0;
  }

  /** How often the most frequent word of a document occurs in it, weighted, with what is marked. */
  frequencyMaxOf(id: DocumentId): number {
    return this.#frequenciesMax[id] ?? 0;
  }

  /** Replaces what the document had. */
  put(id: DocumentId, fields: readonly FieldText[]): void {
    this.delete(id);
    const occurrences = new Map<Word, Occurrences>();
    let length = 0;
    for (const { field, words, stems, sounds } of fields) {
      words.forEach((text, position) => {
        this.#note(occurrences, text, field, position);
        const stem = stems[position];
        if (stem !== undefined) this.#note(occurrences, stemMark + stem, field, position);
        const sound = sounds?.[position];
        if (sound !== undefined) this.#note(occurrences, soundMark + sound, field, position);
      });
      length += words.length * (this.#weights[field] ?? 1);
    }
    if (occurrences.size === 0) return;
    this.#lengths = grownInt32(this.#lengths, id + 1, 0);
    this.#frequenciesMax = grownInt32(this.#frequenciesMax, id + 1, 0);
    this.#lengths[id] = length;
    this.#totalLength += length;
    this.#frequenciesMax[id] = this.#write(id, occurrences);
  }

  delete(id: DocumentId): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#reader.open(run.bytes, run.start);
    for (let left = this.#reader.words; left > 0; left--) {
      this.#reader.nextWord();
      this.#forget(this.#reader.word, id);
      this.#reader.skipGroups(this.hasOffsets);
    }
    this.#runs.delete(id);
    this.#totalLength -= this.lengthOf(id);
    this.#lengths[id] = 0;
    this.#frequenciesMax[id] = 0;
  }

  /** The word, if a document holds it. @param text folded; a stem or a sound with its mark */
  word(text: string): Word | undefined {
    return this.#dictionary.get(text);
  }

  /** Documents that hold the word. */
  count({ documents }: Word): number {
    return typeof documents === 'number' ? 1 : documents.size;
  }

  holds({ documents }: Word, id: DocumentId): boolean {
    return typeof documents === 'number' ? documents === id : documents.has(id);
  }

  /** As `holds`, for documents that are asked about in ascending order: then it takes a few steps, as `IdSet.seeker` does. */
  holderOf(word: Word): (id: DocumentId) => boolean {
    let [set, has] = [new IdSet(), (_: DocumentId): boolean => false];
    return (id) => {
      const { documents } = word;
      if (typeof documents === 'number') return documents === id;
      if (documents !== set) [set, has] = [documents, documents.seeker()];
      return has(id);
    };
  }

  /** Visits the documents that hold the word, in ascending order of id. */
  forEach({ documents }: Word, visit: (id: DocumentId) => void): void {
    if (typeof documents === 'number') visit(documents);
    else documents.forEach(visit);
  }

  /** Sets the bit of every document that holds the word. */
  setBits({ documents }: Word, bits: Uint32Array): void {
    if (typeof documents === 'number') bits[documents >>> 5] = (bits[documents >>> 5] ?? 0) | (1 << (documents & 31));
    else documents.setBits(bits);
  }

  /** As `IdSet.bitSteps`. */
  bitSteps({ documents }: Word): number {
    return typeof documents === 'number' ? 1 : documents.bitSteps;
  }

  /** How often the word occurs in the document, weighted by field; 0 where it does not. */
  frequency(id: DocumentId, word: Word): number {
    return this.#seek(id, word.number) ? this.#frequencyHere(word) : 0;
  }

  /** Reads the groups of the word that the reader stands at. */
  #frequencyHere({ text }: Word, visitField?: (field: number) => void): number {
    const hasNoWeight = isMarked(text);
    const reader = this.#reader;
    let frequency = 0;
    do {
      reader.nextGroup();
      visitField?.(reader.field);
      frequency += reader.occurrences * (hasNoWeight ? 1 : (this.#weights[reader.field] ?? 1));
      reader.skipPositions(this.hasOffsets);
    } while (reader.hasMoreGroups);
    return frequency;
  }

  /** Whether the word stands in one of the fields of the document. */
  isIn(id: DocumentId, { number }: Word, fields: ReadonlySet<number>): boolean {
    if (!this.#seek(id, number)) return false;
    const reader = this.#reader;
    do {
      reader.nextGroup();
      if (fields.has(reader.field)) return true;
      reader.skipPositions(this.hasOffsets);
    } while (reader.hasMoreGroups);
    return false;
  }

  /**
   * Visits those of many words that a document holds, each with its frequency: reading the document's run once is faster than
   * looking for each of them. The visitor asks nothing that is read from a run.
   * @param fields where they must stand; undefined for anywhere
   * @param visit false ends the visit
   */
  visitAmong(
    id: DocumentId,
    words: ReadonlyMap<number, Word>,
    fields: ReadonlySet<number> | undefined,
    visit: (word: Word, frequency: number) => boolean,
  ): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    const reader = this.#reader;
    reader.open(run.bytes, run.start);
    for (let left = reader.words; left > 0; left--) {
      reader.nextWord();
      const word = words.get(reader.word);
      if (word === undefined) {
        reader.skipGroups(this.hasOffsets);
        continue;
      }
      let isThere = fields === undefined;
      const frequency = this.#frequencyHere(word, (field) => {
        isThere ||= fields?.has(field) === true;
      });
      if (isThere && !visit(word, frequency)) return;
    }
  }

  /** Where the word stands in a document: positions by field, ascending. Empty where it does not. */
  positions(id: DocumentId, { number }: Word): Map<number, number[]> {
    const positions = new Map<number, number[]>();
    if (!this.hasOffsets || !this.#seek(id, number)) return positions;
    const reader = this.#reader;
    do {
      reader.nextGroup();
      positions.set(reader.field, reader.readPositions());
    } while (reader.hasMoreGroups);
    return positions;
  }

  /** Visits words in ascending order, as `SortedStrings.walk` does; what is marked is not among them. */
  walk(from: string, visit: (text: string) => boolean | string): void {
    this.#sorted.walk(from, (text) => (isMarked(text) ? afterMarks : visit(text)));
  }

  /** Visits words that hold a part, in ascending order, while the visitor answers true; what is marked is not among them. */
  walkContaining(part: string, visit: (text: string) => boolean): void {
    if (part === '') this.walk('', visit);
    else this.#sorted.walkContaining(part, (text) => isMarked(text) || visit(text));
  }

  /** Visits words that end alike while the visitor answers true. */
  walkSuffix(suffix: string, visit: (text: string) => boolean): void {
    if (this.#suffixes === undefined) {
      this.walkContaining(suffix, (text) => !text.endsWith(suffix) || visit(text));
      return;
    }
    this.#suffixes.walkPrefix(reversed(suffix), (text) => visit(reversed(text)));
  }

  get memoryBytes(): number {
    let bytes = this.#runs.memoryBytes + this.#sorted.memoryBytes + this.#lengths.byteLength * 2;
    if (this.#suffixes !== undefined) bytes += this.#suffixes.memoryBytes * 2;
    for (const { text, documents } of this.#dictionary.values()) {
      bytes += text.length + wordOverheadBytes + (typeof documents === 'number' ? 0 : documents.memoryBytes);
    }
    return bytes;
  }

  validate(idLimit: number): string[] {
    const errors = [...this.#runs.validate(), ...this.#sorted.validate(), ...(this.#suffixes?.validate() ?? [])];
    let [records, length, held] = [0, 0, 0];
    for (let id = 0; id < idLimit; id++) {
      const run = this.#runs.get(id);
      length += this.lengthOf(id);
      if (run === undefined) continue;
      this.#reader.open(run.bytes, run.start);
      for (let left = this.#reader.words; left > 0; left--, records++) {
        this.#reader.nextWord();
        const word = this.#numbered[this.#reader.word];
        if (word === undefined || !this.holds(word, id)) errors.push(`text: document ${id} is not in a word's set`);
        this.#reader.skipGroups(this.hasOffsets);
      }
      if (this.#reader.at !== run.end) errors.push(`text: the run of document ${id} is not read to its end`);
    }
    for (const word of this.#dictionary.values()) {
      held += this.count(word);
      if (this.#numbered[word.number] !== word) errors.push(`text: the number of ${word.text} is another's`);
      if (!this.#sorted.has(word.text)) errors.push(`text: ${word.text} is not in order`);
      if (typeof word.documents !== 'number') errors.push(...word.documents.validate());
    }
    if (held !== records || records !== this.#records) errors.push('text: miscounts its records');
    if (length !== this.#totalLength) errors.push('text: miscounts its length');
    if (this.#sorted.size !== this.#dictionary.size) errors.push('text: dictionary and order differ');
    const numbers = this.#dictionary.size + this.#freeNumbers.length;
    if (numbers !== this.#numbered.length) errors.push('text: a number is neither used nor free');
    return errors;
  }

  #note(occurrences: Map<Word, Occurrences>, text: string, field: number, position: number): void {
    const word = this.#dictionary.get(text) ?? this.#addWord(text);
    const fields = occurrences.get(word) ?? new Map<number, number[]>();
    if (fields.size === 0) occurrences.set(word, fields);
    const positions = fields.get(field);
    if (positions === undefined) fields.set(field, [position]);
    else positions.push(position);
  }

  /** Its set is filled by `#write`, at once. */
  #addWord(text: string): Word {
    const number = this.#freeNumbers.pop() ?? this.#numbered.length;
    const word: Word = { text, number, documents: nobody };
    this.#numbered[number] = word;
    this.#dictionary.set(text, word);
    this.#sorted.add(text);
    if (!isMarked(text)) this.#suffixes?.add(reversed(text));
    return word;
  }

  /** Writes a document's run. @returns the greatest frequency of its words */
  #write(id: DocumentId, occurrences: ReadonlyMap<Word, Occurrences>): number {
    const writer = this.#writer;
    const words = [...occurrences].sort(([a], [b]) => a.number - b.number);
    writer.start(words.length);
    let frequencyMax = 0;
    let last = 0;
    for (const [word, fields] of words) {
      addDocument(word, id);
      writer.varint(word.number - last);
      last = word.number;
      const hasNoWeight = isMarked(word.text);
      let [frequency, left] = [0, fields.size];
      for (const [field, positions] of fields) {
        frequency += positions.length * (hasNoWeight ? 1 : (this.#weights[field] ?? 1));
        writer.group(field, --left > 0, positions, this.hasOffsets);
      }
      frequencyMax = Math.max(frequencyMax, frequency);
    }
    this.#records += words.length;
    this.#runs.put(id, writer.written());
    return frequencyMax;
  }

  #forget(number: number, id: DocumentId): void {
    const word = this.#numbered[number];
    if (word === undefined) return;
    this.#records--;
    if (typeof word.documents !== 'number') {
      word.documents.delete(id);
      if (word.documents.size > 0) return;
    }
    this.#dictionary.delete(word.text);
    this.#sorted.delete(word.text);
    this.#suffixes?.delete(reversed(word.text));
    this.#numbered[number] = undefined;
    this.#freeNumbers.push(number);
  }

  /** Leaves the reader ahead of the word's groups. False when the document does not hold the word. */
  #seek(id: DocumentId, number: number): boolean {
    const run = this.#runs.get(id);
    if (run === undefined) return false;
    const reader = this.#reader;
    reader.open(run.bytes, run.start);
    for (let left = reader.words; left > 0; left--) {
      reader.nextWord();
      if (reader.word >= number) return reader.word === number;
      reader.skipGroups(this.hasOffsets);
    }
    return false;
  }
}

/** RediSearch counts an occurrence in a field of WEIGHT w as floor(w), and at least 1. */
function occurrenceWeight(weight: number): number {
  return Math.max(1, Math.floor(weight));
}

/** A document of no id: the word has just been made. */
const nobody = -1;

/** A Map entry, the word's object, its slot by number, string headers. */
const wordOverheadBytes = 160;

function addDocument(word: Word, id: DocumentId): void {
  if (typeof word.documents !== 'number') {
    word.documents.add(id);
  } else if (word.documents === nobody) {
    word.documents = id;
  } else {
    const set = new IdSet();
    set.add(word.documents);
    set.add(id);
    word.documents = set;
  }
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/** Writes varints into a buffer of its own, which grows. */
class RunWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  start(words: number): void {
    this.#length = 0;
    this.varint(words);
  }

  varint(value: number): void {
    if (this.#length + varintBytesMax > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  group(field: number, hasMore: boolean, positions: readonly number[], hasOffsets: boolean): void {
    this.varint(field * 2 + (hasMore ? 1 : 0));
    this.varint(positions.length);
    if (!hasOffsets) return;
    let last = 0;
    for (const position of positions) {
      this.varint(position - last);
      last = position;
    }
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

const varintBytesMax = 5;

/** Reads a run front to back. */
class RunReader {
  #bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Words of the run. */
  words = 0;
  /** Number of the word read last. */
  word = 0;
  field = 0;
  occurrences = 0;
  hasMoreGroups = false;

  open(bytes: Uint8Array, start: number): void {
    this.#bytes = bytes;
    this.at = start;
    this.word = 0;
    this.words = this.#varint();
  }

  nextWord(): void {
    this.word += this.#varint();
  }

  nextGroup(): void {
    const head = this.#varint();
    this.field = head >>> 1;
    this.hasMoreGroups = (head & 1) === 1;
    this.occurrences = this.#varint();
  }

  skipPositions(hasOffsets: boolean): void {
    if (!hasOffsets) return;
    for (let left = this.occurrences; left > 0; ) if ((this.#bytes[this.at++] ?? 0) < 0x80) left--;
  }

  readPositions(): number[] {
    const positions: number[] = [];
    let last = 0;
    for (let left = this.occurrences; left > 0; left--) {
      last += this.#varint();
      positions.push(last);
    }
    return positions;
  }

  /** Steps over the groups of a word. */
  skipGroups(hasOffsets: boolean): void {
    do {
      this.nextGroup();
      this.skipPositions(hasOffsets);
    } while (this.hasMoreGroups);
  }

  #varint(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.#bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
    }
  }
}
