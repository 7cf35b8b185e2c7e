/**
 * What the keyspace knows of a value that is not a string. Strings live inside their key's entry; every other type is
 * an object of a class that implements `Value`, whose bytes lie in the arena of the database that holds it.
 *
 * `Database` finds, creates, copies and frees values through these two interfaces and knows no type by name: a new type
 * is a class in this folder, and its commands say `db.read(ListValue, key)`.
 */
import type { VectorEngine } from '@nearkey/index';
import type { ByteSlice } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import type { Arena } from '../memory/arena.js';
import type { EncodingLimits } from './encoding-limits.js';
import type { KeptRows } from './kept-rows.js';

/** Type codes as an entry of the keyspace holds them; `string` must be 0 (the value is inside the entry). */
export const Kind = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  stream: 5,
  json: 6,
  vectorSet: 7,
  suggestions: 8,
} as const;
export type KindCode = (typeof Kind)[keyof typeof Kind];

/** What TYPE answers, by type code. */
export const KIND_NAMES: readonly string[] = [
  'string',
  'list',
  'set',
  'zset',
  'hash',
  'stream',
  'ReJSON-RL',
  'vectorset',
  'trietype0',
];

/** Where a value lives and what it may use. */
export interface ValueHome {
  readonly arena: Arena;
  readonly hashSeed: number;
  readonly limits: EncodingLimits;
  readonly random: Random;
  /** What indexes vectors; the engine library's choice when there is none. */
  readonly vectorEngine?: VectorEngine | undefined;
  /** Bytes that values hold beyond the arena, which they add and take away themselves. */
  readonly beyond: { bytes: number };
  /** Vectors that values keep in rows of an index. */
  readonly rows: KeptRows;
}

export interface Value {
  /** Elements. A value that is empty after a command must have left the keyspace; only a stream may stay empty. */
  readonly size: number;
  /** What OBJECT ENCODING answers. */
  readonly encoding: string;
  /** Bytes in the arena and in tables. May walk the value. */
  memoryBytes(): number;
  /** A copy in another home, of the same encoding and order. */
  copyTo(home: ValueHome): Value;
  /** Gives all memory back; the value must not be used again. */
  free(): void;
  /** How many blocks of memory it has, about, for a type whose values may be freed in parts. */
  readonly blocks?: number;
  /** Gives back about so many blocks of a value that is not used any more. @returns whether there are more */
  freeSome?(blocks: number): boolean;
  /** All values of its home are forgotten at once: gives up what is beyond the arena. */
  abandon?(): void;
  /** How many vectors it keeps in rows of an index (kept-rows.ts). */
  readonly references?: number;
  /** When the first of its parts expires, in epoch milliseconds; infinity when none does. For types whose parts may. */
  readonly dueMs?: number;
  /** Removes the parts whose time has come, visiting each before. */
  expireParts?(nowMs: number, visit: (part: ByteSlice) => void): void;
}

/** The class of a type. */
export interface ValueType<V extends Value> {
  readonly kind: KindCode;
  /** Makes an empty value. */
  new (home: ValueHome): V;
}
