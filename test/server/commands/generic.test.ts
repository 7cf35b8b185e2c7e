import { EffectLog } from '../../support/effect-log.js';
import { type InProcess, type InProcessClient, type Reply, startInProcess } from '../../support/in-process.js';

let nearkey: InProcess;
let client: InProcessClient;
let log: EffectLog;

beforeEach(() => {
  nearkey = startInProcess();
  client = nearkey.connect();
  log = new EffectLog(nearkey);
});

afterEach(() => {
  expect(nearkey.failures).toEqual([]);
  nearkey.server.facilities.keyspace.forEach((database) => {
    database.validate();
  });
});

/** Runs a line of plain words. */
const run = (line: string): Reply => client.call(...line.split(' '));
const error = (line: string): string => client.error(...line.split(' '));

/** Runs lines whose traces do not matter. */
function prepare(...lines: string[]): void {
  for (const line of lines) run(line);
  log.take();
}

const nothing = { changes: [], effects: [] };

describe('DEL and UNLINK', () => {
  test.each(['DEL', 'UNLINK'])('%s removes keys of any type and counts each once', (name) => {
    prepare('MSET a 1 b 2', 'HSET h f v');
    expect(run(`${name} a a none h`)).toBe(2);
    expect(log.take()).toEqual({ changes: ['0 del a', '0 del h'], effects: [`0: ${name} a a none h`] });
    expect(run(`${name} a none`)).toBe(0);
    expect(log.take()).toEqual(nothing);
    expect(run('KEYS *')).toEqual(['b']);
  });

  test('a key that has expired counts as gone, and is told as such', () => {
    prepare('SET k v PX 5');
    nearkey.clock.advance(5);
    expect(run('DEL k')).toBe(0);
    expect(log.take()).toEqual({ changes: ['0 expired k'], effects: ['0: DEL k'] });
  });
});

describe('EXISTS, TOUCH and TYPE', () => {
  test('EXISTS and TOUCH count a key as often as it is named', () => {
    prepare('MSET a 1 b 2');
    expect(run('EXISTS a b a none')).toBe(3);
    expect(run('TOUCH a b a none')).toBe(3);
    expect(log.take()).toEqual(nothing);
  });

  test('TOUCH sets the idle time back, EXISTS, TYPE, TTL and OBJECT do not', () => {
    prepare('SET k v');
    nearkey.clock.advance(5_000);
    for (const line of ['EXISTS k', 'TYPE k', 'TTL k', 'OBJECT ENCODING k']) run(line);
    expect(run('OBJECT IDLETIME k')).toBe(5);
    run('TOUCH k');
    expect(run('OBJECT IDLETIME k')).toBe(0);
  });

  test('TYPE names the type, or none', () => {
    prepare('SET s v', 'HSET h f v');
    expect([run('TYPE s'), run('TYPE h'), run('TYPE none')]).toEqual(['string', 'hash', 'none']);
  });
});

describe('RENAME and RENAMENX', () => {
  test('RENAME takes value and expiry along and replaces what is in the way', () => {
    prepare('SET a v PX 5000', 'HSET b f v');
    expect(run('RENAME a b')).toBe('OK');
    expect(log.take()).toEqual({ changes: ['0 rename_from a', '0 rename_to b'], effects: ['0: RENAME a b'] });
    expect([run('GET b'), run('PTTL b'), run('EXISTS a')]).toEqual(['v', 5_000, 0]);
  });

  test('renaming a key to itself changes nothing, but the key must be there', () => {
    prepare('SET a v');
    expect(run('RENAME a a')).toBe('OK');
    expect(run('RENAMENX a a')).toBe(0);
    expect(log.take()).toEqual(nothing);
    expect(error('RENAME none none')).toBe('ERR no such key');
    expect(error('RENAMENX none a')).toBe('ERR no such key');
  });

  test('RENAMENX gives way', () => {
    prepare('MSET a 1 b 2');
    expect(run('RENAMENX a b')).toBe(0);
    expect(log.take()).toEqual(nothing);
    expect(run('RENAMENX a c')).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 rename_from a', '0 rename_to c'], effects: ['0: RENAMENX a c'] });
  });
});

describe('COPY', () => {
  test('copies within and between databases', () => {
    prepare('SET a v PX 5000');
    expect(run('COPY a b')).toBe(1);
    expect(run('COPY a a DB 3')).toBe(1);
    expect(log.take()).toEqual({
      changes: ['0 copy_to b', '3 copy_to a'],
      effects: ['0: COPY a b', '0: COPY a a DB 3'],
    });
    run('SELECT 3');
    expect([run('GET a'), run('PTTL a')]).toEqual(['v', 5_000]);
  });

  test('replaces only when told to', () => {
    prepare('SET a v', 'SET b w PX 5000');
    expect(run('COPY a b')).toBe(0);
    expect(run('COPY none b REPLACE')).toBe(0);
    expect(log.take()).toEqual(nothing);
    expect(run('COPY a b REPLACE')).toBe(1);
    expect([run('GET b'), run('PTTL b')]).toEqual(['v', -1]);
  });

  test('complains of the database before anything else, then of the options, then of the keys', () => {
    expect(error('COPY k k DB 16 BOGUS')).toBe('ERR DB index is out of range');
    expect(error('COPY k k DB x BOGUS')).toBe('ERR value is not an integer or out of range');
    expect(error('COPY k k DB 4294967296')).toBe(
      'ERR value is out of range, value must between -2147483648 and 2147483647',
    );
    expect(error('COPY k k BOGUS')).toBe('ERR syntax error');
    expect(error('COPY k k DB')).toBe('ERR syntax error');
    expect(error('COPY k k DB 0')).toBe('ERR source and destination objects are the same');
    expect(run('COPY none x')).toBe(0);
  });
});

describe('MOVE', () => {
  test('takes a key with its expiry to a database that has no such key', () => {
    prepare('SET a v PX 5000', 'SET b v', 'COPY b b DB 2');
    expect(run('MOVE a 2')).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 move_from a', '2 move_to a'], effects: ['0: MOVE a 2'] });
    expect(run('MOVE b 2')).toBe(0);
    expect(run('MOVE none 2')).toBe(0);
    expect(log.take()).toEqual(nothing);
    run('SELECT 2');
    expect([run('PTTL a'), run('DBSIZE')]).toEqual([5_000, 2]);
  });

  test('complains of the database first', () => {
    expect(error('MOVE none x')).toBe('ERR value is not an integer or out of range');
    expect(error('MOVE none 16')).toBe('ERR DB index is out of range');
    expect(error('MOVE none 0')).toBe('ERR source and destination objects are the same');
  });
});

describe('KEYS and SCAN', () => {
  test('KEYS answers what matches and has not expired', () => {
    prepare('MSET a1 v a2 v b1 v', 'SET a3 v PX 5');
    nearkey.clock.advance(5);
    expect(sorted(run('KEYS a*'))).toEqual(['a1', 'a2']);
    expect(sorted(run('KEYS *'))).toEqual(['a1', 'a2', 'b1']);
    expect(run('DBSIZE')).toBe(4);
  });

  test('a star alone matches the empty key too', () => {
    client.call('SET', '', 'v');
    expect(run('KEYS *')).toEqual(['']);
    expect(run('KEYS **')).toEqual([]);
  });

  test('a full iteration answers every key, whatever the options', () => {
    for (let i = 0; i < 500; i++) prepare(i % 5 === 0 ? `HSET h${i} f v` : `SET s${i} v`);
    expect(iterate().size).toBe(500);
    expect(iterate('COUNT', '1').size).toBe(500);
    expect(iterate('COUNT', '100000').size).toBe(500);
    expect(iterate('TYPE', 'HASH').size).toBe(100);
    expect(iterate('TYPE', 'list').size).toBe(0);
    expect(iterate('MATCH', 's?1').size).toBe(9);
    expect(iterate('MATCH', '*', 'TYPE', 'string', 'COUNT', '33').size).toBe(400);
  });

  test('COUNT bounds the work of a call, whatever matches', () => {
    for (let i = 0; i < 1_000; i++) prepare(`SET s${i} v`);
    const [cursor, found] = page('0', 'COUNT', '20', 'MATCH', 'none');
    expect(cursor).not.toBe('0');
    expect(found).toEqual([]);
    expect(page('0', 'COUNT', '20')[1].length).toBeLessThan(60);
    expect(page('0')[1].length).toBeGreaterThanOrEqual(10);
  });

  test('a sparse table does not hold a call up', () => {
    for (let i = 0; i < 10_000; i++) run(`SET s${i} v`);
    for (let i = 0; i < 8_700; i++) run(`DEL s${i}`);
    expect(iterate('COUNT', '1').size).toBe(1_300);
  });

  test('cursors are read as C reads unsigned numbers', () => {
    prepare('SET k v');
    for (const cursor of ['0', '', '+0', '00', '-0', '9223372036854775808']) expect(page(cursor)[1]).toEqual(['k']);
    for (const cursor of ['18446744073709551615', '-1']) expect(page(cursor)[0]).toBe('0');
    for (const cursor of ['x', '1.5', '18446744073709551616', ' 0', '0 ', '-', '0x1']) {
      expect(client.error('SCAN', cursor)).toBe('ERR invalid cursor');
    }
  });

  test('complains of the cursor first, then of the options from left to right', () => {
    expect(error('SCAN x BOGUS')).toBe('ERR invalid cursor');
    expect(error('SCAN 0 COUNT x BOGUS')).toBe('ERR value is not an integer or out of range');
    expect(error('SCAN 0 BOGUS COUNT x')).toBe('ERR syntax error');
    for (const option of ['COUNT 0', 'COUNT -1', 'COUNT', 'MATCH', 'TYPE', 'NOVALUES']) {
      expect(error(`SCAN 0 ${option}`)).toBe('ERR syntax error');
    }
  });

  function page(cursor: string, ...options: string[]): [string, Reply[]] {
    const reply = client.call('SCAN', cursor, ...options);
    if (!Array.isArray(reply) || typeof reply[0] !== 'string' || !Array.isArray(reply[1])) throw new Error('no page');
    return [reply[0], reply[1]];
  }

  function iterate(...options: string[]): Set<Reply> {
    const seen = new Set<Reply>();
    let cursor = '0';
    do {
      const [next, found] = page(cursor, ...options);
      for (const key of found) seen.add(key);
      cursor = next;
    } while (cursor !== '0');
    return seen;
  }
});

describe('RANDOMKEY', () => {
  test('answers a live key, or nil', () => {
    expect(run('RANDOMKEY')).toBeNull();
    prepare('SET k v', 'SET gone v PX 5');
    nearkey.clock.advance(5);
    for (let i = 0; i < 20; i++) expect(run('RANDOMKEY')).toBe('k');
  });
});

describe('OBJECT', () => {
  test('tells encoding and references', () => {
    prepare('SET n 5', 'SET big 10000', 'SET s text', 'HSET h f v', 'COPY n copied');
    const facts = (name: string): Reply[] =>
      ['n', 'big', 's', 'h', 'copied', 'none'].map((key) => run(`${name} ${key}`));
    expect(facts('OBJECT ENCODING')).toEqual(['int', 'int', 'embstr', 'listpack', 'int', null]);
    expect(facts('OBJECT REFCOUNT')).toEqual([2_147_483_647, 1, 1, 1, 1, null]);
  });

  test('has no frequency to tell, except of keys that are not there', () => {
    prepare('SET k v');
    expect(error('OBJECT FREQ k')).toMatch(/^ERR An LFU maxmemory policy is not selected/);
    expect(run('OBJECT FREQ none')).toBeNull();
    expect(run('OBJECT IDLETIME none')).toBeNull();
  });

  test('knows its subcommands', () => {
    expect(run('OBJECT HELP')).toHaveLength(15);
    expect(error('OBJECT BOGUS k')).toBe("ERR unknown subcommand 'BOGUS'. Try OBJECT HELP.");
    expect(client.raw('OBJECT', Buffer.from([0xff])).toString('latin1')).toBe(
      "-ERR unknown subcommand '\xff'. Try OBJECT HELP.\r\n",
    );
    expect(error('OBJECT')).toBe("ERR wrong number of arguments for 'object' command");
    expect(error('OBJECT ENCODING a b')).toBe("ERR wrong number of arguments for 'object|encoding' command");
  });
});

describe('FLUSHDB and FLUSHALL', () => {
  test('FLUSHDB empties one database', () => {
    prepare('SET a v', 'COPY a a DB 1');
    expect(run('FLUSHDB')).toBe('OK');
    expect(log.take()).toEqual({ changes: ['0 flushed'], effects: ['0: FLUSHDB'] });
    expect(run('DBSIZE')).toBe(0);
    run('SELECT 1');
    expect(run('DBSIZE')).toBe(1);
  });

  test('FLUSHALL empties all of them, and says so though they were empty', () => {
    prepare('SET a v', 'COPY a a DB 1');
    expect(run('FLUSHALL async')).toBe('OK');
    const told = log.take();
    expect(told.changes).toEqual(Array.from({ length: 16 }, (_, index) => `${index} flushed`));
    expect(told.effects).toEqual(['0: FLUSHALL async']);
    expect(run('FLUSHALL SYNC')).toBe('OK');
    expect(log.take().effects).toEqual(['0: FLUSHALL SYNC']);
  });

  test('take one mode at most', () => {
    prepare('SET a v');
    for (const line of ['FLUSHDB x', 'FLUSHDB SYNC ASYNC', 'FLUSHALL ASYNC ASYNC']) {
      expect(error(line)).toBe('ERR syntax error');
    }
    expect(log.take()).toEqual(nothing);
    expect(run('DBSIZE')).toBe(1);
  });
});

describe('SWAPDB', () => {
  test('shows every client the other database', () => {
    const other = nearkey.connect();
    other.call('SELECT', '1');
    prepare('SET a v');
    expect(run('SWAPDB 0 1')).toBe('OK');
    expect(log.take()).toEqual({ changes: ['0 1 swapped'], effects: ['0: SWAPDB 0 1'] });
    expect([run('DBSIZE'), other.call('DBSIZE')]).toEqual([0, 1]);
  });

  test('with itself is no change', () => {
    prepare('SET a v');
    expect(run('SWAPDB 3 3')).toBe('OK');
    expect(log.take()).toEqual(nothing);
  });

  test('names which index is no number, then complains of the range', () => {
    expect(error('SWAPDB x y')).toBe('ERR invalid first DB index');
    expect(error('SWAPDB 99 y')).toBe('ERR invalid second DB index');
    expect(error('SWAPDB 4294967296 0')).toBe('ERR invalid first DB index');
    expect(error('SWAPDB 0 16')).toBe('ERR DB index is out of range');
    expect(error('SWAPDB -1 0')).toBe('ERR DB index is out of range');
  });
});

describe('WATCH', () => {
  test.each([
    ['FLUSHALL', 'there', true],
    ['FLUSHALL', 'missing', false],
    ['FLUSHDB', 'there', true],
    ['FLUSHDB', 'missing', false],
    ['SWAPDB 0 1', 'there', true],
    ['SWAPDB 0 1', 'elsewhere', true],
    ['SWAPDB 0 1', 'missing', false],
    ['SWAPDB 1 2', 'there', false],
  ])('%s, the watched key being %s: the transaction fails: %p', (line, key, fails) => {
    prepare('SET there v', 'SET elsewhere v', 'MOVE elsewhere 1', `WATCH ${key}`);
    nearkey.connect().call(...line.split(' '));
    run('MULTI');
    run('PING');
    expect(run('EXEC')).toEqual(fails ? null : ['PONG']);
  });
});

function sorted(reply: Reply): Reply[] {
  return Array.isArray(reply) ? [...reply].sort() : [reply];
}
