/**
 * Takes entries out of a cache: one, those that pass a filter, or all. A dry run counts what would be deleted, and deletes nothing.
 * What is deleted leaves the ledger of a cache with limits, too.
 */
import { CacheError } from '../errors.js';
import { type CacheAttributes, checkedAttributes } from './cache-attributes.js';
import type { CacheIndex, EntryFilter } from './cache-index.js';
import type { CacheLedger } from './cache-ledger.js';
import { type CacheScope, scopeDigest } from './cache-scope.js';
import type { StatisticsCounter } from './cache-statistics.js';
import type { EntryHashes } from './entry-hashes.js';
import { checkEntryId, invalid } from './request-checks.js';

/** Entries deleted by one command. */
const PAGE_SIZE = 1000;
/** Pages in a row that may delete nothing (entries vanished meanwhile) before the index counts as inconsistent. */
const IDLE_PAGES_MAX = 3;

export interface InvalidationFilter {
  /** Entries that carry all of these. */
  readonly attributes?: CacheAttributes | undefined;
  /** Answers that principals have of their own in it (two-writers.ts) are found by namespace and model, and not by this. */
  readonly scope?: CacheScope | undefined;
  /** Of the scopes in which entries were stored. */
  readonly namespace?: string | undefined;
  readonly model?: string | undefined;
  /** Milliseconds of Unix time. With a model: everything from before its new version. */
  readonly storedBeforeMs?: number | undefined;
}

export interface InvalidationOptions {
  /** Counts what would be deleted, and deletes nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface CacheInvalidationParts {
  readonly entries: EntryHashes;
  readonly index: CacheIndex;
  readonly ledger: CacheLedger;
  readonly statistics: StatisticsCounter;
}

export class CacheInvalidation {
  readonly #parts: CacheInvalidationParts;

  constructor(parts: CacheInvalidationParts) {
    this.#parts = parts;
  }

  async one(entryId: string, { dryRun }: InvalidationOptions): Promise<boolean> {
    checkEntryId(entryId);
    if (dryRun === true) return (await this.#parts.entries.read(entryId)) !== null;
    return (await this.#counted(() => this.#delete([entryId]))) > 0;
  }

  async matching(filter: InvalidationFilter, { dryRun }: InvalidationOptions): Promise<number> {
    const selected = entryFilter(filter);
    const { index, statistics } = this.#parts;
    if (dryRun === true) return statistics.countingErrors(() => index.entryCount(selected));
    return this.#counted(() => this.#deleteMatching(selected));
  }

  async all({ dryRun }: InvalidationOptions): Promise<number> {
    if (dryRun === true) return this.#parts.statistics.countingErrors(() => this.#countAll());
    return this.#counted(() => this.#deleteAll());
  }

  async #counted(deletion: () => Promise<number>): Promise<number> {
    const deletedCount = await this.#parts.statistics.countingErrors(deletion);
    this.#parts.statistics.count('invalidated', deletedCount);
    return deletedCount;
  }

  async #countAll(): Promise<number> {
    let found = 0;
    for await (const keys of this.#parts.entries.allKeys()) found += keys.length;
    return found;
  }

  async #deleteAll(): Promise<number> {
    const { entries, ledger } = this.#parts;
    let deletedCount = 0;
    for await (const keys of entries.allKeys()) {
      deletedCount += await entries.deleteKeys(keys);
      await ledger.removed(entries.idsOf(keys));
    }
    return deletedCount;
  }

  async #deleteMatching(filter: EntryFilter): Promise<number> {
    let deletedCount = 0;
    let idlePages = 0;
    for (;;) {
      const entryIds = await this.#parts.index.matching(filter, PAGE_SIZE);
      if (entryIds.length === 0) return deletedCount;
      const deleted = await this.#delete(entryIds);
      deletedCount += deleted;
      idlePages = deleted > 0 ? 0 : idlePages + 1;
      if (idlePages >= IDLE_PAGES_MAX) {
        throw new CacheError(
          'unexpected-reply',
          'Cannot delete by filter: the index keeps naming entries that are gone',
        );
      }
    }
  }

  async #delete(entryIds: readonly string[]): Promise<number> {
    const { entries, ledger } = this.#parts;
    const deletedCount = await entries.delete(entryIds);
    await ledger.removed(entryIds);
    return deletedCount;
  }
}

/** @throws CacheError `invalid-request` when the filter names nothing */
function entryFilter({ attributes, scope, namespace, model, storedBeforeMs }: InvalidationFilter): EntryFilter {
  const filter = { attributes: checkedAttributes(attributes), namespace, model, storedBeforeMs };
  if (storedBeforeMs !== undefined && !Number.isSafeInteger(storedBeforeMs)) {
    throw invalid(`the moment ${storedBeforeMs}`, 'an integer of milliseconds');
  }
  const conditions = [scope, namespace, model, storedBeforeMs];
  if (Object.keys(filter.attributes).length === 0 && conditions.every((condition) => condition === undefined)) {
    throw invalid(
      'an empty filter',
      'an attribute, a scope, a namespace, a model or a moment (flush deletes every entry)',
    );
  }
  return scope === undefined ? filter : { ...filter, scope: scopeDigest(scope) };
}
