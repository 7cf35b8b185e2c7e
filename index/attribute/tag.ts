/**
 * The index of a TAG field: value to ids, and id to values.
 *
 * Values are cut at the separator, trimmed, and lower-cased unless the field is CASESENSITIVE; repeats are dropped, and so are
 * empty ones unless the field is INDEXEMPTY. Both directions share one string per value. The posting of a value that one document carries is the
 * bare id: with unique tags (request ids) that saves an `IdSet` per document.
 */
import type { DocumentId } from '../document-table.js';
import { isAscii } from '../expression/value.js';
import { IdSet } from '../id-set.js';
import type { TagTerm } from '../query/predicate.js';
import type { TagField } from '../schema.js';
import { Wildcard } from '../text/wildcard.js';

type Posting = DocumentId | IdSet;

export class TagIndex {
  readonly #field: TagField;
  readonly #postings = new Map<string, Posting>();
  /** By id; undefined where the document has no value. */
  readonly #values: (readonly string[] | undefined)[] = [];
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
    return this.#postings.size;
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
    if (values.length === 0) return;
    this.#values[id] = values;
    this.#documents++;
    this.#records += values.length;
    for (const value of values) this.#post(value, id);
  }

  delete(id: DocumentId): void {
    this.#rewritten.delete(id);
    const values = this.#values[id];
    if (values === undefined) return;
    this.#values[id] = undefined;
    this.#documents--;
    this.#records -= values.length;
    for (const value of values) this.#unpost(value, id);
  }

  has(id: DocumentId): boolean {
    return this.#values[id] !== undefined;
  }

  valuesOf(id: DocumentId): readonly string[] {
    return this.#values[id] ?? [];
  }

  /** Whether a document's text can only be read from the document: it is not its only value, or not ASCII. */
  isRewritten(id: DocumentId): boolean {
    return this.#rewritten.size > 0 && this.#rewritten.has(id);
  }

  /** The text of a document that is not rewritten; undefined when it has none. */
  onlyValueOf(id: DocumentId): string | undefined {
    return this.#values[id]?.[0];
  }

  /** Every distinct value. */
  distinctValues(): IterableIterator<string> {
    return this.#postings.keys();
  }

  /** What a document is sorted by: its values joined as they would be written. */
  sortKeyOf(id: DocumentId): string | undefined {
    return this.#values[id]?.join(this.#field.separator);
  }

  /** The values a query's terms stand for; each is in the index. A wildcard looks at every distinct value. */
  resolve(terms: readonly TagTerm[]): Set<string> {
    const resolved = new Set<string>();
    for (const term of terms) {
      const text = this.#normalise(term.text);
      if (term.match === 'exact') {
        if (this.#postings.has(text)) resolved.add(text);
      } else {
        const matches = matcherOf(term.match, text);
        for (const value of this.#postings.keys()) if (matches(value)) resolved.add(value);
      }
    }
    return resolved;
  }

  /** Documents that carry the value. */
  count(value: string): number {
    const posting = this.#postings.get(value);
    if (posting === undefined) return 0;
    return typeof posting === 'number' ? 1 : posting.size;
  }

  /** Visits the documents that carry the value, in ascending order of id. */
  forEach(value: string, visit: (id: DocumentId) => void): void {
    const posting = this.#postings.get(value);
    if (typeof posting === 'number') visit(posting);
    else posting?.forEach(visit);
  }

  /**
   * The documents that carry the value, when they are kept as a set. It stays the value's own while the value has documents; what it
   * says of a document that had the value all the time is true as long.
   */
  setOf(value: string): IdSet | undefined {
    const posting = this.#postings.get(value);
    return typeof posting === 'number' ? undefined : posting;
  }

  /** Sets the bit of every document that carries the value. */
  setBits(value: string, bits: Uint32Array): void {
    const posting = this.#postings.get(value);
    if (typeof posting === 'number') bits[posting >>> 5] = (bits[posting >>> 5] ?? 0) | (1 << (posting & 31));
    else posting?.setBits(bits);
  }

  get memoryBytes(): number {
    let bytes = this.#values.length * 8 + this.#documents * valuesOverheadBytes + this.#records * 8;
    bytes += this.#rewritten.memoryBytes;
    for (const [value, posting] of this.#postings) {
      bytes += value.length + valueOverheadBytes + (typeof posting === 'number' ? 0 : posting.memoryBytes);
    }
    return bytes;
  }

  validate(): string[] {
    const errors: string[] = [];
    const name = `tag ${this.#field.alias}`;
    let [documents, records, posted] = [0, 0, 0];
    this.#values.forEach((values, id) => {
      if (values === undefined) return;
      documents++;
      records += values.length;
      for (const value of values) {
        if (!this.#carries(value, id)) errors.push(`${name}: document ${id} is not posted under ${value}`);
      }
    });
    for (const [value, posting] of this.#postings) {
      posted += this.count(value);
      if (typeof posting !== 'number') errors.push(...posting.validate().map((error) => `${name}: ${error}`));
    }
    if (documents !== this.#documents) errors.push(`${name}: miscounts its documents`);
    if (records !== this.#records || posted !== records) errors.push(`${name}: miscounts its records`);
    return errors;
  }

  #normalise(value: string): string {
    return this.#field.caseSensitive ? value : value.toLowerCase();
  }

  #carries(value: string, id: DocumentId): boolean {
    const posting = this.#postings.get(value);
    return typeof posting === 'number' ? posting === id : posting?.has(id) === true;
  }

  #post(value: string, id: DocumentId): void {
    const posting = this.#postings.get(value);
    if (posting === undefined) {
      this.#postings.set(value, id);
    } else if (typeof posting === 'number') {
      const set = new IdSet();
      set.add(posting);
      set.add(id);
      this.#postings.set(value, set);
    } else {
      posting.add(id);
    }
  }

  #unpost(value: string, id: DocumentId): void {
    const posting = this.#postings.get(value);
    if (posting === undefined || typeof posting === 'number') {
      this.#postings.delete(value);
      return;
    }
    posting.delete(id);
    if (posting.size === 0) this.#postings.delete(value);
  }
}

/** A Map entry and a string header; an array header. V8 without pointer compression. */
const valueOverheadBytes = 64;
const valuesOverheadBytes = 32;

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
