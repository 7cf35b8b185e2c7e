/**
 * Reads the reply of FT.SEARCH in each shape the servers give it: the array of RESP2 (and of valkey-search in RESP3), and
 * the map of Redis 8 in RESP3, which reaches us as a flat array of pairs. A document that expired between matching and
 * loading comes with nil instead of its fields; such a row is left out.
 */
import type { CommandReply } from './commander.js';
import { CacheError } from './errors.js';

export interface SearchRow {
  readonly key: string;
  /** Empty when the query asked for no content. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface SearchReply {
  /** What the server counted; rows may be fewer because of LIMIT or of documents that expired meanwhile. */
  readonly total: number;
  readonly rows: readonly SearchRow[];
}

export function parseSearchReply(reply: CommandReply): SearchReply {
  if (!Array.isArray(reply) || reply.length === 0) throw unexpected('a list');
  return typeof reply[0] === 'number' ? parseArray(reply) : parseMap(reply);
}

/** Flat name-value pairs (a hash, a map) as a Map; a pair whose value is nil is left out. */
export function parsePairs(reply: CommandReply): Map<string, string> {
  if (!Array.isArray(reply) || reply.length % 2 !== 0) throw unexpected('a list of pairs');
  const pairs = new Map<string, string>();
  for (let index = 0; index < reply.length; index += 2) {
    const value = reply[index + 1];
    if (value === null || value === undefined) continue;
    if (typeof value === 'object') throw unexpected('a text as a value');
    pairs.set(String(reply[index]), String(value));
  }
  return pairs;
}

/** Each server words it differently; these substrings are the ones clients in the field rely on. */
export function isMissingIndex(error: unknown): boolean {
  return /no such index|unknown index name|index not found|not found in database|search_index_not_found/i.test(
    String(error),
  );
}

function parseArray(reply: readonly CommandReply[]): SearchReply {
  const rows: SearchRow[] = [];
  let index = 1;
  while (index < reply.length) {
    const key = reply[index];
    if (typeof key !== 'string') throw unexpected('a key');
    const next = reply[index + 1];
    if (Array.isArray(next)) {
      rows.push({ key, fields: parsePairs(next) });
      index += 2;
    } else if (next === null) {
      index += 2;
    } else {
      rows.push({ key, fields: new Map() });
      index += 1;
    }
  }
  return { total: Number(reply[0]), rows };
}

function parseMap(reply: readonly CommandReply[]): SearchReply {
  const results = memberOf(reply, 'results');
  const total = memberOf(reply, 'total_results');
  if (!Array.isArray(results) || typeof total !== 'number') throw unexpected('results and total_results');
  const rows: SearchRow[] = [];
  for (const result of results) {
    if (!Array.isArray(result)) throw unexpected('a result');
    const key = memberOf(result, 'id');
    if (typeof key !== 'string') throw unexpected('an id');
    const fields = memberOf(result, 'extra_attributes');
    if (fields === null) continue;
    rows.push({ key, fields: fields === undefined ? new Map() : parsePairs(fields) });
  }
  return { total, rows };
}

function memberOf(pairs: readonly CommandReply[], name: string): CommandReply | undefined {
  const index = pairs.findIndex((item, position) => position % 2 === 0 && item === name);
  return index < 0 ? undefined : pairs[index + 1];
}

function unexpected(expected: string): CacheError {
  return new CacheError('unexpected-reply', `Cannot read a search reply: expected ${expected}`);
}
