/**
 * From the text of a query to rows: parses and runs it on an index whose database is up to date, and finds the document of
 * each hit. Documents are views: they live until the next write.
 */
import {
  explainQuery,
  type Hit,
  type Misspelling,
  type Predicate,
  type Query,
  QueryError,
  type QueryPlan,
  type Restriction,
  restrict,
  type ScorerName,
  type SearchOptions,
  type SearchResult,
  type Sliced,
  type SpellingOptions,
  type TextOptions,
} from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import type { Database } from '../keyspace/database.js';
import { decodedText } from './decoded-text.js';
import { type DocumentFields, fieldsAt } from './document-type.js';
import type { IndexDefinition } from './index-definition.js';
import { searchErrorFor } from './search-errors.js';
import type { ServedIndex } from './served-index.js';

/** What a search asks for, apart from limits that are the server's. */
export interface SearchWish {
  readonly query: ByteSlice;
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  readonly offset: number;
  readonly count: number;
  readonly sortBy: { readonly name: string; readonly order: 'ASC' | 'DESC' } | undefined;
  /** Names of what is read of each document; undefined for every field. */
  readonly columns: readonly string[] | undefined;
  /** How the words of the query are read, where that is not the index's own way. */
  readonly words?: Partial<TextOptions> | undefined;
  /** What must hold beside the query. */
  readonly restrictions?: readonly Restriction[];
  readonly scorer?: ScorerName | undefined;
  readonly scores?: 'wanted' | 'explained' | undefined;
  /** What BM25STD.TANH divides scores by. Undefined: `search-bm25std-tanh-factor`. */
  readonly tanhFactor?: number | undefined;
  /** Of the query, for the scorer HAMMING. */
  readonly payload?: Uint8Array | undefined;
}

export interface SearchRequest extends SearchWish {
  readonly queryBytesMax: number;
  /** Words that a prefix, a pattern or a fuzzy word may stand for. */
  readonly expansionsMax: number;
  /** What BM25STD.TANH divides by. */
  readonly tanhFactor: number;
  readonly shouldStop: () => boolean;
  /** For engines with a clock of their own. */
  readonly budgetMs: number;
}

/** What the index found, with the document. */
export interface SearchRow extends Hit {
  /** Missing when nothing is read of it but distances: the row is the hit itself then. */
  readonly fields?: DocumentFields | undefined;
}

export interface SearchAnswer {
  readonly definition: IndexDefinition;
  /** What was asked for. */
  readonly filter: Predicate;
  readonly total: number;
  readonly distanceNames: readonly string[];
  readonly rows: readonly SearchRow[];
}

/** A query as it is understood, and how it would be run. */
export interface Explained extends QueryPlan {
  /** As lines for humans. */
  readonly lines: readonly string[];
}

/** @throws ReplyError when the query is refused */
export function explainSearch(served: ServedIndex, request: SearchRequest): Explained {
  try {
    const query = boundQuery(served, request);
    const { index } = served;
    const textFields = index.schema.textFields.map(({ alias }) => alias);
    return { ...index.plan(query), lines: explainQuery(query, textFields) };
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/** A search whose query is understood; nothing has been looked for. It is to be begun before anything else runs. */
export interface PreparedSearch {
  readonly served: ServedIndex;
  readonly database: Database;
  readonly request: SearchRequest;
  readonly query: Query;
  readonly options: SearchOptions;
}

/** @throws ReplyError when the query is refused */
export function prepareSearch(served: ServedIndex, database: Database, request: SearchRequest): PreparedSearch {
  try {
    const query = boundQuery(served, request);
    return { served, database, request, query, options: optionsOf(served, database, request) };
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/** @throws ReplyError when the query is refused or out of time */
export function executeSearch(search: PreparedSearch): SearchAnswer {
  try {
    return answerOf(search, search.served.index.search(search.query, search.options));
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/**
 * The same beside this thread. Resolves to a function that answers from what the keyspace holds when it is called; rejects with a
 * ReplyError. Undefined when the index would rather answer at once.
 * @throws ReplyError when the query is refused
 */
export function executeSearchLater(search: PreparedSearch): Promise<() => SearchAnswer> | undefined {
  try {
    return search.served.index.searchLater(search.query, search.options)?.then(
      (run) => () => answerOf(search, run()),
      (failure) => {
        throw asReplyError(failure);
      },
    );
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/**
 * The same in slices. Undefined when the index would rather answer at once.
 * @throws ReplyError when the query is refused; so may the work
 */
export function executeSearchInSlices(search: PreparedSearch): Sliced<() => SearchAnswer> | undefined {
  try {
    const work = search.served.index.searchInSlices(search.query, search.options);
    return work && answerInSlices(work, (result) => answerOf(search, result));
  } catch (failure) {
    throw asReplyError(failure);
  }
}

function* answerInSlices(
  work: Sliced<SearchResult>,
  answer: (result: SearchResult) => SearchAnswer,
): Sliced<() => SearchAnswer> {
  try {
    const result = yield* work;
    return () => answer(result);
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/** @throws ReplyError when the query is refused */
export function executeSpellCheck(
  { index }: ServedIndex,
  query: ByteSlice,
  queryBytesMax: number,
  options: SpellingOptions,
): Misspelling[] {
  try {
    const parsed = index.parse(decodedText(query), { limits: { queryBytesMax }, text: { verbatim: true } });
    return index.misspellings(parsed, options);
  } catch (failure) {
    throw asReplyError(failure);
  }
}

function answerOf({ served, database, request, query }: PreparedSearch, result: SearchResult): SearchAnswer {
  const { definition } = served;
  const { columns } = request;
  const { total, distanceNames, hits } = result;
  const readsFields = columns === undefined || columns.some((name) => !distanceNames.includes(name));
  if (!readsFields) return { definition, filter: query.filter, total, distanceNames, rows: hits };
  const rows: SearchRow[] = [];
  for (const { key, distances, sortKey, score, explanation } of hits) {
    const fields = fieldsAt(database, ByteSlice.fromLatin1(key), definition.documentType);
    // The index is true to the keyspace; a key may still have expired since it was last looked at.
    if (fields !== undefined) rows.push({ key, fields, distances, sortKey, score, explanation });
  }
  return { definition, filter: query.filter, total: total - (hits.length - rows.length), distanceNames, rows };
}

export function boundQuery({ index }: ServedIndex, request: SearchRequest): Query {
  const { parameters, queryBytesMax, words, restrictions = [] } = request;
  const limits = { queryBytesMax };
  const text = decodedText(request.query);
  const isOwnWay = words === undefined || Object.keys(words).length === 0;
  const query = index.parse(text, { parameters, limits, text: isOwnWay ? undefined : words });
  return restrict(query, index.schema, restrictions);
}

export function optionsOf({ definition }: ServedIndex, database: Database, request: SearchRequest): SearchOptions {
  const { offset, count, shouldStop, budgetMs, expansionsMax, tanhFactor, sortBy, scorer, scores, payload } = request;
  const { payloadField } = definition;
  return {
    offset,
    count,
    shouldStop,
    budgetMs,
    expansionsMax,
    tanhFactor,
    sortBy,
    scorer,
    scores,
    payload:
      payload === undefined || payloadField === undefined ? undefined : { identifier: payloadField, ofQuery: payload },
    read: (key, identifier) =>
      fieldsAt(database, ByteSlice.fromLatin1(key), definition.documentType)
        ?.get(ByteSlice.fromLatin1(identifier))
        ?.view(),
  };
}

export function asReplyError(failure: unknown): unknown {
  return failure instanceof QueryError ? searchErrorFor.refused(failure.message) : failure;
}
