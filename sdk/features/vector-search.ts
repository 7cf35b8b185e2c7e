/**
 * The nearest records of a group, by its Vector: an index of FT.* over the hashes of the records, so that whatever becomes of a record
 * becomes of it in searches. An index is of one schema: when features are added the next search makes another, and takes the old one away.
 *
 * Created with the group, where it is empty. Made later, or after somebody dropped it, a server fills it by and by: until it has, searches are
 * answered with ServiceUnavailable rather than with half of what there is.
 */
import type { Clock } from '../clock.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { isMissingIndex, parseSearchReply, type SearchRow } from '../search-reply.js';
import { FeatureError, invalid, storeFailure } from './feature-error.js';
import type { FeatureGroup } from './feature-group.js';
import { indexField, vectorBytes } from './indexed-fields.js';
import { foundTogetherMax } from './limits.js';
import { type OnlineRecord, onlineRecord } from './online-record.js';
import { recordIdOf, recordPrefix } from './record-keys.js';
import { type FeatureFilter, filterQuery } from './search-filter.js';
import { storedFromFields } from './stored-record.js';

/** Graph degree, build effort and search effort: the usual defaults of HNSW, and recall near that of an exact scan. */
const graph = ['M', 16, 'EF_CONSTRUCTION', 200, 'EF_RUNTIME', 64];

export interface SearchRequest {
  readonly vector: readonly number[];
  /** How many records at most. */
  readonly count: number;
  readonly filters?: readonly FeatureFilter[] | undefined;
}

export interface FoundRecord {
  readonly recordId: string;
  /** By the group's metric: nearer is smaller. */
  readonly distance: number;
  readonly record: OnlineRecord;
}

export class VectorSearch {
  readonly #commander: Commander;
  readonly #clock: Clock;
  /** Names of indexes that are there, and filled. */
  readonly #ready = new Set<string>();

  constructor(commander: Commander, clock: Clock) {
    this.#commander = commander;
    this.#clock = clock;
  }

  /** For a group that has just been created: there is nothing to be filled with. A store without FT.* says so at the first search. */
  async prepare(group: FeatureGroup): Promise<void> {
    if (group.vector === undefined) return;
    try {
      await this.#create(group);
      this.#ready.add(indexName(group));
    } catch {
      // The first search tries again, and tells.
    }
  }

  /** For a group that has just been deleted. What is left behind by a failure indexes nothing. */
  async forget(group: FeatureGroup): Promise<void> {
    if (group.vector !== undefined) await this.#drop(group, group.definition.schemaVersion);
  }

  /** The nearest first; fewer when records expire meanwhile. @throws FeatureError */
  async nearest(group: FeatureGroup, { vector, count, filters = [] }: SearchRequest): Promise<FoundRecord[]> {
    checkRequest(group, vector, count);
    const condition = filterQuery(group, filters);
    const query = `(${condition})=>[KNN ${count} @vector $vector AS distance]`.replace('(*)', '*');
    const options = ['PARAMS', 2, 'vector', vectorBytes(vector), 'RETURN', 4, '_p', '_t', '_x', 'distance'];
    const args = [indexName(group), query, ...options, 'LIMIT', 0, count, 'DIALECT', 2];
    await this.#ensure(group);
    const reply = await this.#call('FT.SEARCH', ...args).catch(async (error: unknown) => {
      if (!isMissingIndex(error)) throw error;
      this.#ready.delete(indexName(group));
      await this.#ensure(group);
      return this.#call('FT.SEARCH', ...args);
    });
    const prefix = recordPrefix(group.definition);
    const nowMs = this.#clock.nowMs();
    return parseSearchReply(reply)
      .rows.flatMap((row) => foundRecord(prefix, row, nowMs) ?? [])
      .sort((a, b) => a.distance - b.distance);
  }

  async #ensure(group: FeatureGroup): Promise<void> {
    const name = indexName(group);
    if (this.#ready.has(name)) return;
    const wasCreated = await this.#create(group);
    for (let version = wasCreated ? group.definition.schemaVersion - 1 : 0; version > 0; version--) {
      await this.#drop(group, version);
    }
    if (!isFilled(await this.#call('FT.INFO', name))) {
      throw new FeatureError('ServiceUnavailable', `The index of ${group.name} is being filled`);
    }
    this.#ready.add(name);
  }

  /** @returns whether it was not there before */
  async #create(group: FeatureGroup): Promise<boolean> {
    const { vector, filterable, definition } = group;
    if (vector === undefined) return false;
    const metric = definition.search?.metric ?? 'COSINE';
    const attributes = ['TYPE', 'FLOAT32', 'DIM', vector.dimension, 'DISTANCE_METRIC', metric, ...graph];
    const schema: CommandArgument[] = [
      indexField(vector),
      'AS',
      'vector',
      'VECTOR',
      'HNSW',
      attributes.length,
      ...attributes,
    ];
    for (const feature of filterable) schema.push(indexField(feature), feature.type === 'String' ? 'TAG' : 'NUMERIC');
    try {
      await this.#commander.call(
        'FT.CREATE',
        ...[indexName(group), 'ON', 'HASH', 'PREFIX', 1, recordPrefix(definition), 'SCHEMA', ...schema],
      );
      return true;
    } catch (error) {
      if (/already exists/i.test(String(error))) return false;
      throw searchFailure(error, 'FT.CREATE');
    }
  }

  async #drop(group: FeatureGroup, schemaVersion: number): Promise<void> {
    const name = indexName(group, schemaVersion);
    this.#ready.delete(name);
    await this.#commander.call('FT.DROPINDEX', name).catch(() => undefined);
  }

  async #call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    try {
      return await this.#commander.call(command, ...args);
    } catch (error) {
      if (isMissingIndex(error)) throw error;
      throw searchFailure(error, command);
    }
  }
}

function indexName({ definition }: FeatureGroup, schemaVersion = definition.schemaVersion): string {
  return `fsidx:${recordPrefix(definition).slice('fs:'.length)}${schemaVersion}`;
}

function checkRequest(group: FeatureGroup, vector: readonly number[], count: number): void {
  if (group.vector === undefined) throw invalid(`The feature group ${group.name} has no Vector to search by`);
  const { name, dimension } = group.vector;
  if (vector.length !== dimension) {
    throw invalid(`The Vector '${name}' has ${dimension} elements, and the one to search by ${vector.length}`);
  }
  if (!vector.every((element) => Number.isFinite(Math.fround(element)))) {
    throw invalid('An element of the vector to search by is no number that 32 bits hold');
  }
  if (!Number.isInteger(count) || count < 1 || count > foundTogetherMax) {
    throw invalid(`A search answers 1 to ${foundTogetherMax} records`);
  }
}

function foundRecord(prefix: string, { key, fields }: SearchRow, nowMs: number): FoundRecord | undefined {
  const reply = ['_p', '_t', '_x', '_d'].map((name) => fields.get(name) ?? null);
  const record = onlineRecord(storedFromFields(reply), nowMs);
  if (record === undefined) return undefined;
  return { recordId: recordIdOf(prefix, key), distance: Number(fields.get('distance')), record };
}

/** Redis and Nearkey say which part is indexed, Valkey which part of the filling is done. */
function isFilled(info: CommandReply): boolean {
  if (!Array.isArray(info)) return true;
  const at = info.findIndex((item) => item === 'percent_indexed' || item === 'backfill_complete_percent');
  return at < 0 || Number(info[at + 1]) >= 1;
}

/** A store that knows no search is no failure of it, and asking again does not help. */
function searchFailure(error: unknown, command: string): FeatureError {
  if (/unknown command|unsupported command/i.test(String(error))) {
    return invalid(
      `The store has no vector search: it does not know ${command}, which Nearkey, Redis 8 and Valkey with its search module do`,
    );
  }
  return storeFailure(error, command);
}
