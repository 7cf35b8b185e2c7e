/** The rows of FT.HYBRID: what words find and what is near a vector, fused, best first. */
import type { DocumentId } from '../document-table.js';
import type { Value } from '../expression/value.js';
import type { Query } from '../query/query.js';
import type { DistanceMetric } from '../schema.js';
import { type SearchOptions, type SearchResult, type SearchSource, search, searchInSlices } from '../search.js';
import type { Sliced } from '../sliced.js';
import { type Fusion, fuse, type Scored, similarityOf } from './fusion.js';
import { scoreProperty } from './query-source.js';
import { keyProperty } from './row-scope.js';
import type { RowSource } from './row-source.js';

export interface HybridQuery {
  readonly words: Query;
  /** It yields a distance. */
  readonly near: Query;
  readonly metric: DistanceMetric;
  readonly fusion: Fusion;
  /** Documents of each list that are fused. */
  readonly window: number;
  /** Names under which rows show scores; undefined for those that are not asked for. */
  readonly names: {
    readonly words: string | undefined;
    readonly near: string | undefined;
    readonly fused: string | undefined;
  };
  /** Whether rows show their keys, and their scores. */
  readonly showsKeys: boolean;
  /** One of the lists alone, with its own scores. */
  readonly alone?: HybridList | undefined;
}

export type HybridList = 'words' | 'near';

export function hybridSource(sourceNow: () => SearchSource, query: HybridQuery, options: SearchOptions): RowSource {
  const source = sourceNow();
  const { documents } = source;
  const scores = {
    words: new Map<string, number>(),
    near: new Map<string, number>(),
    fused: new Map<string, number>(),
  };
  const column = (of: ReadonlyMap<string, number>) => (id: DocumentId) => of.get(documents.keyOf(id) ?? '');
  const key = (id: DocumentId): Value => documents.keyOf(id);
  const columns = new Map<string, (id: DocumentId) => Value>();
  const { names } = query;
  if (query.showsKeys) columns.set(keyProperty, key);
  if (names.words !== undefined) columns.set(names.words, column(scores.words));
  if (names.near !== undefined) columns.set(names.near, column(scores.near));
  if (names.fused !== undefined) columns.set(names.fused, column(scores.fused));
  else if (query.showsKeys) columns.set(scoreProperty, column(scores.fused));
  return {
    documents,
    attribute: (alias) => source.attribute(alias),
    columns,
    hidden: new Map([[scoreProperty, column(scores.fused)]]),
    matchedTerms: () => undefined,
    *scan(visit, isEnough): Sliced<void> {
      const words = query.alone === 'near' ? [] : yield* scoredByWords(sourceNow, query, options);
      const near = query.alone === 'words' ? [] : nearest(sourceNow(), query, options);
      for (const { key: of, score } of words) scores.words.set(of, score);
      for (const { key: of, score } of near) scores.near.set(of, score);
      const own = [...words, ...near].map(({ key: of, score }) => [of, score] as const);
      for (const [of, score] of query.alone === undefined ? fuse(query.fusion, words, near) : own) {
        scores.fused.set(of, score);
      }
      for (const id of bestFirst(scores.fused, source)) {
        if (isEnough()) return;
        visit(id);
      }
    },
  };
}

function* scoredByWords(now: () => SearchSource, query: HybridQuery, options: SearchOptions): Sliced<Scored[]> {
  const wanted: SearchOptions = { ...options, offset: 0, count: query.window, scores: 'wanted' };
  const work = searchInSlices(now, query.words, wanted);
  const { hits }: SearchResult = work === undefined ? search(now(), query.words, wanted) : yield* work;
  return hits.map(({ key, score = 0 }) => ({ key, score }));
}

function nearest(source: SearchSource, { near, window, metric }: HybridQuery, options: SearchOptions): Scored[] {
  const { hits } = search(source, near, { ...options, offset: 0, count: window });
  return hits.map(({ key, distances: [distance = Number.POSITIVE_INFINITY] }) => ({
    key,
    score: similarityOf(metric, distance),
  }));
}

/** What is equal is in insertion order. */
function bestFirst(scores: ReadonlyMap<string, number>, { documents }: SearchSource): DocumentId[] {
  const rows = Array.from(scores, ([key, score]) => ({ id: documents.idOf(key), score }));
  return rows
    .flatMap(({ id, score }) => (id === undefined ? [] : { id, score }))
    .sort((a, b) => b.score - a.score || (documents.precedes(a.id, b.id) ? -1 : 1))
    .map(({ id }) => id);
}
