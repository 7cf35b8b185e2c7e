/**
 * Data sets of vector searches: read from a folder that gen.mjs-like generators write (`base.f32`, `query.f32`, `tags.u8`,
 * `gt-{all,p1,p10,p50}.i32`, `meta.json`), so that figures compare with those of other servers on the same data.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Every document, and those of which about 1, 10 and 50 % carry the tag. */
export const FILTERS = { all: undefined, p1: 1, p10: 2, p50: 4 } as const;
export type FilterName = keyof typeof FILTERS;

const meta = z.object({ dim: z.number().int(), n: z.number().int(), q: z.number().int(), k: z.number().int() });

export interface DataSet {
  readonly dim: number;
  readonly documents: number;
  readonly queries: number;
  vector(document: number): Float32Array;
  query(at: number): Float32Array;
  /** Whether a document passes a filter. */
  passes(document: number, filter: FilterName): boolean;
  /** How many of the ids are among the 10 true neighbours of a query. */
  hits(filter: FilterName, query: number, ids: readonly number[]): number;
}

/** Neighbours there are answers for. */
export const K = 10;

export function readDataSet(folder: string): DataSet {
  const { dim, n, q } = meta.parse(JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')));
  const base = floats(join(folder, 'base.f32'));
  const queries = floats(join(folder, 'query.f32'));
  const tags = readFileSync(join(folder, 'tags.u8'));
  const truths = new Map(Object.keys(FILTERS).map((name) => [name, integers(join(folder, `gt-${name}.i32`))]));
  return {
    dim,
    documents: n,
    queries: q,
    vector: (document) => base.subarray(document * dim, (document + 1) * dim),
    query: (at) => queries.subarray(at * dim, (at + 1) * dim),
    passes: (document, filter) => {
      const bit = FILTERS[filter];
      return bit === undefined || ((tags[document] ?? 0) & bit) !== 0;
    },
    hits: (filter, query, ids) => {
      const truth = truths.get(filter)?.subarray(query * K, (query + 1) * K);
      return ids.reduce((sum, id) => sum + (truth?.includes(id) === true ? 1 : 0), 0);
    },
  };
}

function floats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function integers(path: string): Int32Array {
  const bytes = readFileSync(path);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
