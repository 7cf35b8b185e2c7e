import type { QueryLimits } from '../limits.js';
import type { Schema } from '../schema.js';
import type { Query } from './query.js';

/** What a query text refers to. */
export interface QueryContext {
  readonly schema: Schema;
  /** PARAMS: names are case-sensitive, values are the client's bytes. */
  readonly parameters?: ReadonlyMap<string, Uint8Array>;
  readonly limits?: Partial<QueryLimits>;
}

/** Parses and binds a query (dialect 2). Throws a `QueryError` worded for the client. */
export declare function parseQuery(text: string, context: QueryContext): Query;
