/**
 * `@nearkey/index`: a search engine to embed. Documents go in by key, queries come out of text; nothing here knows of
 * sockets, files, clocks or commands.
 *
 *     const schema = defineSchema([
 *       { type: 'TAG', identifier: 'color' },
 *       { type: 'VECTOR', algorithm: 'HNSW', identifier: 'embedding', alias: 'v', dim: 384, metric: 'COSINE' },
 *     ]);
 *     const index = new SearchIndex(schema);
 *     index.put('shirt:1', new Map([['color', bytes], ['embedding', float32Bytes]]));
 *     const query = parseQuery('@color:{red}=>[KNN 5 @v $q]', { schema, parameters: new Map([['q', float32Bytes]]) });
 *     const { total, hits } = index.search(query, { count: 5 });
 *
 * A document is searchable when `put` returns. Everything is synchronous but `searchLater`, which searches on another thread. Text is UTF-8: give `parseQuery` the
 * query decoded by `decodeText`, which is also how the engine reads tags.
 */
export { type AggregateContext, AggregateRun, type ResultRow } from './aggregate/aggregate-run.js';
export {
  aggregateLimits,
  type LoadedField,
  type ReducerCall,
  type SortKey,
  type Step,
} from './aggregate/aggregation.js';
export type { DocumentReader } from './aggregate/document-columns.js';
export type { Fusion } from './aggregate/fusion.js';
export type { HybridList, HybridQuery } from './aggregate/hybrid-source.js';
export { scoreProperty } from './aggregate/query-source.js';
export type { ReducerRow } from './aggregate/reducers/reducer-row.js';
export { reducers } from './aggregate/reducers/reducer-table.js';
export { keyProperty } from './aggregate/row-scope.js';
export type { AttributeInfo } from './attribute/attribute.js';
export { Deadline } from './deadline.js';
export { decodeText } from './decode-text.js';
export { QueryError, type QueryErrorCode, SchemaError } from './errors.js';
export { bindExpression, type Evaluate, type ExpressionScope } from './expression/bind-expression.js';
export { type Expression, propertiesOf } from './expression/expression.js';
export type { FunctionRow } from './expression/functions/function-row.js';
export { functionFamilies } from './expression/functions/function-table.js';
export { type ExpressionContext, parseExpression } from './expression/parse-expression.js';
export { type ResultKind, resultKind } from './expression/result-kind.js';
export { byteText, formatNumber, isTrue, shownText, textOf, type Value } from './expression/value.js';
export { type CoordinateSystem, coordinateSystems } from './geometry/relation.js';
export { defaultQueryLimits, type IntegerLimit, type QueryLimits, schemaLimits } from './limits.js';
export { ListedValues } from './listed-values.js';
export type { Plan } from './planner.js';
export { explainQuery } from './query/explain.js';
export { unitMetres } from './query/geo-clause.js';
export { parseQuery } from './query/parser.js';
export type { Predicate } from './query/predicate.js';
export { describeQuery, distanceNames, type KnnClause, type Query } from './query/query.js';
export { type Restriction, restrict } from './query/restriction.js';
export type { QueryContext, TextOptions } from './query/scope.js';
export { RefusedField } from './refused-field.js';
export {
  type CodeType,
  codeTypes,
  type DistanceMetric,
  defineSchema,
  type Field,
  type FieldDefinition,
  type FieldType,
  type FlatField,
  type GeoField,
  type GeoShapeField,
  type HnswField,
  type NumericField,
  type Schema,
  type TagField,
  type TextField,
  type VectorField,
} from './schema.js';
export { type Explanation, type ScorerName, scorerNames } from './scoring.js';
export type { Hit, PredicatePlan, QueryPlan, SearchOptions, SearchResult, SortBy } from './search.js';
export {
  type Document,
  type DocumentTraits,
  type IndexInfo,
  type PutOutcome,
  SearchIndex,
  type SearchIndexOptions,
} from './search-index.js';
export { SeveralVectors, vectorsPerDocumentMax } from './several-vectors.js';
export { atOnce, type Sliced } from './sliced.js';
export { Excerpts, type Summary, type Tags } from './text/excerpt.js';
export { walkFuzzyPrefix } from './text/fuzzy.js';
export { type SoundMatcher, soundMatchers } from './text/sound.js';
export type { Misspelling, SpellingOptions, Suggestion } from './text/spelling.js';
export { defaultStopWords, type TextSettings } from './text/text-settings.js';
export { fold as foldText } from './text/tokenizer.js';
export { WordList } from './text/word-list.js';
export type { VectorElements } from './vector/elements.js';
export { type ElementType, elementTypes } from './vector/elements.js';
export { encodeVector } from './vector/encode-vector.js';
export { type NearestWish, nearestLater, nearestNeighbors } from './vector/nearest.js';
export { defaultEngine, hnswlibEngine, nativeEngine, type VectorEngine } from './vector/vector-engine.js';
export type { FoundNeighbors, Neighbor, SharedRows, VectorIndex } from './vector/vector-index.js';
