/**
 * Texts that have been parsed, for those who ask the same question of one vector after another: only the vector is new.
 *
 * Kept is what holds whatever the parameters are: a query that reads one parameter, the vector of its KNN clause. All others
 * are parsed each time, and so are one whose vector is refused, for the error says where it stands, and one whose words are
 * read in another way than the index's own.
 */
import { decodeVector } from '../vector/decode-vector.js';
import type { VectorElements } from '../vector/elements.js';
import { parseQuery } from './parser.js';
import type { KnnClause, Query } from './query.js';
import type { QueryContext } from './scope.js';

/** Texts kept; the oldest makes room. */
const queriesMax = 256;
/** Longer ones are rarely asked twice. */
const textCharsMax = 1024;

interface Template {
  readonly query: Query;
  readonly knn: KnnClause;
  readonly parameter: string;
}

const noVector = new Float32Array(0);

export class QueryCache {
  readonly #templates = new Map<string, Template>();
  /** What a text may be as long as, in the parses that are kept. */
  #queryBytesMax: number | undefined;

  /** As `parseQuery`. The schema is always the same. */
  parse(text: string, context: QueryContext): Query {
    if (context.text !== undefined) return parseQuery(text, context);
    const queryBytesMax = context.limits?.queryBytesMax;
    if (queryBytesMax !== this.#queryBytesMax) this.#templates.clear();
    this.#queryBytesMax = queryBytesMax;
    const known = this.#templates.get(text);
    const vector = known === undefined ? undefined : vectorFor(known, context);
    if (known !== undefined && vector !== undefined) return withVector(known, vector);
    const query = parseQuery(text, context);
    this.#keep(text, query);
    return query;
  }

  get size(): number {
    return this.#templates.size;
  }

  #keep(text: string, query: Query): void {
    const { knn, vectorParameter } = query;
    if (knn === undefined || vectorParameter === undefined || text.length > textCharsMax) return;
    if (this.#templates.size >= queriesMax) {
      const [oldest] = this.#templates.keys();
      if (oldest !== undefined) this.#templates.delete(oldest);
    }
    // A vector is held no longer than its query.
    const kept = { ...knn, vector: noVector };
    this.#templates.set(text, { query: { ...query, knn: kept }, knn: kept, parameter: vectorParameter });
  }
}

/** Undefined when there is none, or none that the field takes. */
function vectorFor({ knn, parameter }: Template, { parameters }: QueryContext): VectorElements | undefined {
  const bytes = parameters?.get(parameter);
  if (bytes === undefined) return undefined;
  const decoded = decodeVector(bytes, knn.field.dim, knn.field.elementType);
  return decoded.kind === 'vector' ? decoded.vector : undefined;
}

function withVector({ query, knn }: Template, vector: VectorElements): Query {
  const { filter, parametersUsed, vectorParameter } = query;
  return { filter, knn: { ...knn, vector }, parametersUsed, vectorParameter };
}
