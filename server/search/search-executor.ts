/**
 * From the text of a query to rows: parses and runs it on an index whose database is up to date, and finds the hash of
 * each hit. Hashes are views: they live until the next write.
 */
import { decodeText, type Query, QueryError, type SearchOptions, type SearchResult } from '@nearkey/index';
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
  /** Names of what is read of each document; undefined for every field. */
  readonly columns: readonly string[] | undefined;
  readonly shouldStop: () => boolean;
  /** For engines with a clock of their own. */
  readonly budgetMs: number;
}

export interface SearchRow {
  /** One character a byte. */
  readonly key: string;
  /** Undefined when nothing is read of it but distances. */
  readonly hash: HashValue | undefined;
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
  try {
    return answerOf(served, database, request, served.index.search(...boundQuery(served, request)));
  } catch (failure) {
    throw asReplyError(failure, served.definition);
  }
}

/**
 * The same beside this thread. Resolves to a function that answers from what the keyspace holds when it is called; rejects with a
 * ReplyError. Undefined when the index would rather answer at once.
 * @throws ReplyError when the query is refused
 */
export function executeSearchLater(
  served: ServedIndex,
  database: Database,
  request: SearchRequest,
): Promise<() => SearchAnswer> | undefined {
  const { definition, index } = served;
  try {
    return index.searchLater(...boundQuery(served, request))?.then(
      (run) => () => answerOf(served, database, request, run()),
      (failure) => {
        throw asReplyError(failure, definition);
      },
    );
  } catch (failure) {
    throw asReplyError(failure, definition);
  }
}

function answerOf(
  { definition }: ServedIndex,
  database: Database,
  { columns }: SearchRequest,
  result: SearchResult,
): SearchAnswer {
  const { total, distanceNames, hits } = result;
  const readsHash = columns === undefined || columns.some((name) => !distanceNames.includes(name));
  const rows: SearchRow[] = [];
  for (const { key, distances, sortKey } of hits) {
    const hash = readsHash ? database.peek(HashValue, ByteSlice.fromLatin1(key)) : undefined;
    // The index is true to the keyspace; a key may still have expired since it was last looked at.
    if (hash !== undefined || !readsHash) rows.push({ key, hash, distances, sortKey });
  }
  return { definition, total: total - (hits.length - rows.length), distanceNames, rows };
}

function boundQuery({ index }: ServedIndex, request: SearchRequest): [Query, SearchOptions] {
  const { parameters, queryBytesMax, offset, count, sortBy, shouldStop, budgetMs } = request;
  const text = decodeText(request.query.view());
  const query = index.parse(text, { parameters, limits: { queryBytesMax } });
  const options = { offset, count, shouldStop, budgetMs };
  return [query, sortBy === undefined ? options : { ...options, sortBy }];
}

function asReplyError(failure: unknown, definition: IndexDefinition): unknown {
  return failure instanceof QueryError ? replyErrorFor(failure, definition) : failure;
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
