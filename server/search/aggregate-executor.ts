/** From the text of a query and steps to rows: parses and starts an aggregation on an index whose database is up to date. */
import type {
  AggregateRun,
  Fusion,
  HybridList,
  HybridQuery,
  ResultRow,
  ScorerName,
  Sliced,
  Step,
  TextOptions,
} from '@nearkey/index';
import type { ByteSlice } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import type { Database } from '../keyspace/database.js';
import { documentReader } from './document-reader.js';
import { declaredField } from './index-definition.js';
import { searchErrorFor, searchErrors } from './search-errors.js';
import { asReplyError, boundQuery, optionsOf, type SearchRequest } from './search-executor.js';
import type { ServedIndex } from './served-index.js';

/** What an aggregation asks for, apart from limits that are the server's. */
export interface AggregateWish {
  readonly query: ByteSlice;
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  readonly steps: readonly Step[];
  readonly words?: Partial<TextOptions>;
  readonly scorer?: ScorerName | undefined;
  /** What BM25STD.TANH divides scores by. Undefined: `search-bm25std-tanh-factor`. */
  readonly tanhFactor?: number | undefined;
  readonly scores?: 'wanted' | undefined;
}

/** An aggregation under way, whose errors are replies. */
export class Aggregating {
  constructor(private readonly run: AggregateRun) {}

  /** Works until so many rows can be taken, or there are no more. @throws ReplyError */
  *fill(count: number): Sliced<void> {
    try {
      yield* this.run.fill(count);
    } catch (failure) {
      throw asReplyError(failure);
    }
  }

  take(count: number): ResultRow[] {
    return this.run.take(count);
  }

  /** Whether every row has been taken. */
  get isExhausted(): boolean {
    return this.run.isOver && !this.run.hasWaiting;
  }

  get total(): number {
    return this.run.total;
  }
}

/** What FT.HYBRID asks for. */
export interface HybridWish {
  /** What is near, in the query language. */
  readonly near: string;
  readonly field: string;
  readonly fusion: Fusion;
  readonly window: number;
  readonly names: HybridQuery['names'];
  readonly alone?: HybridList | undefined;
  readonly showsKeys: boolean;
}

/** One of the two lists of FT.HYBRID alone, with its keys, its own scores, and what is loaded. */
export function listAlone(wish: HybridWish, alone: HybridList): HybridWish {
  const { words, near } = wish.names;
  const names = { words: undefined, near: undefined, fused: undefined };
  return { ...wish, alone, showsKeys: true, names: alone === 'words' ? { ...names, words } : { ...names, near } };
}

/** @throws ReplyError when a query or a step is refused */
export function startHybrid(
  served: ServedIndex,
  database: Database,
  request: SearchRequest,
  wish: HybridWish,
  steps: readonly Step[],
  random: Random,
): Aggregating {
  try {
    const { index, definition } = served;
    const field = declaredField(definition, wish.field)?.field;
    if (field?.type !== 'VECTOR') throw searchErrorFor.notAVector(wish.field);
    const { parameters, queryBytesMax } = request;
    const near = index.parse(wish.near, { parameters, limits: { queryBytesMax } });
    const query = { ...wish, words: boundQuery(served, request), near, metric: field.metric };
    if (query.words.knn !== undefined) throw searchErrors.hybridKnn;
    const reader = documentReader(database, definition.documentType);
    const context = { reader, parameters, random: () => random.nextUint32() / 2 ** 32 };
    return new Aggregating(index.hybrid(query, steps, optionsOf(served, database, request), context));
  } catch (failure) {
    throw asReplyError(failure);
  }
}

/** @throws ReplyError when the query or a step is refused */
export function startAggregate(
  served: ServedIndex,
  database: Database,
  request: SearchRequest,
  steps: readonly Step[],
  random: Random,
): Aggregating {
  try {
    const reader = documentReader(database, served.definition.documentType);
    const context = { reader, parameters: request.parameters, random: () => random.nextUint32() / 2 ** 32 };
    const query = boundQuery(served, request);
    return new Aggregating(served.index.aggregate(query, steps, optionsOf(served, database, request), context));
  } catch (failure) {
    throw asReplyError(failure);
  }
}
