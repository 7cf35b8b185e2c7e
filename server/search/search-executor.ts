/**
 * From the text of a query to rows: parses and runs it on an index whose database is up to date, and finds the hash of
 * each hit. Hashes are views: they live until the next write.
 */
import { decodeText, parseQuery, QueryError, type SearchResult } from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import type { ReplyError } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import { HashValue } from '../types/hash.js';
import { declaredField, type IndexDefinition } from './index-definition.js';
import { searchErrorFor } from './search-errors.js';
import type { ServedIndex } from './served-index.js';

export interface SearchRequest {
  readonly query: ByteSlice;
  readonly queryBytesMax: number;
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  readonly offset: number;
  readonly count: number;
  readonly sortBy: { readonly name: string; readonly order: 'ASC' | 'DESC' } | undefined;
  readonly shouldStop: () => boolean;
}

export interface SearchRow {
  readonly key: ByteSlice;
  readonly hash: HashValue;
  /** Aligned with `SearchAnswer.distanceNames`. */
  readonly distances: readonly (number | undefined)[];
  readonly sortKey: number | string | undefined;
}

export interface SearchAnswer {
  readonly definition: IndexDefinition;
  readonly total: number;
  readonly distanceNames: readonly string[];
  readonly rows: readonly SearchRow[];
}

/** @throws ReplyError when the query is refused or out of time */
export function executeSearch(served: ServedIndex, database: Database, request: SearchRequest): SearchAnswer {
  const { total, distanceNames, hits } = runQuery(served, request);
  const rows: SearchRow[] = [];
  for (const { key: name, distances, sortKey } of hits) {
    const key = ByteSlice.fromLatin1(name);
    const hash = database.peek(HashValue, key);
    if (hash !== undefined) rows.push({ key, hash, distances, sortKey });
  }
  return { definition: served.definition, total: total - (hits.length - rows.length), distanceNames, rows };
}

function runQuery({ definition, index }: ServedIndex, request: SearchRequest): SearchResult {
  const { parameters, queryBytesMax, offset, count, sortBy, shouldStop } = request;
  const text = decodeText(request.query.view());
  try {
    const query = parseQuery(text, { schema: definition.schema, parameters, limits: { queryBytesMax } });
    return index.search(query, { offset, count, shouldStop, ...(sortBy === undefined ? {} : { sortBy }) });
  } catch (failure) {
    throw failure instanceof QueryError ? replyErrorFor(failure, definition) : failure;
  }
}

/** The engine's words, except where it cannot know of text fields. */
function replyErrorFor({ code, message, offset }: QueryError, definition: IndexDefinition): ReplyError {
  const named = code === 'field' ? /`([^`]+)`/.exec(message)?.[1] : undefined;
  if (named !== undefined && declaredField(definition, named)?.field.type === 'TEXT') {
    return searchErrorFor.textNotSearched(named);
  }
  const hasText = definition.fields.some(({ field }) => field.type === 'TEXT');
  return code === 'text' && hasText ? searchErrorFor.textQuery(offset ?? 0) : searchErrorFor.refused(message);
}
