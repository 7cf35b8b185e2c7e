/**
 * Runs a query: filter or KNN, then order, then the page. What FT.SEARCH promises is decided here:
 *
 *   total   every match of a filter; min(k, matches) of KNN
 *   order   `sortBy` if given; else ascending distance for KNN and for the first vector range that yields one; else
 *           descending score; which is insertion order where the query has no words. Ties are in insertion order,
 *           documents without a sort value last in either direction
 *   KNN     chooses its k among the documents that pass the filter; sorting by another field sorts those k
 */
import type { Attribute } from './attribute/attribute.js';
import { BoundedHeap } from './bounded-heap.js';
import { Deadline } from './deadline.js';
import { decodeText } from './decode-text.js';
import type { DocumentId, DocumentTable } from './document-table.js';
import { QueryError } from './errors.js';
import { bindFilter, type Filter, type FilterContext, filterBits } from './filter.js';
import type { IdSet } from './id-set.js';
import { defaultQueryLimits } from './limits.js';
import { filterCallsMax, ownPlan, type Plan, type PlanInput, planKnn } from './planner.js';
import { childrenOf, hasText, type Predicate, type VectorRangePredicate, vectorRanges } from './query/predicate.js';
import type { KnnClause, Query } from './query/query.js';
import { gatheredMax, scan } from './scan.js';
import {
  bindScoreBound,
  bindScorer,
  defaultTanhFactor,
  type Explanation,
  normalized,
  type Scorer,
  type ScorerName,
  type ScoringContext,
} from './scoring.js';
import type { Sliced } from './sliced.js';
import type { TextIndex } from './text/text-index.js';
import { fold } from './text/tokenizer.js';
import { searchLaterMin } from './vector/nearest.js';
import type { FoundNeighbors, NearestRequest, VectorIndex } from './vector/vector-index.js';
import type { Measure } from './vector/vector-store.js';

export interface SortBy {
  /** A distance name of the query, or the alias of a field. TEXT and GEO fields are read by `SearchOptions.read`. */
  readonly name: string;
  readonly order: 'ASC' | 'DESC';
}

export interface SearchOptions {
  /** Rows to skip. Default 0. */
  readonly offset?: number;
  /** Rows to return at most, default 10; 0 only counts. */
  readonly count?: number;
  readonly sortBy?: SortBy | undefined;
  /** Asked between blocks of work; true ends the search with a `QueryError` of code `timeout`. */
  readonly shouldStop?: () => boolean;
  /** How long native code may take, which cannot ask: it has a clock of its own. */
  readonly budgetMs?: number;
  /** Default BM25STD. */
  readonly scorer?: ScorerName | undefined;
  /** Scores are answered, and their explanations, too, if wanted. */
  readonly scores?: 'wanted' | 'explained' | undefined;
  /** Reads what the index does not hold, by identifier: to sort by it, and payloads. */
  readonly read?: (key: string, identifier: string) => Uint8Array | undefined;
  /** The identifier of payloads, and the payload of the query: for the scorer HAMMING. */
  readonly payload?: { readonly identifier: string; readonly ofQuery: Uint8Array } | undefined;
  readonly expansionsMax?: number;
  /** What BM25STD.TANH divides scores by. Default 4. */
  readonly tanhFactor?: number;
}

export interface Hit {
  readonly key: string;
  /** Aligned with `SearchResult.distanceNames`; undefined where a range inside an OR did not hold. */
  readonly distances: readonly (number | undefined)[];
  /** The value of `sortBy`, when it was given and the document has one. */
  readonly sortKey: number | string | undefined;
  /** Undefined unless scores are wanted. */
  readonly score: number | undefined;
  readonly explanation: Explanation | undefined;
}

export interface SearchResult {
  readonly total: number;
  readonly distanceNames: readonly string[];
  /** The page `offset`, `count` of the matches, in order. */
  readonly hits: readonly Hit[];
  readonly plan: Plan;
}

/** What a search reads. */
export interface SearchSource {
  readonly documents: DocumentTable;
  /** Grows with every change of a document. */
  readonly changes: number;
  readonly text: TextIndex;
  attribute(alias: string): Attribute | undefined;
  missing(alias: string): IdSet | undefined;
  scoreOf(id: DocumentId): number;
}

/** A distance the query reports, and how to get it for a document. */
export interface Distance {
  readonly name: string;
  readonly measure: Measure;
}

type SortKey = number | string | undefined;

interface Row {
  readonly id: DocumentId;
  readonly sortKey: SortKey;
}

/** Whether a document with a sort key comes ahead of a row. */
type ComesAhead = (id: DocumentId, sortKey: SortKey, row: Row) => boolean;

interface Matches {
  readonly rows: readonly DocumentId[] | Filter;
  readonly plan: Plan;
}

const defaultCount = 10;
const defaultScorer = 'BM25STD';

export function search(source: SearchSource, query: Query, options: SearchOptions): SearchResult {
  const deadline = new Deadline(options.shouldStop, options.budgetMs);
  const filter = boundFilter(source, query, options, deadline);
  const matches =
    query.knn === undefined ? filterMatches(filter) : knnMatches(source, query.knn, query, filter, deadline);
  return pageOf(source, query, options, matches, deadline);
}

/** What a predicate of a query is expected to match, and those below it. */
export interface PredicatePlan {
  readonly predicate: Predicate;
  readonly matchesMax: number;
  readonly children: readonly PredicatePlan[];
}

/** How a query would be run, which nothing is done for. */
export interface QueryPlan {
  readonly plan: Plan;
  readonly filter: PredicatePlan;
}

/** As `SearchIndex.plan` promises. */
export function planQuery(source: SearchSource, query: Query): QueryPlan {
  const context = contextOf(source, {}, new Deadline(undefined));
  const filter = predicatePlan(query.filter, context);
  const { knn } = query;
  if (knn === undefined) return { plan: filterPlan(filter.matchesMax), filter };
  const index = vectorIndexOf(source, knn.field.alias);
  if (index.own === undefined) return { plan: planKnn(planInput(index, knn, query, filter.matchesMax)), filter };
  // What is allowed does not matter to the plan, only whether anything is asked.
  const allowed = query.filter.kind === 'all' ? undefined : new Uint32Array(0);
  const request = { k: knn.k, exact: knn.hybridPolicy === 'ADHOC_BF', allowed };
  return { plan: ownPlan(request, Math.min(index.size, filter.matchesMax)), filter };
}

function predicatePlan(predicate: Predicate, context: FilterContext): PredicatePlan {
  const { matchesMax } = bindFilter(predicate, context);
  return { predicate, matchesMax, children: childrenOf(predicate).map((child) => predicatePlan(child, context)) };
}

/** As `SearchIndex.searchLater` promises. */
export function searchLater(
  sourceNow: () => SearchSource,
  query: Query,
  options: SearchOptions,
): Promise<() => SearchResult> | undefined {
  const { knn } = query;
  const source = sourceNow();
  if (knn === undefined) return undefined;
  const index = vectorIndexOf(source, knn.field.alias);
  if (index.own === undefined || index.size < searchLaterMin || knn.k === 0) return undefined;
  const deadline = new Deadline(options.shouldStop, options.budgetMs);
  checkSortBy(source, query, options, deadline);
  const request = nearestRequest(source, knn, query, () => boundFilter(source, query, options, deadline), deadline);
  const inFoundOrder = isInFoundOrder(query, knn, options);
  return index.own.nearestLater(knn.vector, request).then((found) => () => {
    const plan = ownPlan(request, index.size);
    const stillPass = query.filter.kind === 'all' || sourceNow().changes === source.changes;
    if (inFoundOrder && stillPass && found.isCurrent) return foundPage(source, knn, options, found, plan);
    const now = new Deadline(undefined);
    const filter = boundFilter(source, query, options, now);
    // A document may have changed or gone since, and its id may be another's.
    const ids = [...found.ids.subarray(found.from, found.to)];
    const rows = ids.filter((id) => index.has(id) && filter.test(id));
    return pageOf(source, query, options, { rows, plan }, now);
  });
}

/** Whether neighbours are answered in the order they are found in, with no other distance than that. */
function isInFoundOrder({ filter }: Query, { distanceName }: KnnClause, { sortBy, scores }: SearchOptions): boolean {
  if (scores !== undefined) return false;
  if (sortBy !== undefined && (sortBy.name !== distanceName || sortBy.order !== 'ASC')) return false;
  return filter.kind === 'all' || vectorRanges(filter).every((range) => range.distanceName === undefined);
}

/** The page, when nothing has changed since the neighbours were found. */
function foundPage(
  { documents }: SearchSource,
  { distanceName }: KnnClause,
  { offset = 0, count = defaultCount, sortBy }: SearchOptions,
  { ids, distances, from, to }: FoundNeighbors,
  plan: Plan,
): SearchResult {
  const first = from + offset;
  // Of its length from the start: an array that grows takes room for seventeen at once.
  const hits = new Array<Hit>(Math.max(0, Math.min(to, first + count) - first));
  for (let at = 0; at < hits.length; at++) {
    const distance = distances[first + at];
    const key = documents.keyOf(ids[first + at] ?? 0) ?? '';
    const sortKey = sortBy === undefined ? undefined : distance;
    hits[at] = { key, distances: [distance], sortKey, score: undefined, explanation: undefined };
  }
  return { total: to - from, distanceNames: [distanceName], hits, plan };
}

export function contextOf(source: SearchSource, { expansionsMax }: SearchOptions, deadline: Deadline): FilterContext {
  return {
    documents: source.documents,
    text: source.text,
    attribute: (alias) => source.attribute(alias),
    missing: (alias) => source.missing(alias),
    deadline,
    expansionsMax: expansionsMax ?? defaultQueryLimits.expansionsMax,
  };
}

export function boundFilter(source: SearchSource, query: Query, options: SearchOptions, deadline: Deadline): Filter {
  return bindFilter(query.filter, contextOf(source, options, deadline));
}

interface SortKeys {
  readonly distances: readonly Distance[];
  readonly sortKeyOf: (id: DocumentId) => SortKey;
  readonly isDescending: boolean;
  /** What costs less than the sort key and does not come behind it; undefined where nothing does. */
  readonly sortKeyBound: ((id: DocumentId) => SortKey) | undefined;
  /** Undefined when nobody asks for scores. */
  readonly scorer: Scorer | undefined;
}

function sortKeysOf(source: SearchSource, query: Query, options: SearchOptions, deadline: Deadline): SortKeys {
  const { sortBy, scores } = options;
  const distances = yieldedDistances(source, query);
  const isByScore = sortBy === undefined && distances.length === 0 && isScored(query, options);
  const scorer = scores !== undefined || isByScore ? scorerOf(source, query, options, deadline) : undefined;
  if (sortBy !== undefined) {
    const sortKeyOf = sortKeyFor(source, distances, sortBy.name, options);
    return { distances, sortKeyOf, isDescending: sortBy.order === 'DESC', sortKeyBound: undefined, scorer };
  }
  const byScore = isByScore ? scorer : undefined;
  const sortKeyOf = byScore === undefined ? defaultSortKey(distances) : (id: DocumentId): number => byScore(id);
  const bound = isByScore ? scoreBoundOf(source, query, options, deadline) : undefined;
  const sortKeyBound = bound && ((id: DocumentId): number => bound(id));
  return { distances, sortKeyOf, isDescending: isByScore, sortKeyBound, scorer };
}

/** Whether scores differ from one document to another. */
function isScored({ filter }: Query, { scorer }: SearchOptions): boolean {
  return scorer === 'HAMMING' || scorer === 'DOCSCORE' || hasText(filter);
}

export function scorerOf(source: SearchSource, query: Query, options: SearchOptions, deadline: Deadline): Scorer {
  return bindScorer(query.filter, options.scorer ?? defaultScorer, scoringContext(source, options, deadline));
}

function scoreBoundOf(
  source: SearchSource,
  query: Query,
  options: SearchOptions,
  deadline: Deadline,
): Scorer | undefined {
  return bindScoreBound(query.filter, options.scorer ?? defaultScorer, scoringContext(source, options, deadline));
}

function scoringContext(source: SearchSource, options: SearchOptions, deadline: Deadline): ScoringContext {
  const { payload, read, tanhFactor = defaultTanhFactor } = options;
  return {
    ...contextOf(source, options, deadline),
    scoreOf: (id) => source.scoreOf(id),
    payloadOf: (id) => payload && read?.(source.documents.keyOf(id) ?? '', payload.identifier),
    queryPayload: payload?.ofQuery,
    tanhFactor,
  };
}

/** Before any work is done. @throws QueryError when the page is to be sorted by what is not there */
function checkSortBy(source: SearchSource, query: Query, options: SearchOptions, deadline: Deadline): void {
  if (options.sortBy !== undefined) sortKeysOf(source, query, options, deadline);
}

function pageOf(
  source: SearchSource,
  query: Query,
  options: SearchOptions,
  { rows, plan }: Matches,
  deadline: Deadline,
): SearchResult {
  const page = startPage(source, query, options, deadline);
  rows.forEach((id: DocumentId) => {
    deadline.step();
    page.visit(id);
  });
  return page.result(plan);
}

/** A page to which documents are shown one by one. */
interface GrowingPage {
  visit(id: DocumentId): void;
  /** @param stillPasses which documents of the page are there, when they may have changed since they were visited */
  result(plan: Plan, stillPasses?: (id: DocumentId) => boolean): SearchResult;
}

function startPage(source: SearchSource, query: Query, options: SearchOptions, deadline: Deadline): GrowingPage {
  const { offset = 0, count = defaultCount, sortBy, scores, scorer: scorerName } = options;
  const { distances, sortKeyOf, isDescending, sortKeyBound, scorer } = sortKeysOf(source, query, options, deadline);
  const comesAhead = rowOrder(source.documents, isDescending);
  const page = new BoundedHeap<Row>(offset + count, (a, b) => comesAhead(a.id, a.sortKey, b));
  let total = 0;
  let best = 0;
  const isNormal = scores !== undefined && scorerName === 'BM25STD.NORM';
  const hitOf = ({ id, sortKey }: Row): Hit => {
    const { score, explanation } = scoreOf(id, isNormal ? scorer && normalized(scorer, best) : scorer, scores);
    return {
      key: source.documents.keyOf(id) ?? '',
      distances: distances.map(({ measure }) => (measure === sortKeyOf ? numberOf(sortKey) : measure(id))),
      sortKey: sortBy === undefined ? undefined : sortKey,
      score,
      explanation,
    };
  };
  return {
    visit: (id) => {
      total++;
      if (isNormal) best = Math.max(best, scorer?.(id) ?? 0);
      if (offset + count === 0) return;
      const { last } = page;
      // Most documents of a large result do not reach the page: they cost no score and no row.
      if (last !== undefined && sortKeyBound !== undefined && !comesAhead(id, sortKeyBound(id), last)) return;
      const sortKey = sortKeyOf(id);
      if (last === undefined || comesAhead(id, sortKey, last)) page.offer({ id, sortKey });
    },
    result: (plan, stillPasses) => {
      const rows = page.sorted().slice(offset);
      const kept = stillPasses === undefined ? rows : rows.filter(({ id }) => stillPasses(id));
      const gone = rows.length - kept.length;
      return { total: total - gone, distanceNames: distances.map(({ name }) => name), hits: kept.map(hitOf), plan };
    },
  };
}

/** As `SearchIndex.searchInSlices` promises. */
export function searchInSlices(
  sourceNow: () => SearchSource,
  query: Query,
  options: SearchOptions,
): Sliced<SearchResult> | undefined {
  const source = sourceNow();
  return query.knn !== undefined || source.documents.size <= gatheredMax
    ? undefined
    : filterInSlices(source, sourceNow, query, options);
}

function* filterInSlices(
  source: SearchSource,
  now: () => SearchSource,
  query: Query,
  options: SearchOptions,
): Sliced<SearchResult> {
  const deadline = new Deadline(options.shouldStop, options.budgetMs);
  const filter = boundFilter(source, query, options, deadline);
  const page = startPage(source, query, options, deadline);
  const { documents } = source;
  const isAll = query.filter.kind === 'all';
  const visit = (id: DocumentId): void => page.visit(id);
  yield* scan({ filter, isAll, deadline: () => deadline, documents, now, visit, isEnough: () => false });
  const plan = filterPlan(filter.matchesMax);
  if (now().changes === source.changes) return page.result(plan);
  return page.result(plan, (id) => documents.has(id) && filter.test(id));
}

const unscored = { score: undefined, explanation: undefined };

function scoreOf(
  id: DocumentId,
  scorer: Scorer | undefined,
  scores: SearchOptions['scores'],
): Pick<Hit, 'score' | 'explanation'> {
  if (scorer === undefined || scores === undefined) return unscored;
  if (scores === 'wanted') return { score: scorer(id), explanation: undefined };
  const notes: Explanation[] = [];
  const score = scorer(id, notes);
  return { score, explanation: notes[0] };
}

function filterMatches(filter: Filter): Matches {
  return { rows: filter, plan: filterPlan(filter.matchesMax) };
}

function filterPlan(matchesMax: number): Plan {
  return { strategy: 'filter', matchesMax, reason: 'no vector to be near to' };
}

export function knnMatches(
  source: SearchSource,
  knn: KnnClause,
  query: Query,
  filter: Filter,
  deadline: Deadline,
): Matches {
  const index = vectorIndexOf(source, knn.field.alias);
  if (index.own !== undefined) return ownMatches(source, index, knn, query, filter, deadline);
  const isFiltered = query.filter.kind !== 'all';
  const input = planInput(index, knn, query, filter.matchesMax);
  const plan = planKnn(input);
  const rows = runKnn(index, knn, plan, input, isFiltered ? filter : undefined, deadline);
  return { rows, plan };
}

function planInput(index: VectorIndex, knn: KnnClause, { filter }: Query, matchesMax: number): PlanInput {
  return {
    k: knn.k,
    vectors: index.size,
    dim: knn.field.dim,
    graphNodes: index.graphNodes,
    efRuntime: knn.efRuntime ?? (knn.field.algorithm === 'HNSW' ? knn.field.efRuntime : 0),
    filterMatchesMax: filter.kind === 'all' ? undefined : matchesMax,
    exactWanted: knn.hybridPolicy === 'ADHOC_BF',
  };
}

function ownMatches(
  source: SearchSource,
  index: VectorIndex,
  knn: KnnClause,
  query: Query,
  filter: Filter,
  deadline: Deadline,
): Matches {
  const request = nearestRequest(source, knn, query, () => filter, deadline);
  const plan = ownPlan(request, Math.min(index.size, filter.matchesMax));
  if (plan.strategy === 'empty') return { rows: [], plan };
  return { rows: (index.own?.nearest(knn.vector, request) ?? []).map(({ id }) => id), plan };
}

function nearestRequest(
  source: SearchSource,
  knn: KnnClause,
  query: Query,
  filter: () => Filter,
  deadline: Deadline,
): NearestRequest {
  const { k, efRuntime, hybridPolicy } = knn;
  const allowed = query.filter.kind === 'all' ? undefined : filterBits(filter(), source.documents.idLimit);
  return { k, efRuntime, allowed, exact: hybridPolicy === 'ADHOC_BF', deadline };
}

function runKnn(
  index: VectorIndex,
  { vector, k, efRuntime }: KnnClause,
  plan: Plan,
  input: PlanInput,
  filter: Filter | undefined,
  deadline: Deadline,
): DocumentId[] {
  if (plan.strategy === 'empty') return [];
  deadline.check();
  if (plan.strategy !== 'exact') {
    const accepts = filter === undefined ? undefined : (id: DocumentId): boolean => filter.test(id);
    const acceptCallsMax = filterCallsMax(input, plan.matchesMax);
    const found = index.searchGraph(vector, k, { deadline, efRuntime, accepts, acceptCallsMax });
    if (found !== undefined && found.length === Math.min(k, plan.matchesMax)) return found.map(({ id }) => id);
  }
  const candidates =
    filter === undefined ? undefined : (visit: (id: DocumentId) => void): void => filter.forEach(visit);
  return index.searchExact(vector, k, deadline, candidates).map(({ id }) => id);
}

function vectorIndexOf(source: SearchSource, alias: string): VectorIndex {
  const attribute = source.attribute(alias);
  if (attribute?.type !== 'VECTOR') throw new TypeError(`The query was parsed with another schema: ${alias}`);
  return attribute.index;
}

export function yieldedDistances(source: SearchSource, { knn, filter }: Query): Distance[] {
  const distances: Distance[] = [];
  if (knn !== undefined) {
    distances.push({ name: knn.distanceName, measure: vectorIndexOf(source, knn.field.alias).measure(knn.vector) });
  }
  for (const range of vectorRanges(filter)) {
    if (range.distanceName !== undefined) {
      distances.push({ name: range.distanceName, measure: measureWithin(source, range) });
    }
  }
  return distances;
}

function measureWithin(source: SearchSource, { field, vector, radiusDistance }: VectorRangePredicate): Measure {
  const measure = vectorIndexOf(source, field.alias).measure(vector);
  return (id) => {
    const distance = measure(id);
    return distance !== undefined && distance <= radiusDistance ? distance : undefined;
  };
}

/** A distance that rows are sorted by has been measured already. */
function numberOf(sortKey: SortKey): number | undefined {
  return typeof sortKey === 'number' ? sortKey : undefined;
}

function defaultSortKey([nearest]: readonly Distance[]): (id: DocumentId) => SortKey {
  return nearest === undefined ? () => undefined : nearest.measure;
}

function sortKeyFor(
  source: SearchSource,
  distances: readonly Distance[],
  name: string,
  { read }: SearchOptions,
): (id: DocumentId) => SortKey {
  const yielded = distances.find((distance) => distance.name === name);
  if (yielded !== undefined) return yielded.measure;
  const attribute = source.attribute(name);
  if (attribute?.type === 'NUMERIC') return (id) => attribute.index.valueOf(id);
  if (attribute?.type === 'TAG') return (id) => attribute.index.sortKeyOf(id);
  if (attribute !== undefined && attribute.type !== 'VECTOR' && read !== undefined) {
    const { field } = attribute;
    const isFolded = field.type === 'TEXT' && !field.unf;
    return (id) => {
      const bytes = read(source.documents.keyOf(id) ?? '', field.identifier);
      const text = bytes && decodeText(bytes);
      return isFolded && text !== undefined ? fold(text) : text;
    };
  }
  const why = attribute === undefined ? 'does not exist' : 'is a vector and has no order';
  throw new QueryError('field', `Index field \`${name}\` ${why}: Property \`${name}\` not loaded nor in schema`);
}

/** Values of one field are all numbers or all strings, which compare by UTF-16 units. */
function rowOrder(documents: DocumentTable, descending: boolean): ComesAhead {
  return (id, sortKey, row) => {
    if (sortKey === row.sortKey) return documents.precedes(id, row.id);
    if (sortKey === undefined) return false;
    if (row.sortKey === undefined) return true;
    return sortKey < row.sortKey !== descending;
  };
}
