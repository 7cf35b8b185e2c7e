/**
 * Puts answers into a cache: checked, compared with what was nearly served for the same question, embedded, written, and room made for
 * them where the cache has limits.
 */
import type { Clock } from '../clock.js';
import { type CacheAttributes, checkedAttributes } from './cache-attributes.js';
import type { CheckedConfig } from './cache-config.js';
import { type CacheEntry, entryBytes } from './cache-entry.js';
import type { CacheIndex } from './cache-index.js';
import type { CacheLedger } from './cache-ledger.js';
import { type CacheScope, scopeDigest } from './cache-scope.js';
import type { StatisticsCounter } from './cache-statistics.js';
import type { ExportedEntry } from './cache-transfer.js';
import type { Digest } from './digest.js';
import type { EntryHashes, WrittenEntry } from './entry-hashes.js';
import { entryIdOf, exactDigest } from './entry-identity.js';
import type { Freshness } from './freshness.js';
import type { PromptVectors } from './prompt-vectors.js';
import { checkedPrompt, checkedTtlMs, checkResponse } from './request-checks.js';
import { ownScope, type TwoWriters } from './two-writers.js';

/** A cheap model's price of a character. */
const DOLLARS_PER_CHARACTER = 1e-7;

export interface StoreRequest {
  readonly prompt: string;
  /** Text, or JSON as text. */
  readonly response: string;
  readonly scope?: CacheScope | undefined;
  /** Whoever was given the answer, under the two-writers rule (two-writers.ts): until another was given the same, nobody else sees it. */
  readonly principal?: string | undefined;
  readonly attributes?: CacheAttributes | undefined;
  /** Milliseconds until the entry expires; `null` means never, whatever the cache's default is. */
  readonly ttlMs?: number | null | undefined;
  /** What a hit saves, where that is known; by default in proportion to the length of prompt and response. */
  readonly hitDollars?: number | undefined;
}

export interface CacheWriterOptions {
  readonly config: CheckedConfig;
  readonly clock: Clock;
  readonly entries: EntryHashes;
  readonly index: CacheIndex;
  readonly vectors: PromptVectors;
  readonly freshness: Freshness;
  readonly ledger: CacheLedger;
  readonly statistics: StatisticsCounter;
  readonly twoWriters: TwoWriters;
  /** Compares a fresh answer with what was nearly served. @returns the group of entries that have this answer */
  readonly answered: (exact: Digest, prompt: string, response: string) => Promise<string | undefined>;
}

/** An answer as it is written, but for the vector of its prompt. */
interface Draft extends Omit<WrittenEntry, 'indexing'> {
  readonly indexing: Omit<WrittenEntry['indexing'], 'vector'>;
  readonly hitDollars: number;
}

export class CacheWriter {
  readonly #options: CacheWriterOptions;

  constructor(options: CacheWriterOptions) {
    this.#options = options;
  }

  /** Replaces the answer with the same prompt, scope and attributes. @returns the id of the entry, of the shared one where there are two */
  async store(request: StoreRequest): Promise<Digest> {
    const { config, freshness, statistics, answered } = this.#options;
    const { response, scope: asked = {} } = request;
    const prompt = checkedPrompt(request.prompt, config.promptCharsMax);
    const attributes = checkedAttributes(request.attributes);
    const { freshForMs, keptForMs } = freshness.lifetime(checkedTtlMs(request.ttlMs, config.defaultTtlMs));
    checkResponse(response, config.responseCharsMax);
    const scope = scopeDigest(asked);
    const exact = exactDigest(scope, prompt);
    const id = entryIdOf(exact, attributes);
    const answerGroup = (await answered(exact, prompt, response)) ?? id;
    const createdAtMs = this.#options.clock.nowMs();
    const entry = this.#entry({ id, prompt, response, attributes, createdAtMs, model: asked.model, freshForMs });
    const indexing = { scope, exact, answerGroup, namespace: asked.namespace };
    const { hitDollars = dollarsOf(prompt, response) } = request;
    const draft = { entry, indexing, keptForMs, hitDollars };
    const { principal } = request;
    const stored = await statistics.countingErrors(() =>
      principal === undefined ? this.#write(draft) : this.#writeAs(principal, draft),
    );
    statistics.count('stores');
    return stored;
  }

  /** As the principal's own, and as shared once a second one was given the same. */
  async #writeAs(principal: string, shared: Draft): Promise<Digest> {
    const scope = ownScope(shared.indexing.scope, principal);
    const exact = exactDigest(scope, shared.entry.prompt);
    const entry = { ...shared.entry, id: entryIdOf(exact, shared.entry.attributes) };
    await this.#write({ ...shared, entry, indexing: { ...shared.indexing, scope, exact } });
    const { twoWriters } = this.#options;
    const isShared = await twoWriters.confirms(shared.entry.id, principal, entry, shared.keptForMs);
    return isShared ? this.#write(shared) : entry.id;
  }

  /** Takes an entry of another cache over as it is, its prompt embedded anew. */
  async take(exported: ExportedEntry): Promise<void> {
    const { response, createdAtMs, model, freshForMs, ttlMs = null, scope, exact, answerGroup, tags } = exported;
    const prompt = checkedPrompt(exported.prompt, this.#options.config.promptCharsMax);
    const attributes = checkedAttributes(exported.attributes);
    const id = entryIdOf(exact, attributes);
    const entry = this.#entry({ id, prompt, response, attributes, createdAtMs, model, freshForMs: freshForMs ?? null });
    const hitDollars = dollarsOf(exported.prompt, response);
    await this.#write({ entry, indexing: { scope, exact, answerGroup }, keptForMs: ttlMs, tags, hitDollars });
  }

  #entry({ model, freshForMs, ...fields }: EntryFacts): CacheEntry {
    return {
      ...fields,
      embedderId: this.#options.vectors.embedderId,
      ...(model === undefined ? {} : { model }),
      ...(freshForMs === null ? {} : { freshForMs }),
    };
  }

  async #write({ hitDollars, ...draft }: Draft): Promise<Digest> {
    const { vectors, index, entries } = this.#options;
    const [vector] = await Promise.all([vectors.embedIfPossible(draft.entry.prompt), index.ensure()]);
    await entries.write({ ...draft, indexing: { ...draft.indexing, vector } });
    await this.#makeRoom(draft.entry, vector, hitDollars, draft.keptForMs);
    return draft.entry.id;
  }

  /** Deletes what is worth less than an entry that was stored, as far as a limit asks for it. */
  async #makeRoom(
    entry: CacheEntry,
    vector: Float32Array | undefined,
    hitDollars: number,
    keptForMs: number | null,
  ): Promise<void> {
    const { ledger, clock, entries, statistics } = this.#options;
    if (!ledger.isKept) return;
    const nowMs = clock.nowMs();
    const endsAtMs = keptForMs === null ? null : nowMs + keptForMs;
    const noted = { id: entry.id, bytes: entryBytes(entry, vector), hitDollars, endsAtMs };
    const leaving = await ledger.stored(noted, nowMs);
    if (leaving.length > 0) statistics.count('evicted', await entries.delete(leaving));
  }
}

interface EntryFacts {
  readonly id: Digest;
  readonly prompt: string;
  readonly response: string;
  readonly attributes: CacheAttributes;
  readonly createdAtMs: number;
  readonly model: string | undefined;
  readonly freshForMs: number | null;
}

function dollarsOf(prompt: string, response: string): number {
  return (prompt.length + response.length) * DOLLARS_PER_CHARACTER;
}
