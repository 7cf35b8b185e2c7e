/**
 * The indexes against a plain twin: after every one of many random commands, each index must answer random filters with
 * exactly the hashes that a walk over all keys finds. The search always goes first, so that a key which has expired but
 * was not removed yet is met by the index alone.
 */
import { SeededRandom } from '../../fuzz/seeded-random.js';
import {
  type Argument,
  ErrorReply,
  type InProcessClient,
  type Reply,
  startInProcess,
} from '../../support/in-process.js';

const SEEDS = [1, 2, 3, 4];
const STEPS = 300;
const DATABASES = [0, 1];
const COLORS = ['red', 'Blue', 'green'];

type Ask = 'count' | 'keys' | 'nearest';
const ORDERS: readonly (readonly Ask[])[] = [
  ['count', 'keys', 'nearest'],
  ['keys', 'nearest', 'count'],
  ['nearest', 'count', 'keys'],
];

interface Hash {
  readonly key: string;
  readonly fields: ReadonlyMap<string, string>;
}

interface Filter {
  readonly text: string;
  readonly holds: (hash: Hash) => boolean;
}

class Fuzz {
  readonly #random: SeededRandom;
  readonly #process = startInProcess({ databases: '2' });
  readonly #clients: InProcessClient[];
  /** Prefixes of the indexes of each database, by name. */
  #indexes = new Map<number, Map<string, string[]>>(DATABASES.map((db) => [db, new Map()]));
  readonly log: string[] = [];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#clients = DATABASES.map((db) => {
      const client = this.#process.connect();
      client.call('SELECT', db);
      return client;
    });
  }

  step(): void {
    const db = this.#random.pick(DATABASES);
    if (this.#random.chance(0.1)) this.#transaction(db);
    else if (this.#random.chance(0.15)) this.#time();
    else if (this.#random.chance(0.12)) this.#indexCommand(db);
    else this.#send(db, this.#dataCommand(db));
    for (const checked of DATABASES) this.#check(checked);
  }

  finish(): void {
    this.#process.scheduler.runAll();
    for (const db of DATABASES) this.#check(db);
    expect(this.#process.failures).toEqual([]);
  }

  #send(db: number, argv: readonly Argument[]): Reply {
    this.log.push(`${db}> ${argv.map((arg) => (arg instanceof Uint8Array ? `<${arg.length} bytes>` : arg)).join(' ')}`);
    const reply = this.#clients[db]?.call(...argv) ?? null;
    if (reply instanceof ErrorReply && !/WRONGTYPE|no such key|same/.test(reply.message))
      throw new Error(reply.message);
    if (argv[0] === 'FLUSHDB') this.#indexes.set(db, new Map());
    if (argv[0] === 'SWAPDB') this.#swapIndexes();
    return reply;
  }

  #swapIndexes(): void {
    this.#indexes = new Map(DATABASES.map((db) => [db, this.#indexes.get(1 - db) ?? new Map()]));
  }

  #time(): void {
    const random = this.#random;
    const choice = random.below(3);
    if (choice === 0) this.#process.clock.advance(random.below(200));
    else if (choice === 1) this.#process.runExpireCycle();
    else this.#process.scheduler.runOne();
    this.log.push(['time passes', 'expire cycle', 'background'][choice] ?? '');
  }

  #indexCommand(db: number): void {
    const random = this.#random;
    const indexes = this.#indexes.get(db) ?? new Map();
    const name = random.pick(['one', 'two', 'three']);
    if (indexes.has(name)) {
      this.#send(db, random.chance(0.3) ? ['FT.DROPINDEX', name, 'DD'] : ['FT.DROPINDEX', name]);
      indexes.delete(name);
      return;
    }
    const prefixes = random.pick([['a:'], ['b:', 'a:1'], ['']]);
    const algorithm = random.pick(['FLAT', 'HNSW']);
    const vector = ['v', 'VECTOR', algorithm, 6, 'TYPE', 'FLOAT32', 'DIM', 2, 'DISTANCE_METRIC', 'L2'];
    const schema = ['color', 'TAG', 'size', 'AS', 'n', 'NUMERIC', ...vector];
    this.#send(db, ['FT.CREATE', name, 'PREFIX', prefixes.length, ...prefixes, 'SCHEMA', ...schema]);
    indexes.set(name, prefixes);
  }

  #key(): string {
    return `${this.#random.pick(['a:', 'b:', 'c:'])}${this.#random.below(5)}`;
  }

  #dataCommand(db: number): Argument[] {
    const random = this.#random;
    const key = this.#key();
    const makers: (() => Argument[])[] = [
      () => ['HSET', key, ...this.#pairs()],
      () => ['HSET', key, ...this.#pairs()],
      () => ['HSET', key, ...this.#pairs()],
      () => ['HDEL', key, random.pick(['color', 'size', 'v'])],
      () => ['DEL', key, this.#key()],
      () => ['PEXPIRE', key, random.below(300)],
      () => ['PERSIST', key],
      () => ['RENAME', key, this.#key()],
      () => ['COPY', key, this.#key(), 'REPLACE'],
      () => ['COPY', key, this.#key(), 'DB', 1 - db, 'REPLACE'],
      () => ['MOVE', key, 1 - db],
      () => ['SET', key, 'text', ...(random.chance(0.5) ? ['PX', 50] : [])],
      () => (random.chance(0.1) ? ['FLUSHDB'] : ['UNLINK', key]),
      () => (random.chance(0.3) ? ['SWAPDB', 0, 1] : ['TYPE', key]),
    ];
    return random.pick(makers)();
  }

  #pairs(): Argument[] {
    const random = this.#random;
    const color = random.chance(0.3) ? `${random.pick(COLORS)}, ${random.pick(COLORS)}` : random.pick(COLORS);
    const size = random.chance(0.05) ? 'many' : random.below(6);
    const vector = random.chance(0.05) ? Buffer.alloc(3) : vectorBytes([random.below(4), random.below(4)]);
    const pairs: Argument[][] = [
      ['color', color],
      ['size', size],
      ['v', vector],
      ['other', 'x'],
    ];
    const chosen = pairs.filter(() => random.chance(0.5));
    return (chosen.length === 0 ? pairs : chosen).flat();
  }

  /** Queries inside EXEC see what the transaction wrote before. */
  #transaction(db: number): void {
    const [name] = this.#random.pick([...(this.#indexes.get(db) ?? new Map())].concat([[undefined, []]]));
    this.#send(db, ['MULTI']);
    for (let left = 1 + this.#random.below(4); left > 0; left--) {
      const argv = this.#dataCommand(db);
      if (argv[0] !== 'FLUSHDB' && argv[0] !== 'SWAPDB') this.#send(db, argv);
    }
    if (name !== undefined) this.#send(db, ['FT.SEARCH', name, '*', 'NOCONTENT', 'LIMIT', 0, 100]);
    const replies = this.#send(db, ['EXEC']);
    if (name === undefined || !Array.isArray(replies)) return;
    const found = keysOf(replies.at(-1) ?? null);
    const prefixes = this.#indexes.get(db)?.get(name) ?? [];
    this.#compare(db, name, found, this.#documents(db, prefixes));
  }

  #check(db: number): void {
    const indexes = this.#indexes.get(db) ?? new Map();
    expect(listOf(this.#call(db, 'FT._LIST')).sort()).toEqual([...indexes.keys()].sort());
    for (const [name, prefixes] of indexes) {
      const filter = this.#filter();
      // Whichever goes first meets the expired keys.
      const asks = this.#random.pick(ORDERS);
      const answers = new Map(asks.map((ask) => [ask, this.#ask(db, name, filter, ask)]));
      const documents = this.#documents(db, prefixes).filter(filter.holds);
      this.log.push(`${db}? ${name} ${filter.text}`);
      this.#compare(db, name, answers.get('keys') ?? [], documents);
      if (this.#isFilling(db, name)) continue;
      expect(answers.get('count')).toEqual([String(documents.length)]);
      expect(answers.get('nearest')).toEqual(nearestOf(documents).map(String));
    }
  }

  #compare(db: number, name: string, found: readonly string[], documents: readonly Hash[]): void {
    const expected = documents.map(({ key }) => key).sort();
    const sorted = [...found].sort();
    if (this.#isFilling(db, name)) expect(expected).toEqual(expect.arrayContaining(sorted));
    else expect(sorted).toEqual(expected);
  }

  /** How many match, which, or how far the three nearest to the origin are: ties may fall either way. */
  #ask(db: number, name: string, { text }: Filter, ask: Ask): string[] {
    if (ask === 'count') return listOf(this.#call(db, 'FT.SEARCH', name, text, 'LIMIT', 0, 0));
    if (ask === 'keys') return keysOf(this.#call(db, 'FT.SEARCH', name, text, 'NOCONTENT', 'LIMIT', 0, 100));
    const query = `(${text})=>[KNN 3 @v $q AS d]`;
    const params = ['PARAMS', 2, 'q', vectorBytes([0, 0]), 'RETURN', 1, 'd'];
    const [, ...rows] = arrayOf(this.#call(db, 'FT.SEARCH', name, query, ...params));
    return rows.flatMap((row) => (Array.isArray(row) ? [String(row[1])] : []));
  }

  #isFilling(db: number, name: string): boolean {
    const info = arrayOf(this.#call(db, 'FT.INFO', name));
    return info[info.indexOf('indexing') + 1] === 1;
  }

  #filter(): Filter {
    const random = this.#random;
    const color = random.pick(COLORS);
    const least = random.below(6);
    const tag: Filter = { text: `@color:{${color}}`, holds: (hash) => colorsOf(hash).includes(color.toLowerCase()) };
    const range: Filter = { text: `@n:[${least} 4]`, holds: ({ fields }) => isBetween(fields.get('size'), least, 4) };
    const all: Filter = { text: '*', holds: () => true };
    const simple = random.pick([tag, range]);
    const other = random.pick([tag, range]);
    const not: Filter = { text: `-${simple.text}`, holds: (hash) => !simple.holds(hash) };
    return random.pick([
      all,
      tag,
      range,
      not,
      { text: `(${not.text} ${other.text})`, holds: (hash) => not.holds(hash) && other.holds(hash) },
      { text: `(${simple.text} | ${other.text})`, holds: (hash) => simple.holds(hash) || other.holds(hash) },
    ]);
  }

  /** Every hash under the prefixes whose declared fields are valid, by looking at all keys. */
  #documents(db: number, prefixes: readonly string[]): Hash[] {
    const keys = listOf(this.#call(db, 'KEYS', '*')).filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    return keys
      .filter((key) => this.#call(db, 'TYPE', key) === 'hash')
      .map((key) => ({ key, fields: fieldsOf(this.#call(db, 'HGETALL', key)) }))
      .filter(({ fields }) => fields.get('size') !== 'many' && (fields.get('v')?.length ?? 8) === 8);
  }

  #call(db: number, ...argv: Argument[]): Reply {
    const reply = this.#clients[db]?.call(...argv) ?? null;
    if (reply instanceof ErrorReply) throw new Error(reply.message);
    return reply;
  }
}

function vectorBytes(vector: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(vector).buffer);
}

function arrayOf(reply: Reply): Reply[] {
  if (!Array.isArray(reply)) throw new Error(`not an array: ${JSON.stringify(reply)}`);
  return reply;
}

function listOf(reply: Reply): string[] {
  return arrayOf(reply).map(String);
}

function keysOf(reply: Reply): string[] {
  const [total, ...keys] = arrayOf(reply);
  expect(total).toBe(keys.length);
  return keys.map(String);
}

function fieldsOf(reply: Reply): Map<string, string> {
  const list = listOf(reply);
  return new Map(list.flatMap((field, i) => (i % 2 === 0 ? [[field, list[i + 1] ?? ''] as const] : [])));
}

function colorsOf({ fields }: Hash): string[] {
  return (fields.get('color') ?? '').split(',').map((color) => color.trim().toLowerCase());
}

function isBetween(text: string | undefined, least: number, greatest: number): boolean {
  return text !== undefined && Number(text) >= least && Number(text) <= greatest;
}

function nearestOf(documents: readonly Hash[]): number[] {
  const distances = documents.flatMap(({ fields }) => {
    const bytes = fields.get('v');
    if (bytes === undefined) return [];
    const vector = new Float32Array(Uint8Array.from(Buffer.from(bytes, 'latin1')).buffer);
    return [vector.reduce((sum, component) => sum + component * component, 0)];
  });
  return distances.sort((a, b) => a - b).slice(0, 3);
}

test.each(SEEDS)('indexes answer as a walk over all keys does, with seed %i', (seed) => {
  const fuzz = new Fuzz(seed);
  try {
    for (let step = 0; step < STEPS; step++) fuzz.step();
    fuzz.finish();
  } catch (failure) {
    throw new Error(`seed ${seed}, after:\n${fuzz.log.slice(-30).join('\n')}`, { cause: failure });
  }
});
