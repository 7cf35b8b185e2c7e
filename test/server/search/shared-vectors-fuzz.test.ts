/**
 * Vectors that an index and a hash hold once between them, against a plain twin of every hash: whatever commands do to keys,
 * fields and indexes, HGETALL answers what was written, and what it refers to is counted right. Vectors are drawn at random, so
 * that the bytes of one are never those of another; the engine links them on its threads beside all that.
 */

import { ByteSlice } from '#server/base/byte-slice.js';
import { HashValue } from '#server/types/hash.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { type Argument, ErrorReply, type Reply, startInProcess } from '../../support/in-process.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const STEPS = 400;
const DATABASES = [0, 1];
const DIM = 40;
const KEYS = 12;
const FIELDS = ['v', 'w', 'tag'];

type Twin = Map<string, Map<string, string>>;

class Fuzz {
  readonly #random: SeededRandom;
  readonly #process = startInProcess({ databases: '2', 'lazyfree-lazy-user-del': 'yes' });
  readonly #clients = DATABASES.map((db) => {
    const client = this.#process.connect();
    client.call('SELECT', db);
    return client;
  });
  #twins: Twin[] = DATABASES.map(() => new Map());
  #indexes: Set<string>[] = DATABASES.map(() => new Set());
  readonly log: string[] = [];
  /** The most references there were at once. */
  shared = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  step(): void {
    const db = this.#random.pick(DATABASES);
    const choice = this.#random.below(20);
    if (choice === 0) this.#index(db);
    else if (choice === 1) this.#transaction(db);
    else if (choice === 2) this.#time();
    else if (choice === 3) this.#move(db);
    else this.#change(db);
    for (const checked of DATABASES) this.#check(checked);
  }

  finish(): void {
    for (const db of DATABASES) {
      this.#call(db, 'FLUSHDB');
      this.#twins[db]?.clear();
      this.#indexes[db]?.clear();
      this.#check(db);
    }
    expect(this.#process.failures).toEqual([]);
  }

  #index(db: number): void {
    const random = this.#random;
    const name = random.pick(['one', 'two', 'three']);
    const indexes = this.#indexes[db] ?? new Set();
    if (indexes.delete(name)) {
      const deletes = random.chance(0.3);
      if (deletes) for (const key of this.#twin(db).keys()) this.#forgetIndexed(db, name, key);
      this.#call(db, 'FT.DROPINDEX', name, ...(deletes ? ['DD'] : []));
      return;
    }
    const algorithm = random.pick(['FLAT', 'HNSW']);
    const fields = random.pick([['v'], ['w'], ['v', 'w']]);
    const graph = [algorithm, 6, 'TYPE', 'FLOAT32', 'DIM', DIM, 'DISTANCE_METRIC', random.pick(['L2', 'COSINE'])];
    const schema = fields.flatMap((field) => [field, 'VECTOR', ...graph]);
    this.#call(db, 'FT.CREATE', name, 'PREFIX', 1, random.pick(['', 'a', 'b']), 'SCHEMA', ...schema, 'tag', 'TAG');
    indexes.add(name);
    if (random.chance(0.7)) this.#process.scheduler.runAll();
  }

  /** What DROPINDEX with DD deletes is what the index holds. */
  #forgetIndexed(db: number, name: string, key: string): void {
    const found = this.#call(db, 'FT.SEARCH', name, '*', 'NOCONTENT', 'LIMIT', 0, 1000);
    if (Array.isArray(found) && found.includes(key)) this.#twin(db).delete(key);
  }

  #transaction(db: number): void {
    this.#call(db, 'MULTI');
    for (let left = 2 + this.#random.below(4); left > 0; left--) this.#change(db);
    this.#call(db, 'EXEC');
  }

  #time(): void {
    this.#process.clock.advance(this.#random.below(20));
    this.#process.runExpireCycle();
    this.#process.scheduler.runOne();
  }

  #move(db: number): void {
    const random = this.#random;
    const choice = random.below(10);
    if (choice === 0) {
      this.#call(db, 'FLUSHDB');
      this.#twin(db).clear();
      this.#indexes[db]?.clear();
      return;
    }
    if (choice < 4) {
      this.#call(db, 'SWAPDB', 0, 1);
      this.#twins = [...this.#twins].reverse();
      this.#indexes = [...this.#indexes].reverse();
      return;
    }
    const key = this.#key();
    const other = 1 - db;
    const moves = this.#twin(db).get(key);
    if (this.#call(db, 'MOVE', key, other) !== 1 || moves === undefined) return;
    this.#twin(other).set(key, moves);
    this.#twin(db).delete(key);
  }

  #change(db: number): void {
    const random = this.#random;
    const twin = this.#twin(db);
    const [key, other] = [this.#key(), this.#key()];
    const has = twin.has(key);
    const choice = random.below(12);
    if (choice < 6) this.#set(db, key);
    else if (choice === 6) {
      const field = random.pick(FIELDS);
      this.#call(db, 'HDEL', key, field);
      twin.get(key)?.delete(field);
      if (twin.get(key)?.size === 0) twin.delete(key);
    } else if (choice === 7) {
      this.#call(db, random.pick(['DEL', 'UNLINK']), key);
      twin.delete(key);
    } else if (choice === 8 && has && key !== other) {
      this.#call(db, 'RENAME', key, other);
      twin.set(other, twin.get(key) ?? new Map());
      twin.delete(key);
    } else if (choice === 9 && has && key !== other) {
      this.#call(db, 'COPY', key, other, 'REPLACE');
      twin.set(other, new Map(twin.get(key)));
    } else if (choice === 10 && has) {
      this.#call(db, 'PEXPIRE', key, 0);
      twin.delete(key);
    } else if (has) {
      this.#call(db, 'HINCRBY', key, 'n', 1);
      const fields = twin.get(key);
      fields?.set('n', String(Number(fields.get('n') ?? 0) + 1));
    }
  }

  #set(db: number, key: string): void {
    const random = this.#random;
    const fields = this.#twin(db).get(key) ?? new Map<string, string>();
    const pairs: Argument[] = [];
    for (const field of FIELDS.filter(() => random.chance(0.6)).concat(random.pick(FIELDS))) {
      const value = this.#value(field, fields.get(field));
      pairs.push(field, value);
      fields.set(field, value.toString('latin1'));
    }
    this.#twin(db).set(key, fields);
    this.#call(db, 'HSET', key, ...pairs);
  }

  /** Now and then what was there before, or no vector at all. */
  #value(field: string, before: string | undefined): Buffer {
    const random = this.#random;
    if (field === 'tag') return Buffer.from(random.pick(['red', 'green']));
    if (before !== undefined && random.chance(0.2)) return Buffer.from(before, 'latin1');
    if (random.chance(0.05)) return Buffer.from('no vector');
    return Buffer.from(Float32Array.from({ length: DIM }, () => random.below(2000) / 1000 - 1).buffer);
  }

  #check(db: number): void {
    const database = this.#process.server.facilities.keyspace.database(db);
    database.validate();
    let shared = 0;
    for (const [key, fields] of this.#twin(db)) {
      const seen = this.#call(db, 'HGETALL', key);
      expect(Array.isArray(seen) ? pairsOf(seen) : seen).toEqual(fields);
      shared += database.peek(HashValue, ByteSlice.fromText(key))?.references ?? 0;
    }
    expect(this.#call(db, 'DBSIZE')).toBe(this.#twin(db).size);
    this.shared = Math.max(this.shared, shared);
    this.#search(db);
  }

  /** Beside everything else; what it finds is the business of other suites. */
  #search(db: number): void {
    for (const name of this.#indexes[db] ?? []) {
      const query = Buffer.from(Float32Array.from({ length: DIM }, () => 0.5).buffer);
      const reply = this.#clients[db]?.call(
        'FT.SEARCH',
        name,
        '*=>[KNN 3 @v $q]',
        'PARAMS',
        2,
        'q',
        query,
        'NOCONTENT',
      );
      if (reply instanceof ErrorReply) expect(reply.message).toMatch(/@?v/);
    }
  }

  #key(): string {
    return `${this.#random.pick(['a', 'b'])}${this.#random.below(KEYS)}`;
  }

  #twin(db: number): Map<string, Map<string, string>> {
    return this.#twins[db] ?? new Map();
  }

  #call(db: number, ...argv: Argument[]): Reply {
    this.log.push(`${db}> ${argv.map((arg) => (arg instanceof Uint8Array ? `<${arg.length} bytes>` : arg)).join(' ')}`);
    const reply = this.#clients[db]?.call(...argv) ?? null;
    if (reply instanceof ErrorReply) throw new Error(reply.message);
    return reply;
  }
}

function pairsOf(list: readonly Reply[]): Map<string, string> {
  return new Map(list.flatMap((field, at) => (at % 2 === 0 ? [[String(field), String(list[at + 1])] as const] : [])));
}

test.each(SEEDS)('hashes hold what was written to them, with seed %i', (seed) => {
  const fuzz = new Fuzz(seed);
  try {
    for (let step = 0; step < STEPS; step++) fuzz.step();
    fuzz.finish();
  } catch (failure) {
    throw new Error(`seed ${seed}, after:\n${fuzz.log.slice(-30).join('\n')}`, { cause: failure });
  }
  // Vectors are held by an index, or there was nothing to test.
  expect(fuzz.shared).toBeGreaterThan(5);
});
