/**
 * The promise of keyspace-events.ts: the effects of any sequence of commands, replayed on an empty server, give equal
 * data. The replaying server's clock stands a day behind: an effect that depends on the time of day would show, and no
 * key goes away there unless an effect says so. A new command joins by its line in `writers`, a new type in `readers`.
 */
import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { dumpPayload } from '#server/rdb/dump-payload.js';
import { EffectLog } from '../../support/effect-log.js';
import {
  type Argument,
  ErrorReply,
  type InProcess,
  type InProcessClient,
  type Reply,
  startInProcess,
} from '../../support/in-process.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const COMMANDS_PER_SEED = 4_000;
const DATABASES = 4;
const KEYS = 25;
const DAY_MS = 86_400_000;

/** What arguments are drawn from: few keys and fields, so that commands meet. */
class Draw {
  constructor(
    readonly random: Random,
    readonly nowMs: number,
  ) {}

  below(bound: number): number {
    return this.random.below(bound);
  }

  of<Choice>(...choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  times<Made>(max: number, make: () => Made): Made[] {
    return Array.from({ length: 1 + this.below(max) }, make);
  }

  key = (): string => `k${this.below(KEYS)}`;
  field = (): string => `f${this.below(12)}`;
  database = (): number => this.below(DATABASES);
  integer = (): string => this.of('0', '1', '-7', '12', '9999', '123456789012', '-9223372036854775808');
  score = (): string => this.of('0', '-1.5', '0.1', '7', 'inf', '-inf', '1e17');
  float = (): string => this.of('0.1', '-2.5', '3', '1e3', '0.30000000000000004');
  value = (): Argument =>
    this.of<() => Argument>(
      this.integer,
      this.float,
      () => 'text'.repeat(this.below(40)),
      () => Buffer.from([0, 255, 13, 10, this.below(256)]),
    )();

  /** One of the keys that mostly hold streams; ids that mostly lie in them. */
  stream = (): string => (this.below(20) === 0 ? this.key() : `k${this.below(3)}`);
  id = (): string => `${this.of(this.below(60), 60)}-${this.below(30)}`;
  /** Keys that mostly hold lists, and sets. */
  list = (): string => (this.below(10) > 0 ? `l${this.below(4)}` : this.key());
  set = (): string => (this.below(10) > 0 ? `s${this.below(4)}` : this.key());
  /** Keys that mostly hold JSON, and sets of vectors. */
  json = (): string => (this.below(10) > 0 ? `j${this.below(4)}` : this.key());
  path = (): string => this.of('$', '$', '$.a', '$.b', '$.a.b', '$..a', '$.a[0]');
  jsonValue = (): string => this.of('1', '"text"', 'true', '[1,2,3]', '{"a":[1,{"b":2}],"b":"x"}', '{"a":null}', '2.5');
  vectors = (): string => (this.below(10) > 0 ? `v${this.below(2)}` : this.key());
  side = (): string => this.of('LEFT', 'RIGHT');
  element = (): Argument => this.of(`e${this.below(6)}`, String(this.below(6)), this.value());
  group = (): string => `g${this.below(2)}`;
  consumer = (): string => this.of('c', 'd', 'e\xff');
  trim(): readonly Argument[] {
    const approximate = this.of(['~'], ['~'], []);
    return this.below(2) === 0
      ? ['MAXLEN', ...approximate, this.below(30)]
      : ['MINID', ...approximate, this.of(this.id(), `${this.nowMs - this.below(500)}-0`)];
  }

  /** Milliseconds from now, rarely in the past. */
  ttlMs = (): number => this.of(5, 50, 500, 5_000, 100_000) + this.below(50);
  seconds = (): number => this.of(-1, 0, 1, 2, 100);

  /** One of these words, or none. */
  maybe(...options: readonly (readonly Argument[])[]): readonly Argument[] {
    return options[this.below(options.length + 1)] ?? [];
  }

  lifetime(): readonly Argument[] {
    return this.of<readonly Argument[]>(
      ['EX', 1 + this.below(3)],
      ['PX', this.ttlMs()],
      ['EXAT', Math.ceil(this.nowMs / 1000) + this.below(5)],
      ['PXAT', this.nowMs + this.ttlMs() - 20],
    );
  }
}

type Arguments = (draw: Draw) => readonly Argument[];

const condition = (draw: Draw): readonly Argument[] =>
  draw.maybe(['NX'], ['XX'], ['GT'], ['LT'], ['XX', 'GT'], ['XX', 'LT']);
const keyOnly: Arguments = (draw) => [draw.key()];
const pairs = (draw: Draw): Argument[] => draw.times(3, () => [draw.key(), draw.value()]).flat();
const fieldPairs: Arguments = (draw) => [draw.key(), ...draw.times(4, () => [draw.field(), draw.value()]).flat()];

const restoreArguments: Arguments = (draw) => [
  ...[draw.key(), draw.of(0, draw.ttlMs()), dumpPayload(ByteSlice.fromText(draw.integer()))],
  ...draw.maybe(['REPLACE'], ['REPLACE', 'ABSTTL']),
];

const fieldList = (draw: Draw): readonly Argument[] => {
  const fields = draw.times(3, draw.field);
  return ['FIELDS', fields.length, ...fields];
};

/** Arguments for each command that writes. */
const writers: Readonly<Record<string, Arguments>> = {
  APPEND: (draw) => [draw.key(), draw.value()],
  BITFIELD: (draw) => [
    draw.key(),
    ...draw.maybe(['OVERFLOW', draw.of('WRAP', 'SAT', 'FAIL')]),
    ...[draw.of('SET', 'INCRBY'), draw.of('u8', 'i5', 'i64'), draw.below(100), draw.integer()],
  ],
  BITOP: (draw) => [draw.of('AND', 'OR', 'XOR'), draw.key(), ...draw.times(3, draw.key)],
  BZMPOP: (draw) => [0, 2, draw.key(), draw.key(), draw.of('MIN', 'MAX'), ...draw.maybe(['COUNT', 3])],
  BZPOPMAX: (draw) => [draw.key(), draw.key(), 0],
  BZPOPMIN: (draw) => [draw.key(), draw.key(), 0],
  BLMOVE: (draw) => [draw.list(), draw.list(), draw.side(), draw.side(), 0],
  BLMPOP: (draw) => [0, 2, draw.list(), draw.list(), draw.side(), ...draw.maybe(['COUNT', 1 + draw.below(4)])],
  BLPOP: (draw) => [...draw.times(3, draw.list), 0],
  BRPOP: (draw) => [...draw.times(3, draw.list), 0],
  BRPOPLPUSH: (draw) => [draw.list(), draw.list(), 0],
  COPY: (draw) => [draw.key(), draw.key(), ...draw.maybe(['DB', draw.database()]), ...draw.maybe(['REPLACE'])],
  DECR: keyOnly,
  DECRBY: (draw) => [draw.key(), draw.integer()],
  DELIFEQ: (draw) => [draw.key(), draw.value()],
  DEL: (draw) => draw.times(3, draw.key),
  EXPIRE: (draw) => [draw.key(), draw.seconds(), ...condition(draw)],
  EXPIREAT: (draw) => [draw.key(), Math.floor(draw.nowMs / 1000) + draw.seconds(), ...condition(draw)],
  FLUSHALL: (draw) => draw.maybe(['ASYNC'], ['SYNC']),
  FLUSHDB: (draw) => draw.maybe(['ASYNC'], ['SYNC']),
  GEOADD: (draw) => [draw.key(), draw.below(180), draw.below(80), draw.field()],
  GEORADIUS: (draw) => [draw.key(), 5, 5, 9000, 'km', ...draw.maybe(['STORE', draw.key()], ['STOREDIST', draw.key()])],
  GEORADIUSBYMEMBER: (draw) => [draw.key(), draw.field(), 900, 'km', ...draw.maybe(['STORE', draw.key()])],
  GEOSEARCHSTORE: (draw) => [draw.key(), draw.key(), 'FROMLONLAT', 9, 9, 'BYRADIUS', 9000, 'km', 'COUNT', 2],
  GETDEL: keyOnly,
  GETEX: (draw) => [draw.key(), ...draw.maybe(['PERSIST'], draw.lifetime(), draw.lifetime())],
  GETSET: (draw) => [draw.key(), draw.value()],
  HDEL: (draw) => [draw.key(), ...draw.times(4, draw.field)],
  HEXPIRE: (draw) => [draw.key(), 1 + draw.below(3), ...condition(draw).slice(0, 1), ...fieldList(draw)],
  HEXPIREAT: (draw) => [draw.key(), Math.floor(draw.nowMs / 1000) + draw.below(4), ...fieldList(draw)],
  HGETDEL: (draw) => [draw.key(), ...fieldList(draw)],
  HGETEX: (draw) => [draw.key(), ...draw.maybe(['PERSIST'], draw.lifetime(), draw.lifetime()), ...fieldList(draw)],
  HINCRBY: (draw) => [draw.key(), draw.field(), draw.integer()],
  HINCRBYFLOAT: (draw) => [draw.key(), draw.field(), draw.float()],
  HMSET: fieldPairs,
  HPERSIST: (draw) => [draw.key(), ...fieldList(draw)],
  HPEXPIRE: (draw) => [draw.key(), draw.of(0, draw.ttlMs()), ...condition(draw).slice(0, 1), ...fieldList(draw)],
  HPEXPIREAT: (draw) => [draw.key(), draw.nowMs + draw.of(-1, 0, draw.ttlMs()), ...fieldList(draw)],
  HSET: fieldPairs,
  HSETEX: (draw) => [
    draw.key(),
    ...draw.maybe(['FNX'], ['FXX']),
    ...draw.maybe(['KEEPTTL'], draw.lifetime(), draw.lifetime()),
    ...['FIELDS', 1, draw.field(), draw.value()],
  ],
  HSETNX: (draw) => [draw.key(), draw.field(), draw.value()],
  INCR: keyOnly,
  INCRBY: (draw) => [draw.key(), draw.integer()],
  INCRBYFLOAT: (draw) => [draw.key(), draw.float()],
  'JSON.ARRAPPEND': (draw) => [draw.json(), draw.path(), draw.jsonValue()],
  'JSON.ARRINSERT': (draw) => [draw.json(), draw.path(), draw.of(0, -1, 1), draw.jsonValue()],
  'JSON.ARRPOP': (draw) => [draw.json(), draw.path(), draw.of(0, -1, 1)],
  'JSON.ARRTRIM': (draw) => [draw.json(), draw.path(), draw.below(2), draw.below(4)],
  'JSON.CLEAR': (draw) => [draw.json(), draw.path()],
  'JSON.DEL': (draw) => [draw.json(), draw.path()],
  'JSON.FORGET': (draw) => [draw.json(), draw.path()],
  'JSON.MERGE': (draw) => [draw.json(), draw.path(), draw.jsonValue()],
  'JSON.MSET': (draw) => draw.times(3, () => [draw.json(), draw.path(), draw.jsonValue()]).flat(),
  'JSON.NUMINCRBY': (draw) => [draw.json(), draw.path(), draw.of(1, -2.5)],
  'JSON.NUMMULTBY': (draw) => [draw.json(), draw.path(), draw.of(2, 0.5)],
  'JSON.NUMPOWBY': (draw) => [draw.json(), draw.path(), 2],
  'JSON.SET': (draw) => [draw.json(), draw.path(), draw.jsonValue(), ...draw.maybe(['NX'], ['XX'])],
  'JSON.STRAPPEND': (draw) => [draw.json(), draw.path(), '"more"'],
  'JSON.TOGGLE': (draw) => [draw.json(), draw.path()],
  LINSERT: (draw) => [draw.list(), draw.of('BEFORE', 'AFTER'), draw.element(), draw.element()],
  LMOVE: (draw) => [draw.list(), draw.list(), draw.side(), draw.side()],
  LMPOP: (draw) => [2, draw.list(), draw.list(), draw.side(), ...draw.maybe(['COUNT', 1 + draw.below(4)])],
  LPOP: (draw) => [draw.list(), ...draw.maybe([draw.below(4)])],
  LPUSH: (draw) => [draw.list(), ...draw.times(4, draw.element)],
  LPUSHX: (draw) => [draw.list(), ...draw.times(3, draw.element)],
  LREM: (draw) => [draw.list(), draw.below(5) - 2, draw.element()],
  LSET: (draw) => [draw.list(), draw.below(12) - 6, draw.element()],
  LTRIM: (draw) => [draw.list(), draw.below(4), draw.of(-1, -2, 20)],
  MOVE: (draw) => [draw.key(), draw.database()],
  MSET: pairs,
  MSETEX: (draw) => [
    2,
    draw.key(),
    draw.value(),
    draw.key(),
    draw.value(),
    ...draw.maybe(['NX'], ['XX']),
    ...draw.maybe(draw.lifetime(), ['KEEPTTL']),
  ],
  MSETNX: pairs,
  PERSIST: keyOnly,
  PEXPIRE: (draw) => [draw.key(), draw.of(-1, 0, draw.ttlMs()), ...condition(draw)],
  PEXPIREAT: (draw) => [draw.key(), draw.nowMs + draw.of(-1, 0, draw.ttlMs()), ...condition(draw)],
  PFADD: (draw) => [draw.key(), ...draw.times(3, draw.value)],
  PFDEBUG: (draw) => [draw.of('TODENSE', 'GETREG', 'ENCODING', 'DECODE'), draw.key()],
  PFMERGE: (draw) => draw.times(3, draw.key),
  PSETEX: (draw) => [draw.key(), draw.ttlMs(), draw.value()],
  RENAME: (draw) => [draw.key(), draw.key()],
  RENAMENX: (draw) => [draw.key(), draw.key()],
  RESTORE: restoreArguments,
  'RESTORE-ASKING': restoreArguments,
  RPOP: (draw) => [draw.list(), ...draw.maybe([draw.below(4)])],
  RPOPLPUSH: (draw) => [draw.list(), draw.list()],
  RPUSH: (draw) => [draw.list(), ...draw.times(4, draw.element)],
  RPUSHX: (draw) => [draw.list(), ...draw.times(3, draw.element)],
  SADD: (draw) => [draw.set(), ...draw.times(5, draw.element)],
  SDIFFSTORE: (draw) => draw.times(3, draw.set).concat(draw.set()),
  SET: (draw) => [
    ...[draw.key(), draw.value()],
    ...draw.maybe(['NX'], ['XX']),
    ...draw.maybe(['GET']),
    ...draw.maybe(['KEEPTTL'], draw.lifetime(), draw.lifetime()),
  ],
  SETBIT: (draw) => [draw.key(), draw.below(200), draw.below(2)],
  SETEX: (draw) => [draw.key(), 1 + draw.below(3), draw.value()],
  SETNX: (draw) => [draw.key(), draw.value()],
  SETRANGE: (draw) => [draw.key(), draw.below(30), draw.value()],
  SINTERSTORE: (draw) => draw.times(2, draw.set).concat(draw.set()),
  SMOVE: (draw) => [draw.set(), draw.set(), draw.element()],
  SORT: (draw) => [draw.of(draw.list(), draw.set()), 'ALPHA', ...draw.maybe(['DESC']), 'STORE', draw.list()],
  SPOP: (draw) => [draw.set(), ...draw.maybe([draw.below(4)])],
  SREM: (draw) => [draw.set(), ...draw.times(4, draw.element)],
  SUNIONSTORE: (draw) => draw.times(3, draw.set).concat(draw.set()),
  SWAPDB: (draw) => [draw.database(), draw.database()],
  UNLINK: (draw) => draw.times(3, draw.key),
  VADD: (draw) => [
    ...[draw.vectors(), 'VALUES', 2, draw.below(5), 1 + draw.below(5), draw.field(), 'NOQUANT'],
    ...draw.maybe(['SETATTR', '{"a":1}']),
  ],
  VREM: (draw) => [draw.vectors(), draw.field()],
  VSETATTR: (draw) => [draw.vectors(), draw.field(), draw.of('{"b":2}', '')],
  XACK: (draw) => [draw.stream(), draw.group(), ...draw.times(4, draw.id)],
  XADD: (draw) => [
    ...[draw.stream(), ...draw.maybe(['NOMKSTREAM']), ...draw.maybe(draw.trim(), draw.trim())],
    ...[draw.of('*', '*', '*', draw.id(), `${draw.below(60)}-*`), draw.field(), draw.value()],
  ],
  XAUTOCLAIM: (draw) => [
    ...[draw.stream(), draw.group(), draw.consumer(), draw.of(0, 0, 100), draw.of('-', draw.id())],
    ...draw.maybe(['COUNT', 1 + draw.below(9)]),
    ...draw.maybe(['JUSTID']),
  ],
  XCLAIM: (draw) => [
    ...[draw.stream(), draw.group(), draw.consumer(), draw.of(0, 0, 100), ...draw.times(4, draw.id)],
    ...draw.maybe(['IDLE', draw.below(1000)], ['TIME', 5], ['RETRYCOUNT', draw.below(9)], ['LASTID', draw.id()]),
    ...draw.maybe(['FORCE']),
    ...draw.maybe(['JUSTID']),
  ],
  XDEL: (draw) => [draw.stream(), ...draw.times(4, draw.id)],
  'XGROUP CREATE': (draw) => [draw.stream(), draw.group(), draw.of('0', '$', draw.id()), ...draw.maybe(['MKSTREAM'])],
  'XGROUP CREATECONSUMER': (draw) => [draw.stream(), draw.group(), draw.consumer()],
  'XGROUP DELCONSUMER': (draw) => [draw.stream(), draw.group(), draw.consumer()],
  'XGROUP DESTROY': (draw) => [draw.stream(), draw.group()],
  'XGROUP SETID': (draw) => [draw.stream(), draw.group(), draw.of('0', '$', draw.id())],
  XREADGROUP: (draw) => [
    ...['GROUP', draw.group(), draw.consumer(), ...draw.maybe(['COUNT', 1 + draw.below(5)]), ...draw.maybe(['NOACK'])],
    ...['STREAMS', draw.stream(), draw.of('>', '>', '>', '0', draw.id())],
  ],
  XSETID: (draw) => [draw.stream(), draw.id(), ...draw.maybe(['ENTRIESADDED', draw.below(300)])],
  XTRIM: (draw) => [draw.stream(), ...draw.trim()],
  ZADD: (draw) => [
    draw.key(),
    ...draw.maybe(['NX'], ['XX'], ['GT'], ['XX', 'LT']),
    ...draw.times(4, () => [draw.score(), draw.field()]).flat(),
  ],
  ZDIFFSTORE: (draw) => [draw.key(), 2, draw.key(), draw.key()],
  ZINCRBY: (draw) => [draw.key(), draw.score(), draw.field()],
  ZINTERSTORE: (draw) => [draw.key(), 2, draw.key(), draw.key(), ...draw.maybe(['WEIGHTS', 2, -1])],
  ZMPOP: (draw) => [2, draw.key(), draw.key(), draw.of('MIN', 'MAX'), ...draw.maybe(['COUNT', 3])],
  ZPOPMAX: (draw) => [draw.key(), ...draw.maybe([2])],
  ZPOPMIN: (draw) => [draw.key(), ...draw.maybe([2])],
  ZRANGESTORE: (draw) => [draw.key(), draw.key(), 0, draw.of(2, -1)],
  ZREM: (draw) => [draw.key(), ...draw.times(3, draw.field)],
  ZREMRANGEBYLEX: (draw) => [draw.key(), '-', `[${draw.field()}`],
  ZREMRANGEBYRANK: (draw) => [draw.key(), draw.below(3), draw.of(1, -1)],
  ZREMRANGEBYSCORE: (draw) => [draw.key(), draw.score(), draw.score()],
  ZUNIONSTORE: (draw) => [draw.key(), 2, draw.key(), draw.key(), ...draw.maybe(['AGGREGATE', 'MAX'])],
};

/** Commands whose effects no event of the keyspace goes with: entries of streams change hands. */
const QUIET: ReadonlySet<string> = new Set(['XACK', 'XAUTOCLAIM', 'XCLAIM', 'XREADGROUP']);

/** How often a command that empties or exchanges databases is drawn, compared with the others. */
const RARE: Readonly<Record<string, number>> = {
  FLUSHALL: 0.02,
  FLUSHDB: 0.05,
  SWAPDB: 0.3,
  XSETID: 0.3,
  'XGROUP DESTROY': 0.2,
};

/** Reads a value whole, in a form that can be compared, by its type. */
const readers: Readonly<Record<string, (client: InProcessClient, key: string) => unknown>> = {
  string: (client, key) => client.call('GET', key),
  zset: (client, key) => client.call('ZRANGE', key, 0, -1, 'WITHSCORES'),
  hash: (client, key) => {
    const reply = client.call('HGETALL', key);
    if (!Array.isArray(reply)) throw new Error(`HGETALL answered ${JSON.stringify(reply)}`);
    const expiryOf = (field: Reply): unknown => client.call('HPEXPIRETIME', key, 'FIELDS', 1, String(field));
    const fields = reply.flatMap((field, i) => (i % 2 === 0 ? [`${field}: ${reply[i + 1]} ${expiryOf(field)}`] : []));
    return fields.sort();
  },
  'ReJSON-RL': (client, key) => client.call('JSON.GET', key),
  vectorset: (client, key) =>
    [client.call('VRANGE', key, '-', '+')]
      .flat()
      .map((element) => [
        ...[element, client.call('VEMB', key, String(element)), client.call('VGETATTR', key, String(element))],
      ]),
  list: (client, key) => client.call('LRANGE', key, 0, -1),
  set: (client, key) => [client.call('OBJECT', 'ENCODING', key), [client.call('SMEMBERS', key)].flat().sort()],
  stream: (client, key) => {
    const pending = groupsOf(client, key).map((group) => [
      group,
      client.call('XPENDING', key, group, '-', '+', 10_000),
    ]);
    return {
      entries: client.call('XRANGE', key, '-', '+'),
      facts: client.call('XINFO', 'STREAM', key),
      groups: client.call('XINFO', 'GROUPS', key),
      pending: pending.map(([group, entries]) => [group, withoutTimes(entries)]),
    };
  },
};

function groupsOf(client: InProcessClient, key: string): string[] {
  const groups = client.call('XINFO', 'GROUPS', key);
  if (!Array.isArray(groups)) throw new Error(`XINFO GROUPS answered ${JSON.stringify(groups)}`);
  return groups.map((group) => String(Array.isArray(group) ? group[1] : group));
}

/** Pending entries without how long they are: a time of delivery cannot lie ahead of the clock. */
function withoutTimes(entries: Reply | undefined): unknown {
  return Array.isArray(entries)
    ? entries.map((entry) => (Array.isArray(entry) ? [entry[0], entry[1], entry[3]] : entry))
    : entries;
}

/** Every database: keys with type, expiry and value, in the order of their names. */
function dataOf(client: InProcessClient): unknown[] {
  return Array.from({ length: DATABASES }, (_, db) => {
    client.call('SELECT', db);
    const keys = client.call('KEYS', '*');
    if (!Array.isArray(keys)) throw new Error('KEYS answers an array');
    return keys
      .map(String)
      .sort()
      .map((key) => {
        const type = String(client.call('TYPE', key));
        const read = readers[type];
        if (read === undefined) throw new Error(`values of type ${type} need a reader here`);
        return { key, type, expiryMs: client.call('PEXPIRETIME', key), value: read(client, key) };
      });
  });
}

/** Draws and runs commands: alone, in transactions, over several databases, while time passes. */
class Story {
  readonly log: EffectLog;
  readonly told: string[] = [];
  readonly #client: InProcessClient;
  readonly #names = Object.keys(writers);
  #inTransaction = false;

  constructor(
    readonly nearkey: InProcess,
    readonly random: Random,
  ) {
    this.log = new EffectLog(nearkey);
    this.#client = nearkey.connect();
  }

  step(): void {
    const draw = new Draw(this.random, this.nearkey.clock.nowMs());
    const dice = draw.below(100);
    if (dice < 6) this.nearkey.clock.advance(draw.below(60));
    else if (dice < 8) this.nearkey.runExpireCycle();
    else if (dice < 14) this.#call('SELECT', draw.database());
    else if (dice < 17) this.#turnTransaction();
    else this.#write(draw);
  }

  /** Ends a transaction that is open, and meets every key, so that those which have expired are told. */
  rest(): void {
    if (this.#inTransaction) this.#turnTransaction();
    for (let db = 0; db < DATABASES; db++) {
      this.#call('SELECT', db);
      this.#call('EXISTS', ...Array.from({ length: KEYS }, (_, i) => `k${i}`));
    }
  }

  #turnTransaction(): void {
    this.#call(this.#inTransaction ? 'EXEC' : 'MULTI');
    this.#inTransaction = !this.#inTransaction;
  }

  #write(draw: Draw): void {
    const name = this.#names[draw.below(this.#names.length)] ?? '';
    if (draw.below(1_000) >= 1_000 * (RARE[name] ?? 1)) return;
    // Only inside a transaction nothing blocks.
    const blocks = this.nearkey.server.facilities.commands.get(name)?.flags.includes('blocking');
    if (blocks && !this.#inTransaction) return;
    const before = this.log.changes.length;
    const effectsBefore = this.log.effects.length;
    const argv = writers[name]?.(draw) ?? [];
    this.#call(...name.split(' '), ...argv);
    const silent = this.log.changes.length === before;
    if (silent && !QUIET.has(name) && this.log.effects.length > effectsBefore) {
      throw new Error(`${[name, ...argv].join(' ')} changed nothing and told an effect`);
    }
  }

  #call(...argv: Argument[]): Reply {
    this.told.push(argv.join(' '));
    try {
      return this.#client.call(...argv);
    } catch (failure) {
      // A command that blocks: nobody waits for it.
      if (!this.#client.client.blocked) throw failure;
      this.#client.client.parked?.leave();
      return null;
    }
  }
}

describe('effects', () => {
  test('every command of the table that writes takes part', () => {
    const { commands } = startInProcess().server.facilities;
    const entries = [...commands.all()].flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
    // Search commands write indexes, FUNCTION writes libraries: neither is a key.
    const keyless = ['search', 'scripting'];
    const writing = entries.filter((entry) => entry.flags.includes('write') && !keyless.includes(entry.group));
    expect(Object.keys(writers).sort()).toEqual(writing.map((entry) => entry.name).sort());
  });

  test.each(SEEDS)('replayed on an empty server they give equal data (seed %i)', (seed) => {
    const settings = {
      databases: `${DATABASES}`,
      'hash-max-listpack-entries': '6',
      'stream-node-max-entries': '5',
      'zset-max-listpack-entries': '6',
    };
    const story = new Story(startInProcess(settings), seededRandom(seed));
    const replica = startInProcess(settings);
    const replayer = replica.connect();
    replica.clock.advance(-DAY_MS);
    let replayed = 0;
    const replay = (): void => {
      for (const { db, argv } of story.log.effects.slice(replayed)) {
        replayer.call('SELECT', db);
        const reply = replayer.call(...argv);
        if (reply instanceof ErrorReply) throw new Error(`${argv.join(' ')} answered ${reply.message}`);
      }
      replayed = story.log.effects.length;
    };
    for (let round = 0; round < COMMANDS_PER_SEED / 100; round++) {
      for (let i = 0; i < 100; i++) story.step();
      story.rest();
      replay();
      expect(dataOf(replica.connect())).toEqual(dataOf(story.nearkey.connect()));
    }
    expect(story.nearkey.failures).toEqual([]);
    expect(replica.failures).toEqual([]);
    expect(replayed).toBeGreaterThan(COMMANDS_PER_SEED / 10);
  });
});
