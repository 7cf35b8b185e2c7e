/** A parsed query: a filter and, at most, one KNN clause over what the filter leaves. */
import type { VectorField } from '../schema.js';
import type { VectorElements } from '../vector/elements.js';
import { describePredicate, type Predicate, vectorRanges } from './predicate.js';

/** `ADHOC_BF` asks for an exact scan; `BATCHES` is accepted and leaves the choice to the planner. */
export type HybridPolicy = 'BATCHES' | 'ADHOC_BF';

export interface KnnClause {
  readonly field: VectorField;
  readonly k: number;
  readonly vector: VectorElements;
  /** Overrides the field's own. */
  readonly efRuntime: number | undefined;
  readonly hybridPolicy: HybridPolicy | undefined;
  /** The name the distance is reported and sorted by: `AS name`, or `__<alias>_score`. */
  readonly distanceName: string;
}

export interface Query {
  readonly filter: Predicate;
  readonly knn: KnnClause | undefined;
  /** Names of the parameters the text refers to: the rest are unused, which a strict server may refuse. */
  readonly parametersUsed: ReadonlySet<string>;
  /** The parameter that holds the vector of the KNN clause, when nothing else of the query comes from parameters. */
  readonly vectorParameter: string | undefined;
}

/** The names under which a query reports distances: the KNN clause first, then vector ranges as written. */
export function distanceNames({ filter, knn }: Query): string[] {
  const names = vectorRanges(filter).flatMap((range) => range.distanceName ?? []);
  return knn === undefined ? names : [knn.distanceName, ...names];
}

/** The query as one line, for tests and explanations. */
export function describeQuery({ filter, knn }: Query): string {
  if (knn === undefined) return describePredicate(filter);
  const { field, k, efRuntime, hybridPolicy, distanceName } = knn;
  const ef = efRuntime === undefined ? '' : ` ef ${efRuntime}`;
  const policy = hybridPolicy === undefined ? '' : ` policy ${hybridPolicy}`;
  return `${describePredicate(filter)} => knn(${field.alias} k ${k}${ef}${policy} as ${distanceName})`;
}
