/**
 * Bounds of schemas and queries; aggregations, expressions and words have theirs beside their code. Numbers follow valkey-search where it has one; where its ceiling would let
 * one command exhaust memory (`m`: the base layer holds 8 bytes x m for every vector) the ceiling is MemoryDB's.
 */

/** An integer setting: what is used when it is not given, and what is accepted. */
export interface IntegerLimit {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** Bounds of a schema. `dim` has no sensible default: `defineSchema` requires it. */
export const schemaLimits = {
  fieldsMax: 1000,
  textFieldsMax: 128,
  tagNameCharsMax: 256,
  numericNameCharsMax: 128,
  dim: { min: 1, max: 32_768 },
  initialCap: { default: 10_240, min: 1, max: 10_000_000 },
  blockSize: { default: 1024, min: 1, max: 10_000_000 },
  m: { default: 16, min: 2, max: 512 },
  efConstruction: { default: 200, min: 1, max: 1_000_000 },
  efRuntime: { default: 10, min: 1, max: 1_000_000 },
  epsilon: { default: 0.01 },
} as const satisfies Record<string, number | Partial<IntegerLimit>>;

/** Bounds of one query. The server may pass others (CONFIG `search.query-string-bytes` and its sisters). */
export interface QueryLimits {
  readonly queryBytesMax: number;
  /** Nested groups and negations. */
  readonly depthMax: number;
  /** Leaves of the predicate tree, each tag value counting as one. */
  readonly termsMax: number;
  readonly knnMax: number;
  /** Characters before or after the `*` of a tag wildcard. */
  readonly tagAffixCharsMin: number;
  /** Words of the dictionary that one prefix, suffix, pattern or fuzzy word of a query may stand for. */
  readonly expansionsMax: number;
  /** The greatest distance of a fuzzy word. */
  readonly fuzzyDistanceMax: number;
}

export const defaultQueryLimits: QueryLimits = {
  queryBytesMax: 10_240,
  depthMax: 1000,
  termsMax: 1000,
  knnMax: 10_000,
  tagAffixCharsMin: 2,
  expansionsMax: 200,
  fuzzyDistanceMax: 3,
};
