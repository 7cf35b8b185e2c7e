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

afterEach(() => expect(nearkey.failures).toEqual([]));

const run = (line: string): Reply => client.call(...line.split(' '));
const error = (line: string): string => client.error(...line.split(' '));
/** The reply's bytes, for integers that a double does not hold. */
const raw = (line: string): string => client.raw(...line.split(' ')).toString('latin1');

const nowMs = (): number => nearkey.clock.nowMs();

describe('setting an expiry', () => {
  test.each([
    ['EXPIRE', (ms: number) => ms / 1000],
    ['PEXPIRE', (ms: number) => ms],
    ['EXPIREAT', (ms: number) => (nowMs() + ms) / 1000],
    ['PEXPIREAT', (ms: number) => nowMs() + ms],
  ])('%s is told as the absolute time it comes to', (name, argument) => {
    run('SET k v');
    log.take();
    expect(run(`${name} k ${argument(60_000)}`)).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 expire k'], effects: [`0: PEXPIREAT k ${nowMs() + 60_000}`] });
    expect([run('PTTL k'), run('PEXPIRETIME k')]).toEqual([60_000, nowMs() + 60_000]);
  });

  test.each([
    ['EXPIRE', '0'],
    ['EXPIRE', '-1'],
    ['PEXPIRE', '-9223372036854775808'],
    ['EXPIREAT', '1'],
    ['PEXPIREAT', '1700000000000'],
    ['PEXPIREAT', '-5'],
  ])('%s %s, a time that has come, deletes the key', (name, argument) => {
    run('SET k v');
    log.take();
    expect(run(`${name} k ${argument}`)).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 del k'], effects: ['0: DEL k'] });
    expect(run('DBSIZE')).toBe(0);
  });

  test('a key that is not there gets none', () => {
    log.take();
    expect(run('EXPIRE none 100')).toBe(0);
    expect(run('PEXPIREAT none 1')).toBe(0);
    expect(log.take()).toEqual({ changes: [], effects: [] });
  });
});

describe('conditions', () => {
  const at = (offsetMs: number): number => 1_700_000_100_000 + offsetMs;

  test.each([
    ['NX', { persistent: 1, sooner: 0, same: 0, later: 0 }],
    ['XX', { persistent: 0, sooner: 1, same: 1, later: 1 }],
    ['GT', { persistent: 0, sooner: 0, same: 0, later: 1 }],
    ['LT', { persistent: 1, sooner: 1, same: 0, later: 0 }],
    ['xx gt', { persistent: 0, sooner: 0, same: 0, later: 1 }],
    ['XX LT', { persistent: 0, sooner: 1, same: 0, later: 0 }],
    ['LT LT', { persistent: 1, sooner: 1, same: 0, later: 0 }],
  ])('%s sets an expiry when it may', (conditions, expected) => {
    const attempt = (prepare: string, ms: number): Reply => {
      run(prepare);
      log.take();
      const reply = run(`PEXPIREAT k ${ms} ${conditions}`);
      expect(log.take().effects).toHaveLength(reply === 1 ? 1 : 0);
      return reply;
    };
    const expiring = `SET k v PXAT ${at(0)}`;
    expect({
      persistent: attempt('SET k v', at(0)),
      sooner: attempt(expiring, at(-1)),
      same: attempt(expiring, at(0)),
      later: attempt(expiring, at(1)),
    }).toEqual(expected);
  });

  test('exclude one another, which is said before the time is read', () => {
    const incompatible = 'ERR NX and XX, GT or LT options at the same time are not compatible';
    for (const pair of ['NX XX', 'NX GT', 'LT NX', 'GT LT NX']) expect(error(`EXPIRE k x ${pair}`)).toBe(incompatible);
    expect(error('EXPIRE k x GT LT')).toBe('ERR GT and LT options at the same time are not compatible');
    expect(error('EXPIRE k x NX BOGUS XX')).toBe('ERR Unsupported option BOGUS');
    expect(raw('EXPIRE k x \xe9\0y')).toBe('-ERR Unsupported option \xc3\xa9\r\n');
  });
});

describe('times of 64 bits', () => {
  test('are kept and told exactly', () => {
    run('SET k v');
    expect(run('PEXPIREAT k 9223372036854775807')).toBe(1);
    expect(raw('PEXPIRETIME k')).toBe(':9223372036854775807\r\n');
    expect(raw('PTTL k')).toBe(`:${9223372036854775807n - BigInt(nowMs())}\r\n`);
    expect(raw('EXPIRETIME k')).toBe(':9223372036854776\r\n');
    expect(run('PEXPIREAT k 9223372036854775806 GT')).toBe(0);
    log.take();
    expect(run('PEXPIREAT k 9223372036854775806 LT')).toBe(1);
    expect(log.take().effects).toEqual(['0: PEXPIREAT k 9223372036854775806']);
    run('PEXPIREAT k 9007199254740993');
    expect(raw('PEXPIRETIME k')).toBe(':9007199254740993\r\n');
  });

  test.each([
    ['EXPIRE', '9223372036854776'],
    ['EXPIRE', '-9223372036854776'],
    ['EXPIRE', '9223372036854775'],
    ['PEXPIRE', '9223372036854775807'],
    ['EXPIREAT', '9223372036854776'],
    ['EXPIREAT', '-9223372036854776'],
  ])('%s %s is beyond them, whether the key is there or not', (name, argument) => {
    run('SET k v');
    const message = `ERR invalid expire time in '${name.toLowerCase()}' command`;
    expect(error(`${name} k ${argument}`)).toBe(message);
    expect(error(`${name} none ${argument} XX`)).toBe(message);
    expect(run('PTTL k')).toBe(-1);
  });

  test.each(['x', '1.5', '9223372036854775808', '+1', '01', ''])('%j is no such time', (argument) => {
    expect(client.error('EXPIRE', 'k', argument)).toBe('ERR value is not an integer or out of range');
  });
});

describe('telling an expiry', () => {
  test('-2 without a key, -1 without an expiry', () => {
    run('SET k v');
    for (const name of ['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME']) {
      expect([run(`${name} none`), run(`${name} k`)]).toEqual([-2, -1]);
    }
  });

  test('seconds are rounded half up', () => {
    const seconds = (ttlMs: number): Reply => {
      run(`SET k v PX ${ttlMs}`);
      return run('TTL k');
    };
    expect([1, 499, 500, 1_499, 1_500, 60_000].map(seconds)).toEqual([0, 0, 1, 1, 2, 60]);
    run('SET k v PXAT 1700000001500');
    expect(run('EXPIRETIME k')).toBe(1_700_000_002);
    run('SET k v PXAT 9007199254740991');
    expect(run('EXPIRETIME k')).toBe(9_007_199_254_741);
  });

  test('time runs', () => {
    run('SET k v PX 1000');
    nearkey.clock.advance(999);
    expect(run('PTTL k')).toBe(1);
    nearkey.clock.advance(1);
    expect(run('PTTL k')).toBe(-2);
  });
});

describe('PERSIST', () => {
  test('takes an expiry away once', () => {
    run('SET k v EX 100');
    log.take();
    expect(run('PERSIST k')).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 persist k'], effects: ['0: PERSIST k'] });
    expect([run('TTL k'), run('PERSIST k'), run('PERSIST none')]).toEqual([-1, 0, 0]);
    expect(log.take()).toEqual({ changes: [], effects: [] });
  });
});

describe('an expired key', () => {
  test('is removed by the cycle though nobody asks for it, and told as DEL', () => {
    run('SET k v PX 10');
    log.take();
    nearkey.clock.advance(9);
    nearkey.runExpireCycle();
    expect(log.take()).toEqual({ changes: [], effects: [] });
    nearkey.clock.advance(1);
    nearkey.runExpireCycle();
    expect(log.take()).toEqual({ changes: ['0 expired k'], effects: ['0: DEL k'] });
    expect(run('DBSIZE')).toBe(0);
  });

  test('is gone before a command that meets it is told', () => {
    run('SET k 5 PX 10');
    log.take();
    nearkey.clock.advance(10);
    expect(run('INCR k')).toBe(1);
    expect(log.take()).toEqual({ changes: ['0 expired k', '0 incrby k'], effects: ['0: DEL k', '0: INCR k'] });
  });
});
