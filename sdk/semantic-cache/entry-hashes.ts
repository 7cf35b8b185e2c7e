/**
 * The entries of a cache as the hashes they are: read, written, deleted, walked through. What goes wrong in the store is a
 * `CacheError`; what entries mean is decided elsewhere.
 */
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { CacheError, storeError } from '../errors.js';
import { type CacheEntry, decodeEntry, type EntryIndexing, encodeEntry, entryFields } from './cache-entry.js';
import type { CacheKeys } from './cache-keys.js';
import { type ExportedEntry, exportedFields, exportedFrom } from './cache-transfer.js';
import type { Digest } from './digest.js';

/** Keys in one page of a walk, about. */
const PAGE_SIZE = 1000;

export interface WrittenEntry {
  readonly entry: CacheEntry;
  readonly indexing: Omit<EntryIndexing, 'vectorField'>;
  /** `null`: for ever. */
  readonly keptForMs: number | null;
  /** In place of those that follow from the entry. */
  readonly tags?: string;
}

export class EntryHashes {
  readonly #commander: Commander;
  readonly #keys: CacheKeys;

  constructor(commander: Commander, keys: CacheKeys) {
    this.#commander = commander;
    this.#keys = keys;
  }

  async read(entryId: Digest): Promise<CacheEntry | null> {
    return decodeEntry(entryId, await this.#call('HMGET', this.#keys.entry(entryId), ...entryFields));
  }

  /** Replaces what is there. Sent together and in this order: an entry is never left without its expiry by a wait between the two. */
  async write({ entry, indexing, keptForMs, tags }: WrittenEntry): Promise<void> {
    const key = this.#keys.entry(entry.id);
    const fields = encodeEntry(entry, { ...indexing, vectorField: this.#keys.vectorField });
    if (tags !== undefined) fields.push('tags', tags);
    await Promise.all([
      this.#call('HSET', key, ...fields),
      keptForMs === null ? this.#call('PERSIST', key) : this.#call('PEXPIRE', key, keptForMs),
    ]);
  }

  /** @returns how many there were */
  async delete(entryIds: readonly Digest[]): Promise<number> {
    return entryIds.length === 0 ? 0 : Number(await this.#call('UNLINK', ...entryIds.map(this.#keys.entry)));
  }

  /** Of keys that a walk found. @returns how many there were */
  async deleteKeys(keys: readonly string[]): Promise<number> {
    return keys.length === 0 ? 0 : Number(await this.#call('UNLINK', ...keys));
  }

  /** Ids of entries, those in quarantine left out. */
  idsOf(keys: readonly string[]): Digest[] {
    const { entryPrefix } = this.#keys;
    return keys.filter((key) => key.startsWith(entryPrefix)).map((key) => key.slice(entryPrefix.length));
  }

  /** Keys of all entries page by page, those in quarantine and of other embedders included. A key may come twice. */
  allKeys(): AsyncGenerator<string[], void, undefined> {
    return this.#keysLike(this.#keys.anyEntry);
  }

  /** Every entry, without its vector and in no order, but for those in quarantine; one that is stored meanwhile may be among them, or not. */
  async *exported(): AsyncGenerator<ExportedEntry, void, undefined> {
    for await (const keys of this.#keysLike(`${this.#keys.entryPrefix}*`)) {
      const found = await Promise.all(keys.map((key) => this.#exportedFrom(key)));
      for (const entry of found) if (entry !== undefined) yield entry;
    }
  }

  async #exportedFrom(key: string): Promise<ExportedEntry | undefined> {
    const [fields, ttlMs] = await Promise.all([this.#call('HMGET', key, ...exportedFields), this.#call('PTTL', key)]);
    return exportedFrom(fields, Number(ttlMs));
  }

  /** Keys of every node that may hold them. */
  async *#keysLike(pattern: string): AsyncGenerator<string[], void, undefined> {
    for (const node of this.#commander.nodes?.() ?? [this.#commander]) {
      let cursor = '0';
      do {
        const page = scanPage(await called(node, 'SCAN', cursor, 'MATCH', pattern, 'COUNT', PAGE_SIZE));
        yield page.keys;
        cursor = page.cursor;
      } while (cursor !== '0');
    }
  }

  #call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    return called(this.#commander, command, ...args);
  }
}

async function called(
  commander: Pick<Commander, 'call'>,
  command: string,
  ...args: CommandArgument[]
): Promise<CommandReply> {
  try {
    return await commander.call(command, ...args);
  } catch (error) {
    throw storeError(error, command);
  }
}

function scanPage(reply: CommandReply): { readonly cursor: string; readonly keys: string[] } {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) {
    throw new CacheError('unexpected-reply', 'Cannot read the reply of SCAN: expected a cursor and a list of keys');
  }
  return { cursor: String(reply[0]), keys: reply[1].map(String) };
}
