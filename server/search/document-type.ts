/** The types of keys that an index may cover, and how documents of each are found. */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Database } from '../keyspace/database.js';
import { HashValue } from '../types/hash.js';
import { JsonValue } from '../types/json.js';
import { JsonFields } from './json-document.js';

export const DOCUMENT_TYPES = ['HASH', 'JSON'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What a key holds that may be a document. */
export type DocumentValue = HashValue | JsonValue;

/** What SCAN calls the type of such keys. */
export const TYPE_NAMES: Readonly<Record<DocumentType, string>> = { HASH: 'hash', JSON: 'ReJSON-RL' };

/** The fields of a document, as replies show them. Slices are views: they live until the next write. */
export interface DocumentFields {
  get(identifier: ByteSlice): ByteSlice | undefined;
  /** Every value of the identifier, as a list in JSON: of documents in which there may be several. */
  getAll?(identifier: ByteSlice): ByteSlice | undefined;
  forEach(visit: (field: ByteSlice, value: ByteSlice) => void): void;
}

/** The document at a key, whatever its type. */
export function documentAt(database: Database, key: ByteSlice): DocumentValue | undefined {
  return database.peek(HashValue, key) ?? database.peek(JsonValue, key);
}

export function isOfType(value: DocumentValue, type: DocumentType): boolean {
  return value instanceof HashValue === (type === 'HASH');
}

/** The fields of the document at a key; undefined when the key holds none of the type. */
export function fieldsAt(database: Database, key: ByteSlice, type: DocumentType): DocumentFields | undefined {
  if (type === 'HASH') return database.peek(HashValue, key);
  const value = database.peek(JsonValue, key);
  return value === undefined ? undefined : new JsonFields(value);
}
