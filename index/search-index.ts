import type { Plan } from './planner.js';
import type { Query } from './query/query.js';
import type { Field, Schema } from './schema.js';

/** Where the engine reads a document's fields. The bytes are copied before `put` returns. */
export interface Document {
  get(identifier: string): Uint8Array | undefined;
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

export interface SearchOptions {
  /** Rows to skip. Default 0. */
  readonly offset?: number;
  /** Rows to return at most, default 10; 0 only counts. */
  readonly count?: number;
  /** A distance name of the query, or the alias of a TAG or NUMERIC field. Documents without the value come last. */
  readonly sortBy?: { readonly name: string; readonly order: 'ASC' | 'DESC' };
  /** Asked between blocks of work; true ends the search with a `QueryError` of code `timeout`. */
  readonly shouldStop?: () => boolean;
}

export interface Hit {
  readonly key: string;
  /** Aligned with `SearchResult.distanceNames`; undefined where a range inside an OR did not hold. */
  readonly distances: readonly (number | undefined)[];
  /** The value of `sortBy`'s field or distance, when there was one. */
  readonly sortKey: number | string | undefined;
}

export interface SearchResult {
  /** All matches of a filter; min(k, matches) of a KNN query. */
  readonly total: number;
  readonly distanceNames: readonly string[];
  /** The page `offset`, `count` of the result, in order. */
  readonly hits: readonly Hit[];
  readonly plan: Plan;
}

export interface AttributeInfo {
  readonly field: Field;
  /** Documents that carry the field. */
  readonly documents: number;
  /** Entries: (document, value) pairs of a TAG field, else the same as `documents`. */
  readonly records: number;
  /** Distinct values of a TAG field. */
  readonly values?: number;
  /** Vectors the index can hold before it grows. */
  readonly capacity?: number;
  readonly memoryBytes: number;
}

export interface IndexInfo {
  readonly documents: number;
  readonly records: number;
  /** Internal ids given out so far: FT.INFO's `max_doc_id`. */
  readonly documentIdMax: number;
  readonly indexingFailures: number;
  readonly lastIndexingError: string | undefined;
  readonly lastIndexingErrorKey: string | undefined;
  readonly attributes: readonly AttributeInfo[];
  /** An estimate: typed arrays and native memory exactly, JavaScript strings and objects by rule of thumb. */
  readonly memoryBytes: number;
}

export interface SearchIndexOptions {
  /** Seeds the level draw of HNSW graphs: equal seeds and equal operations give equal graphs. */
  readonly seed?: number;
}

export declare class SearchIndex {
  constructor(schema: Schema, options?: SearchIndexOptions);
  readonly schema: Schema;
  /** Documents indexed. */
  get size(): number;
  has(key: string): boolean;
  /** Indexes the document, replacing what the key held. A replaced key keeps its place in insertion order. */
  put(key: string, document: Document): PutOutcome;
  /** True when the key was indexed. */
  delete(key: string): boolean;
  /** Moves a document to another key, replacing what that key held. True when `from` was indexed. */
  rename(from: string, to: string): boolean;
  /** Forgets every document and the failure counters; the schema stays. */
  clear(): void;
  info(): IndexInfo;
  search(query: Query, options?: SearchOptions): SearchResult;
  /** Checks every invariant; a list of violations, empty when all is well. Slow: for tests and debug commands. */
  validate(): string[];
}
