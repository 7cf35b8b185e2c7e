/**
 * The index of a TAG field: value to ids, and id to values.
 *
 * Values are cut at the separator, trimmed, and lower-cased unless the field is CASESENSITIVE; repeats are dropped, and so are
 * empty ones unless the field is INDEXEMPTY. A value has a number while a document carries it, and a document is asked for the number of
 * its first value: a column that is no burden to the garbage collector, and in which a question about many values is one bit. The
 * posting of a value that one document carries is the bare id: with unique tags (request ids) that saves an `IdSet` per document.
 *
 * Invariants (see `validate`): the number of a value leads back to it; the lists of documents with several values begin with what
 * the column says.
 */
import type { DocumentId } from '../document-table.js';
import { isAscii } from '../expression/value.js';
import { IdSet } from '../id-set.js';
import type { TagTerm } from '../query/predicate.js';
import type { TagField } from '../schema.js';
import { Wildcard } from '../text/wildcard.js';
import { grownInt32 } from '../typed-arrays.js';

/** The number of no value. */
const none = -1;
/** A document is compared with so many values one by one; more are looked up in a bitmap. */
const comparedMax = 4;

type Posting = DocumentId | IdSet;

export class TagIndex {
  readonly #field: TagField;
  readonly #numbers = new Map<string, number>();
  /** By number; undefined where the number is free. */
  readonly #texts: (string | undefined)[] = [];
  readonly #postings: (Posting | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  /** How often a number was given to a value, or taken from it. */
  #turnover = 0;
  /** The number of a document's first value, by id. */
  #firsts: Int32Array = new Int32Array(0);
  /** Of documents with several values: the numbers of all of them. */
  readonly #several = new Map<DocumentId, readonly number[]>();
  /** Documents whose text is not their only value, letter for letter. */
  readonly #rewritten = new IdSet();
  #documents = 0;
  #records = 0;

  constructor(field: TagField) {
    this.#field = field;
  }

  get documents(): number {
    return this.#documents;
  }

  /** (document, value) pairs. */
  get records(): number {
    return this.#records;
  }

  /** Distinct values. */
  get values(): number {
    return this.#numbers.size;
  }

  /** The values a field's text stands for. */
  split(text: string): string[] {
    const values = new Set<string>();
    for (const part of text.split(this.#field.separator)) {
      const value = this.#normalise(part.trim());
      if (value !== '' || this.#field.indexEmpty) values.add(value);
    }
    return [...values];
  }

  /** Replaces what the document had. `values` come from `split`, and `text` is what was split. */
  put(id: DocumentId, values: readonly string[], text = values.join(this.#field.separator)): void {
    this.delete(id);
    if (values.length !== 1 || values[0] !== text || !isAscii(text)) this.#rewritten.add(id);
    const numbers = values.map((value) => this.#post(value, id));
    const [first] = numbers;
    if (first === undefined) return;
    this.#firsts = grownInt32(this.#firsts, id + 1, none);
    this.#firsts[id] = first;
    if (numbers.length > 1) this.#several.set(id, numbers);
    this.#documents++;
    this.#records += numbers.length;
  }

  delete(id: DocumentId): void {
    this.#rewritten.delete(id);
    const numbers = this.#numbersOf(id);
    if (numbers.length === 0) return;
    this.#firsts[id] = none;
    if (numbers.length > 1) this.#several.delete(id);
    this.#documents--;
    this.#records -= numbers.length;
    for (const number of numbers) this.#unpost(number, id);
  }

  has(id: DocumentId): boolean {
    return this.#firstOf(id) !== none;
  }

  valuesOf(id: DocumentId): string[] {
    return this.#numbersOf(id).map((number) => this.#texts[number] ?? '');
  }

  /** Whether a document carries one of the values: a question that stays true to the index while it changes. */
  carriesAny(values: ReadonlySet<string>): (id: DocumentId) => boolean {
    let turnover = Number.NaN;
    let isWanted: (number: number) => boolean = () => false;
    return (id) => {
      const first = this.#firstOf(id);
      if (first === none) return false;
      if (turnover !== this.#turnover) {
        turnover = this.#turnover;
        isWanted = this.#isOneOf(values);
      }
      return isWanted(first) || (this.#several.size > 0 && this.#several.get(id)?.some(isWanted) === true);
    };
  }

  /** Whether a document's text can only be read from the document: it is not its only value, or not ASCII. */
  isRewritten(id: DocumentId): boolean {
    return this.#rewritten.size > 0 && this.#rewritten.has(id);
  }

  /** The text of a document that is not rewritten; undefined when it has none. */
  onlyValueOf(id: DocumentId): string | undefined {
    return this.#texts[this.#firstOf(id)];
  }

  /** Every distinct value. */
  distinctValues(): IterableIterator<string> {
    return this.#numbers.keys();
  }

  /** What a document is sorted by: its values joined as they would be written. */
  sortKeyOf(id: DocumentId): string | undefined {
    if (this.#several.size === 0 || !this.#several.has(id)) return this.onlyValueOf(id);
    return this.valuesOf(id).join(this.#field.separator);
  }

  /** The values a query's terms stand for; each is in the index. A wildcard looks at every distinct value. */
  resolve(terms: readonly TagTerm[]): Set<string> {
    const resolved = new Set<string>();
    for (const term of terms) {
      const text = this.#normalise(term.text);
      if (term.match === 'exact') {
        if (this.#numbers.has(text)) resolved.add(text);
      } else {
        const matches = matcherOf(term.match, text);
        for (const value of this.#numbers.keys()) if (matches(value)) resolved.add(value);
      }
    }
    return resolved;
  }

  /** Documents that carry the value. */
  count(value: string): number {
    return countOf(this.#postingOf(value));
  }

  /** Visits the documents that carry the value, in ascending order of id. */
  forEach(value: string, visit: (id: DocumentId) => void): void {
    const posting = this.#postingOf(value);
    if (typeof posting === 'number') visit(posting);
    else posting?.forEach(visit);
  }

  /** Visits the documents that carry one of the values, each once. */
  forEachOfAny(values: ReadonlySet<string>, visit: (id: DocumentId) => void): void {
    for (const value of values) {
      const isFirst = (id: DocumentId): boolean => this.valuesOf(id).find((other) => values.has(other)) === value;
      this.forEach(value, (id) => {
        // A document with several of the values is visited under the first that it lists.
        if (this.#several.size === 0 || !this.#several.has(id) || isFirst(id)) visit(id);
      });
    }
  }

  /** Sets the bit of every document that carries the value. */
  setBits(value: string, bits: Uint32Array): void {
    const posting = this.#postingOf(value);
    if (typeof posting === 'number') bits[posting >>> 5] = (bits[posting >>> 5] ?? 0) | (1 << (posting & 31));
    else posting?.setBits(bits);
  }

  /** As `IdSet.bitSteps`. */
  bitSteps(value: string): number {
    const posting = this.#postingOf(value);
    return typeof posting === 'object' ? posting.bitSteps : countOf(posting);
  }

  get memoryBytes(): number {
    let bytes = this.#firsts.byteLength + this.#rewritten.memoryBytes;
    for (const numbers of this.#several.values()) bytes += severalOverheadBytes + numbers.length * 8;
    for (const [value, number] of this.#numbers) {
      const posting = this.#postings[number];
      bytes += value.length + valueOverheadBytes + (typeof posting === 'object' ? posting.memoryBytes : 0);
    }
    return bytes;
  }

  validate(): string[] {
    const errors: string[] = [];
    const name = `tag ${this.#field.alias}`;
    let [documents, records, posted] = [0, 0, 0];
    this.#firsts.forEach((first, id) => {
      const numbers = this.#numbersOf(id);
      if (numbers.length === 0) return;
      documents++;
      records += numbers.length;
      if (numbers[0] !== first) errors.push(`${name}: the column has another value of document ${id}`);
      for (const number of numbers) {
        if (!this.#carries(number, id)) errors.push(`${name}: document ${id} is not posted under number ${number}`);
      }
    });
    for (const [value, number] of this.#numbers) {
      const posting = this.#postings[number];
      posted += countOf(posting);
      if (this.#texts[number] !== value) errors.push(`${name}: the number of ${value} is another's`);
      if (typeof posting === 'object') errors.push(...posting.validate().map((error) => `${name}: ${error}`));
    }
    if (documents !== this.#documents) errors.push(`${name}: miscounts its documents`);
    if (records !== this.#records || posted !== records) errors.push(`${name}: miscounts its records`);
    if (this.#numbers.size + this.#freeNumbers.length !== this.#texts.length) {
      errors.push(`${name}: a number is neither used nor free`);
    }
    return errors;
  }

  #normalise(value: string): string {
    return this.#field.caseSensitive ? value : value.toLowerCase();
  }

  #firstOf(id: DocumentId): number {
    return this.#firsts[id] ?? none;
  }

  #numbersOf(id: DocumentId): readonly number[] {
    const first = this.#firstOf(id);
    return first === none ? [] : ((this.#several.size > 0 ? this.#several.get(id) : undefined) ?? [first]);
  }

  /** True to the numbers as they are given now. */
  #isOneOf(values: ReadonlySet<string>): (number: number) => boolean {
    const numbers = [...values].flatMap((value) => this.#numbers.get(value) ?? []);
    if (numbers.length <= comparedMax) {
      const [a = none, b = none, c = none, d = none] = numbers;
      return (number) => number === a || number === b || number === c || number === d;
    }
    const bits = new Uint32Array((this.#texts.length >>> 5) + 1);
    for (const number of numbers) bits[number >>> 5] = (bits[number >>> 5] ?? 0) | (1 << (number & 31));
    return (number) => (((bits[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
  }

  #postingOf(value: string): Posting | undefined {
    return this.#postings[this.#numbers.get(value) ?? none];
  }

  #carries(number: number, id: DocumentId): boolean {
    const posting = this.#postings[number];
    return typeof posting === 'number' ? posting === id : posting?.has(id) === true;
  }

  /** @returns the number of the value */
  #post(value: string, id: DocumentId): number {
    const number = this.#numbers.get(value);
    if (number === undefined) return this.#addValue(value, id);
    const posting = this.#postings[number];
    if (typeof posting === 'number') {
      const set = new IdSet();
      set.add(posting);
      set.add(id);
      this.#postings[number] = set;
    } else {
      posting?.add(id);
    }
    return number;
  }

  #addValue(value: string, id: DocumentId): number {
    const number = this.#freeNumbers.pop() ?? this.#texts.length;
    this.#numbers.set(value, number);
    this.#texts[number] = value;
    this.#postings[number] = id;
    this.#turnover++;
    return number;
  }

  #unpost(number: number, id: DocumentId): void {
    const posting = this.#postings[number];
    if (typeof posting === 'object') {
      posting.delete(id);
      if (posting.size > 0) return;
    }
    this.#numbers.delete(this.#texts[number] ?? '');
    this.#texts[number] = undefined;
    this.#postings[number] = undefined;
    this.#freeNumbers.push(number);
    this.#turnover++;
  }
}

function countOf(posting: Posting | undefined): number {
  if (posting === undefined) return 0;
  return typeof posting === 'number' ? 1 : posting.size;
}

/** A Map entry, a string header, and two slots by number. V8 without pointer compression. */
const valueOverheadBytes = 80;
/** A Map entry and an array header. */
const severalOverheadBytes = 72;

function matcherOf(match: Exclude<TagTerm['match'], 'exact'>, text: string): (value: string) => boolean {
  switch (match) {
    case 'prefix':
      return (value) => value.startsWith(text);
    case 'suffix':
      return (value) => value.endsWith(text);
    case 'infix':
      return (value) => value.includes(text);
    case 'wildcard': {
      const pattern = new Wildcard(text);
      return (value) => pattern.matches(value);
    }
  }
}
