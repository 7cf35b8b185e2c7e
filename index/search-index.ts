/**
 * One index: documents by key, an attribute index for each field of the schema, and the search over both.
 *
 * A document is indexed whole or not at all. Its fields are read first; only when every one that is present is valid
 * are they stored. A field that is absent is no fault: the document matches negations of it, and is not found by KNN
 * when it is the vector. An invalid document leaves the index, is counted, and its reason is kept for FT.INFO.
 *
 * Invariants (see `validate`): attribute indexes hold ids of live documents only, and each is valid by itself.
 */
import { type AggregateContext, AggregateRun } from './aggregate/aggregate-run.js';
import type { Step } from './aggregate/aggregation.js';
import { type HybridQuery, hybridSource } from './aggregate/hybrid-source.js';
import { querySource } from './aggregate/query-source.js';
import {
  type Attribute,
  type AttributeInfo,
  attributeInfo,
  createAttribute,
  type Staged,
  stage,
} from './attribute/attribute.js';
import { decodeText } from './decode-text.js';
import { Digests, digestOf } from './digest.js';
import { type DocumentId, DocumentTable } from './document-table.js';
import { SchemaError } from './errors.js';
import { IdSet } from './id-set.js';
import { ListedValues } from './listed-values.js';
import type { Query } from './query/query.js';
import { QueryCache } from './query/query-cache.js';
import type { QueryContext } from './query/scope.js';
import { RefusedField } from './refused-field.js';
import type { Field, Schema, TextField } from './schema.js';
import {
  planQuery,
  type QueryPlan,
  type SearchOptions,
  type SearchResult,
  type SearchSource,
  search,
  searchInSlices,
  searchLater,
} from './search.js';
import type { SeveralVectors } from './several-vectors.js';
import type { Sliced } from './sliced.js';
import { Analyzer } from './text/analyzer.js';
import { type Misspelling, misspellings, type SpellingOptions } from './text/spelling.js';
import { Synonyms } from './text/synonyms.js';
import { type FieldText, TextIndex } from './text/text-index.js';
import { grownFloat64 } from './typed-arrays.js';
import { defaultEngine, type VectorEngine } from './vector/vector-engine.js';
import type { SharedRows } from './vector/vector-index.js';

/**
 * Where the engine reads a document's fields. The bytes are copied before `put` returns. Several values of one field are
 * divided by the separator of a TAG, by zero bytes in a NUMERIC.
 */
export interface Document {
  get(identifier: string, field: Field): Uint8Array | ListedValues | SeveralVectors | RefusedField | undefined;
}

/** What a document brings beside its fields. */
export interface DocumentTraits {
  /** Its own score, from 0 to 1. Default 1. */
  readonly score?: number;
  /** The language of its text. Default the index's own. */
  readonly language?: string | undefined;
}

/** What became of a document. An invalid one is in the index no longer, whatever was there before. */
export type PutOutcome =
  | { readonly status: 'indexed' }
  | {
      readonly status: 'invalid';
      /** Alias of the field that was refused. */
      readonly field: string;
      /** Worded for FT.INFO's `last indexing error`. */
      readonly reason: string;
    };

export interface IndexInfo {
  readonly documents: number;
  /** The sum of the attributes' records. */
  readonly records: number;
  /** The most documents there ever were at once: FT.INFO's `max_doc_id`. */
  readonly documentIdMax: number;
  readonly indexingFailures: number;
  readonly lastIndexingError: string | undefined;
  readonly lastIndexingErrorKey: string | undefined;
  /** In the order of the schema. */
  readonly attributes: readonly AttributeInfo[];
  /** Distinct words of TEXT fields, stems included. */
  readonly words: number;
  /** Words of all documents, repeats included. */
  readonly wordOccurrences: number;
  readonly textBytes: number;
  /**
   * An estimate: typed arrays and native memory exactly, JavaScript strings and objects by rule of thumb. It takes a
   * walk over the distinct tag values: for FT.INFO, not for every write.
   */
  readonly memoryBytes: number;
}

export interface SearchIndexOptions {
  /** Seeds the level draw of HNSW graphs. Without threads, equal seeds and equal operations give equal graphs. */
  readonly seed?: number;
  /** What makes the indexes of vectors; by default the native engine where it was built, with no threads of its own. */
  readonly engine?: VectorEngine;
}

const defaultSeed = 100;

interface Failures {
  readonly count: number;
  readonly lastError: string | undefined;
  readonly lastKey: string | undefined;
}

const noFailures: Failures = { count: 0, lastError: undefined, lastKey: undefined };

export class SearchIndex {
  #schema: Schema;
  readonly #seed: number;
  readonly #engine: VectorEngine;
  #documents = new DocumentTable();
  #attributes: Map<string, Attribute>;
  #text: TextIndex;
  readonly #analyzer: Analyzer;
  /** Of vectors, by alias, and of all text together: what takes long to index is left alone while it is the same. */
  readonly #vectorDigests = new Map<string, Digests>();
  readonly #textDigests = new Digests();
  /** By alias: the documents without a field that is INDEXMISSING. */
  #missing: Map<string, IdSet>;
  /** By id; documents beyond its end have a score of 1. */
  #scores: Float64Array = new Float64Array(0);
  #failures = noFailures;
  #queries = new QueryCache();
  /** How often a document came, went, or changed. */
  #changes = 0;
  /** What searches have read last. */
  #sourceNow: SearchSource | undefined;
  /** What words of queries stand for besides themselves; outlives the documents. */
  readonly synonyms = new Synonyms();

  constructor(schema: Schema, { seed = defaultSeed, engine = defaultEngine() }: SearchIndexOptions = {}) {
    this.#schema = schema;
    this.#engine = engine;
    this.#seed = seed;
    this.#analyzer = new Analyzer(schema.text);
    this.#attributes = this.#emptyAttributes();
    this.#text = this.#emptyText();
    this.#missing = this.#emptyMissing();
  }

  get schema(): Schema {
    return this.#schema;
  }

  /** Documents indexed. */
  get size(): number {
    return this.#documents.size;
  }

  has(key: string): boolean {
    return this.#documents.idOf(key) !== undefined;
  }

  /**
   * Indexes the document, replacing what the key held. A replaced key keeps its place in insertion order; its vectors and its
   * text are left alone where they are the same.
   */
  put(key: string, document: Document, { score = 1, language }: DocumentTraits = {}): PutOutcome {
    this.#changes++;
    const stores: ((id: DocumentId) => void)[] = [];
    const texts: FieldBytes[] = [];
    for (const attribute of this.#attributes.values()) {
      const { field } = attribute;
      const value = document.get(field.identifier, field);
      if (value instanceof RefusedField) return this.#refuse(key, field.alias, value.reason);
      const missing = this.#missing.get(field.alias);
      if (missing !== undefined) {
        stores.push(value === undefined ? (id) => missing.add(id) : (id) => missing.delete(id));
      }
      const staged = this.#stage(key, attribute, value);
      if ('reason' in staged) return this.#refuse(key, field.alias, staged.reason);
      stores.push(staged.store);
      const bytes = value instanceof ListedValues ? value.bytes : value;
      if (bytes instanceof Uint8Array && field.type === 'TEXT' && !field.noIndex) texts.push({ field, bytes });
    }
    const id = this.#documents.assign(key);
    for (const store of stores) store(id);
    if (this.#textDigests.changed(id, textDigest(texts, language))) {
      this.#text.put(
        id,
        texts.map(({ field, bytes }) => this.#read(field, decodeText(bytes), language)),
      );
    }
    this.#setScore(id, score);
    return { status: 'indexed' };
  }

  #stage(key: string, attribute: Attribute, value: IndexedValue | undefined): Staged {
    const digests = this.#vectorDigests.get(attribute.field.alias);
    if (value === undefined) {
      return {
        store: (id) => {
          digests?.forget(id);
          attribute.index.delete(id);
        },
      };
    }
    if (digests === undefined) return stage(attribute, value);
    const digest = vectorDigest(value);
    const known = this.#documents.idOf(key);
    if (known !== undefined && digests.isSame(known, digest)) return { store: () => undefined };
    const staged = stage(attribute, value);
    if ('reason' in staged) return staged;
    return {
      store: (id) => {
        digests.changed(id, digest);
        staged.store(id);
      },
    };
  }

  /** Visits the rows that hold the vectors of a document, where they may be kept. */
  forEachRow(key: string, visit: (identifier: string, rows: SharedRows, id: DocumentId) => void): void {
    const id = this.#documents.idOf(key);
    if (id === undefined || this.#vectorDigests.size === 0) return;
    for (const alias of this.#vectorDigests.keys()) {
      const attribute = this.#attributes.get(alias);
      if (attribute?.type !== 'VECTOR' || attribute.index.rows === undefined) continue;
      visit(attribute.field.identifier, attribute.index.rows, id);
    }
  }

  /** True when the key was indexed. */
  delete(key: string): boolean {
    this.#changes++;
    const id = this.#documents.release(key);
    if (id === undefined) return false;
    for (const { index } of this.#attributes.values()) index.delete(id);
    for (const missing of this.#missing.values()) missing.delete(id);
    this.#text.delete(id);
    this.#textDigests.forget(id);
    for (const digests of this.#vectorDigests.values()) digests.forget(id);
    return true;
  }

  /** Moves a document to another key, replacing what that key held. True when `from` was indexed. */
  rename(from: string, to: string): boolean {
    if (!this.has(from)) return false;
    this.#changes++;
    if (from !== to) {
      this.delete(to);
      this.#documents.rename(from, to);
    }
    return true;
  }

  /** Forgets every document and the failures; the schema stays. */
  clear(): void {
    this.#changes++;
    this.close();
    this.#documents = new DocumentTable();
    this.#attributes = this.#emptyAttributes();
    this.#text = this.#emptyText();
    this.#textDigests.clear();
    for (const digests of this.#vectorDigests.values()) digests.clear();
    this.#missing = this.#emptyMissing();
    this.#scores = new Float64Array(0);
    this.#failures = noFailures;
  }

  /** Gives native memory and work in flight up at once; nothing may be asked of the index any more. */
  close(): void {
    for (const attribute of this.#attributes.values()) if (attribute.type === 'VECTOR') attribute.index.close();
    // Work in slices sees that its documents are no longer those of the index.
    this.#documents = new DocumentTable();
    this.#sourceNow = undefined;
  }

  info(): IndexInfo {
    const attributes = [...this.#attributes.values()].map(attributeInfo);
    const textBytes = this.#text.memoryBytes;
    return {
      documents: this.#documents.size,
      records: attributes.reduce((sum, { records }) => sum + records, this.#text.records),
      documentIdMax: this.#documents.idLimit,
      indexingFailures: this.#failures.count,
      lastIndexingError: this.#failures.lastError,
      lastIndexingErrorKey: this.#failures.lastKey,
      attributes,
      words: this.#text.size,
      wordOccurrences: this.#text.totalLength,
      textBytes,
      memoryBytes: attributes.reduce(
        (sum, { memoryBytes }) => sum + memoryBytes,
        this.#documents.memoryBytes + textBytes + this.#digestBytes,
      ),
    };
  }

  /** Parses a query with this index's schema, as `parseQuery` does; a text that is asked again and again costs little. */
  parse(text: string, context: Omit<QueryContext, 'schema'>): Query {
    const { parameters, limits } = context;
    const synonymsOf = (word: string): string[] => this.synonyms.of(word);
    const words = this.synonyms.size === 0 ? context.text : { synonymsOf, ...context.text };
    return this.#queries.parse(text, { schema: this.schema, parameters, limits, text: words });
  }

  /** Runs a query that was parsed with this index's schema. Throws a `QueryError` of code `field` or `timeout`. */
  search(query: Query, options: SearchOptions = {}): SearchResult {
    return search(this.#source(), query, options);
  }

  /**
   * Runs a query beside JavaScript's thread. Resolves to a function that answers with the documents as they are when it is called:
   * what has changed meanwhile is seen, what was there when the search began is found. Undefined when there is nothing to
   * gain: then `search` answers at once. Rejects with a `QueryError` of code `timeout` or `closed`.
   */
  searchLater(query: Query, options: SearchOptions = {}): Promise<() => SearchResult> | undefined {
    return searchLater(() => this.#source(), query, options);
  }

  /**
   * A search for the documents that pass a filter which takes turns, for indexes so large that it may take long. Documents may change
   * between two of them: each is judged as it is when its turn comes, and those of the page once more at the end. Undefined for small
   * indexes, and for KNN.
   */
  searchInSlices(query: Query, options: SearchOptions = {}): Sliced<SearchResult> | undefined {
    return searchInSlices(() => this.#source(), query, options);
  }

  /**
   * Sends what a query finds through steps. Nothing is done before the run is asked for rows. `options` say how the query is run;
   * its page and order are the steps' business. Throws a `QueryError` when a step asks for what is not there.
   */
  aggregate(query: Query, steps: readonly Step[], options: SearchOptions, context: AggregateContext): AggregateRun {
    return new AggregateRun(
      querySource(() => this.#source(), query, options),
      steps,
      context,
    );
  }

  /** The same with what words find and what is near a vector, fused. */
  hybrid(query: HybridQuery, steps: readonly Step[], options: SearchOptions, context: AggregateContext): AggregateRun {
    return new AggregateRun(
      hybridSource(() => this.#source(), query, options),
      steps,
      context,
    );
  }

  /** How a query would be run now. */
  plan(query: Query): QueryPlan {
    return planQuery(this.#source(), query);
  }

  /** What the words of a query that no document holds may have been meant to be. */
  misspellings({ filter }: Query, options: SpellingOptions): Misspelling[] {
    return misspellings(filter, { text: this.#text, documents: this.#documents }, options);
  }

  /** The distinct values of a TAG field, sorted; undefined for a field that is none. */
  tagValues(alias: string): string[] | undefined {
    const attribute = this.#attributes.get(alias);
    return attribute?.type === 'TAG' ? [...attribute.index.distinctValues()].sort() : undefined;
  }

  /**
   * Goes on with a schema that has more fields behind those it had. Documents that are there already are found by the new
   * fields once they are put again. Throws a `SchemaError` when the fields it had are others.
   */
  extend(schema: Schema): void {
    const known = this.#schema.fields;
    if (known.some((field, at) => schema.fields[at]?.alias !== field.alias)) {
      throw new SchemaError('Fields can only be added behind those there are');
    }
    this.#changes++;
    this.#schema = schema;
    this.#queries = new QueryCache();
    const added = schema.fields.slice(known.length);
    for (const field of added) this.#attributes.set(field.alias, this.#emptyAttribute(field));
    for (const { alias } of added.filter(({ indexMissing }) => indexMissing)) {
      const missing = new IdSet();
      this.#documents.forEach((id) => void missing.add(id));
      this.#missing.set(alias, missing);
    }
    this.#text.setFields(textFieldsOf(schema));
    this.#textDigests.clear();
  }

  /** Checks every invariant; a list of violations, empty when all is well. Slow: for tests and debug commands. */
  validate(): string[] {
    const errors = [...this.#documents.validate(), ...this.#text.validate(this.#documents.idLimit)];
    for (const attribute of this.#attributes.values()) {
      errors.push(...attribute.index.validate());
      const live = this.#liveIn(attribute);
      const { documents } = attributeInfo(attribute);
      if (live !== documents) {
        errors.push(`${attribute.field.alias}: ${documents} documents, of which ${live} are live`);
      }
    }
    return errors;
  }

  /** The same as long as nothing changes. */
  #source(): SearchSource {
    const known = this.#sourceNow;
    if (known?.changes === this.#changes && known.documents === this.#documents) return known;
    this.#sourceNow = {
      documents: this.#documents,
      changes: this.#changes,
      text: this.#text,
      attribute: (alias) => this.#attributes.get(alias),
      missing: (alias) => this.#missing.get(alias),
      scoreOf: (id) => this.#scores[id] ?? 1,
    };
    return this.#sourceNow;
  }

  get #digestBytes(): number {
    const vectors = [...this.#vectorDigests.values()];
    return vectors.reduce((sum, { memoryBytes }) => sum + memoryBytes, this.#textDigests.memoryBytes);
  }

  #liveIn({ index }: Attribute): number {
    let live = 0;
    this.#documents.forEach((id) => {
      if (index.has(id)) live++;
    });
    return live;
  }

  #refuse(key: string, field: string, reason: string): PutOutcome {
    this.delete(key);
    this.#failures = { count: this.#failures.count + 1, lastError: reason, lastKey: key };
    return { status: 'invalid', field, reason };
  }

  #read(field: TextField, text: string, language: string | undefined): FieldText {
    const number = this.schema.textFields.findIndex(({ alias }) => alias === field.alias);
    if (text === '') return { field: number, words: field.indexEmpty ? [''] : [], stems: [] };
    const reading = { hasStems: !field.noStem, hasSounds: field.phonetic !== undefined };
    return this.#analyzer.field(number, text, reading, language);
  }

  #setScore(id: DocumentId, score: number): void {
    if (score === 1 && id >= this.#scores.length) return;
    this.#scores = grownFloat64(this.#scores, id + 1, 1);
    this.#scores[id] = score;
  }

  #emptyText(): TextIndex {
    return new TextIndex({ hasOffsets: this.schema.text.hasOffsets, ...textFieldsOf(this.schema) });
  }

  #emptyMissing(): Map<string, IdSet> {
    const fields = this.schema.fields.filter(({ indexMissing }) => indexMissing);
    return new Map(fields.map(({ alias }) => [alias, new IdSet()]));
  }

  #emptyAttributes(): Map<string, Attribute> {
    return new Map(this.schema.fields.map((field) => [field.alias, this.#emptyAttribute(field)]));
  }

  #emptyAttribute(field: Field): Attribute {
    if (field.type === 'VECTOR') this.#vectorDigests.set(field.alias, new Digests());
    const sequenceOf = (id: DocumentId): number => this.#documents.sequenceOf(id);
    return createAttribute(field, { engine: this.#engine, sequenceOf, seed: this.#seed });
  }
}

function textFieldsOf({ textFields }: Schema): { weights: readonly number[]; hasSuffixes: boolean } {
  return {
    weights: textFields.map(({ weight }) => weight),
    hasSuffixes: textFields.some(({ withSuffixTrie }) => withSuffixTrie),
  };
}

type IndexedValue = Uint8Array | ListedValues | SeveralVectors;

/** A TEXT field of a document, not read yet. */
interface FieldBytes {
  readonly field: TextField;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

function vectorDigest(value: IndexedValue): number {
  if (value instanceof Uint8Array) return digestOf(value);
  if (value instanceof ListedValues) return digestOf(value.bytes);
  return value.vectors.reduce((digest, bytes) => digestOf(bytes, digest), value.vectors.length);
}

function textDigest(texts: readonly FieldBytes[], language: string | undefined): number {
  let digest = language === undefined ? 0 : digestOf(encoder.encode(language));
  for (const { field, bytes } of texts) digest = digestOf(bytes, digestOf(encoder.encode(field.alias), digest));
  return digest;
}
