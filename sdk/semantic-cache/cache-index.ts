/**
 * The search index of one cache: its schema, its queries, and its coming into being. Created by whoever needs it first;
 * losing that race is success. When someone dropped it (FLUSHALL, FT.DROPINDEX), the next search creates it again and the
 * server fills it from the entries that are there.
 *
 * Queries use only what every server with vector search has: KNN behind a filter needs no other index type, no SORTBY and
 * no RETURN of the vector. The order of rows is not relied on.
 */
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { CacheError, storeError } from '../errors.js';
import { isMissingIndex, parseSearchReply, type SearchReply } from '../search-reply.js';
import { attributeTokens, type CacheAttributes, type OwnProperties, ownTokens } from './cache-attributes.js';
import { vectorBytes } from './cache-entry.js';
import type { CacheKeys } from './cache-keys.js';
import { type Digest, digestPattern } from './digest.js';

/** Graph degree and build effort: the usual defaults of HNSW. */
const m = 16;
const efConstruction = 200;
/** Search effort: well above the handful of candidates a lookup reads, for recall near that of an exact scan. */
const efRuntime = 64;

/** Neighbours of a vector: nearer means a smaller distance (cosine distance, 0 to 2). */
export interface Candidate {
  readonly entryId: Digest;
  readonly prompt: string;
  readonly exact: Digest;
  /** Entries of one group are known to have the same answer; an entry of no group is its own. */
  readonly answerGroup: string;
  readonly distance: number;
}

export interface EntryFilter extends OwnProperties {
  /** Of several: in any of them. */
  readonly scope?: Digest | readonly Digest[];
  readonly exact?: Digest;
  readonly attributes?: CacheAttributes;
  readonly storedBeforeMs?: number | undefined;
}

export class CacheIndex {
  readonly #commander: Commander;
  readonly #keys: CacheKeys;
  readonly #dimension: number;
  #creation: Promise<void> | null = null;

  constructor(commander: Commander, keys: CacheKeys, dimension: number) {
    this.#commander = commander;
    this.#keys = keys;
    this.#dimension = dimension;
  }

  /** Resolves when the index exists; after a failure the next call tries again. */
  ensure(): Promise<void> {
    if (this.#creation === null) {
      const creation = this.#create().catch((error: unknown) => {
        if (this.#creation === creation) this.#creation = null;
        throw error;
      });
      this.#creation = creation;
    }
    return this.#creation;
  }

  /** At most `count` nearest entries that pass the filter, the nearest first. */
  async nearest(vector: Float32Array, filter: EntryFilter, count: number): Promise<Candidate[]> {
    const query = `(${filterQuery(filter)})=>[KNN ${count} @vector $vector AS distance]`;
    const returned = ['RETURN', 4, 'prompt', 'exact', 'answerGroup', 'distance'];
    const options = ['PARAMS', 2, 'vector', vectorBytes(vector), ...returned];
    const reply = await this.#search(query, [...options, 'LIMIT', 0, count]);
    return reply.rows
      .map((row) => ({
        entryId: this.#entryId(row.key),
        prompt: fieldOf(row.fields, 'prompt'),
        exact: fieldOf(row.fields, 'exact'),
        answerGroup: row.fields.get('answerGroup') ?? this.#entryId(row.key),
        distance: Number(fieldOf(row.fields, 'distance')),
      }))
      .sort((a, b) => a.distance - b.distance);
  }

  /** Ids of at most `count` entries that pass the filter, in no order. */
  async matching(filter: EntryFilter, count: number): Promise<Digest[]> {
    const reply = await this.#search(filterQuery(filter), ['NOCONTENT', 'LIMIT', 0, count]);
    return reply.rows.map((row) => this.#entryId(row.key));
  }

  async entryCount(filter: EntryFilter = {}): Promise<number> {
    return (await this.#search(filterQuery(filter), ['NOCONTENT', 'LIMIT', 0, 0])).total;
  }

  async #create(): Promise<void> {
    const vector = ['TYPE', 'FLOAT32', 'DIM', this.#dimension, 'DISTANCE_METRIC', 'COSINE'];
    const graph = ['M', m, 'EF_CONSTRUCTION', efConstruction, 'EF_RUNTIME', efRuntime];
    const attributes = [...vector, ...graph];
    const args: CommandArgument[] = [
      ...['ON', 'HASH', 'PREFIX', 1, this.#keys.entryPrefix, 'SCHEMA'],
      ...['scope', 'TAG', 'exact', 'TAG', 'tags', 'TAG', 'SEPARATOR', ',', 'createdAtMs', 'NUMERIC'],
      ...[this.#keys.vectorField, 'AS', 'vector', 'VECTOR', 'HNSW', attributes.length, ...attributes],
    ];
    try {
      await this.#commander.call('FT.CREATE', this.#keys.index, ...args);
    } catch (error) {
      if (!/already exists/i.test(String(error))) throw storeError(error, 'FT.CREATE');
    }
  }

  async #search(query: string, options: readonly CommandArgument[]): Promise<SearchReply> {
    const args = [this.#keys.index, query, ...options, 'DIALECT', 2];
    await this.ensure();
    let reply: CommandReply;
    try {
      reply = await this.#commander.call('FT.SEARCH', ...args);
    } catch (error) {
      if (!isMissingIndex(error)) throw storeError(error, 'FT.SEARCH');
      this.#creation = null;
      await this.ensure();
      reply = await this.#searchAgain(args);
    }
    return parseSearchReply(reply);
  }

  async #searchAgain(args: readonly CommandArgument[]): Promise<CommandReply> {
    try {
      return await this.#commander.call('FT.SEARCH', ...args);
    } catch (error) {
      throw storeError(error, 'FT.SEARCH');
    }
  }

  #entryId(key: string): Digest {
    const entryId = key.slice(this.#keys.entryPrefix.length);
    if (!key.startsWith(this.#keys.entryPrefix) || !digestPattern.test(entryId)) {
      throw new CacheError('unexpected-reply', `Cannot use the search result ${key}: it is not an entry of this cache`);
    }
    return entryId;
  }
}

/** Only digests enter the query, so nothing in it needs escaping. Without conditions it matches every entry. */
function filterQuery(filter: EntryFilter): string {
  const conditions: string[] = [];
  if (filter.scope !== undefined) conditions.push(`@scope:{${[filter.scope].flat().join('|')}}`);
  if (filter.exact !== undefined) conditions.push(`@exact:{${filter.exact}}`);
  const tokens = [...attributeTokens(filter.attributes ?? {}), ...ownTokens(filter)];
  for (const token of tokens) conditions.push(`@tags:{${token}}`);
  if (filter.storedBeforeMs !== undefined) conditions.push(`@createdAtMs:[-inf (${filter.storedBeforeMs}]`);
  return conditions.length === 0 ? '@createdAtMs:[-inf +inf]' : conditions.join(' ');
}

function fieldOf(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw new CacheError('unexpected-reply', `Cannot use a search result: it has no ${name}`);
  return value;
}
