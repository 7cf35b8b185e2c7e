/**
 * One cached answer, and its form in a hash: the entry's own fields are text, the TAG fields beside them are what the
 * index reads, the vector is little-endian float32. Storing an entry again writes every field, so no field of an
 * older version survives.
 */
import { z } from 'zod';
import type { CommandArgument, CommandReply } from '../commander.js';
import { CacheError } from '../errors.js';
import { attributeTokens, type CacheAttributes, ownTokens } from './cache-attributes.js';
import type { Digest } from './digest.js';

/** The longest life of an entry, a Gregorian year: LangCache's limit. */
export const ttlMsMax = 31_556_952_000;

/** Digests, moments and names of fields. */
const FIELD_BYTES = 400;

export interface CacheEntry {
  /** 32 lowercase hex digits. */
  readonly id: string;
  readonly prompt: string;
  /** The answer as the caller gave it: text, or JSON as text. */
  readonly response: string;
  readonly attributes: CacheAttributes;
  readonly createdAtMs: number;
  /** Model and version that made the entry's vector. */
  readonly embedderId: string;
  /** The model of the scope; absent when the scope names none. */
  readonly model?: string;
  /** From its making; absent: for ever, or until the store lets it expire. */
  readonly freshForMs?: number;
}

/** What the index needs beside the entry itself. */
export interface EntryIndexing {
  readonly scope: Digest;
  readonly exact: Digest;
  /** Entries known to have the same answer share it. */
  readonly answerGroup: string;
  /** Of the scope. */
  readonly namespace?: string | undefined;
  readonly vectorField: string;
  /** Undefined: the prompt is too long for the embedder, and only an equal one finds the entry. */
  readonly vector: Float32Array | undefined;
}

/** In the order in which `decodeEntry` expects their values. */
export const entryFields = [
  'prompt',
  'response',
  'attributes',
  'createdAtMs',
  'embedderId',
  'model',
  'freshForMs',
] as const;

const storedFields = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.coerce.number().int(),
  z.string(),
  z.string().nullable(),
  z.coerce.number().int().nullable().optional(),
]);
const storedAttributes = z.record(z.string(), z.string());

/** Arguments of HSET behind the key. */
export function encodeEntry(entry: CacheEntry, indexing: EntryIndexing): CommandArgument[] {
  const fields: CommandArgument[] = ['prompt', entry.prompt, 'response', entry.response];
  fields.push('attributes', JSON.stringify(entry.attributes), 'createdAtMs', entry.createdAtMs);
  fields.push('embedderId', entry.embedderId);
  if (entry.model !== undefined) fields.push('model', entry.model);
  fields.push('freshForMs', entry.freshForMs ?? '');
  fields.push(
    'scope',
    indexing.scope,
    'exact',
    indexing.exact,
    'answerGroup',
    indexing.answerGroup,
    'tags',
    [...attributeTokens(entry.attributes), ...ownTokens({ namespace: indexing.namespace, model: entry.model })].join(
      ',',
    ),
  );
  if (indexing.vector !== undefined) fields.push(indexing.vectorField, vectorBytes(indexing.vector));
  return fields;
}

/** About what an entry takes, beside what a store needs for any. */
export function entryBytes({ prompt, response, attributes }: CacheEntry, vector: Float32Array | undefined): number {
  const texts = Buffer.byteLength(prompt) + Buffer.byteLength(response) + JSON.stringify(attributes).length;
  return texts + (vector?.byteLength ?? 0) + FIELD_BYTES;
}

/** The entry in a reply to HMGET of `entryFields`; null when there is none. */
export function decodeEntry(id: string, reply: CommandReply): CacheEntry | null {
  if (Array.isArray(reply) && reply.every((value) => value === null)) return null;
  const fields = storedFields.safeParse(reply);
  if (!fields.success) throw corrupt(id, fields.error);
  const [prompt, response, attributesJson, createdAtMs, embedderId, model, freshForMs] = fields.data;
  const entry = { id, prompt, response, attributes: decodeAttributes(id, attributesJson), createdAtMs, embedderId };
  return {
    ...entry,
    ...(model === null ? {} : { model }),
    ...(freshForMs ? { freshForMs } : {}),
  };
}

export function vectorBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

function decodeAttributes(id: string, json: string): CacheAttributes {
  try {
    return storedAttributes.parse(JSON.parse(json));
  } catch (error) {
    throw corrupt(id, error);
  }
}

function corrupt(id: string, cause: unknown): CacheError {
  return new CacheError('unexpected-reply', `Cannot read the cache entry ${id}: its fields are not those of an entry`, {
    cause,
  });
}
