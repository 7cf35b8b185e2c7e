import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function start(): { client: InProcessClient; recorder: ChangeRecorder; nowMs: number; advance: (ms: number) => void } {
  const { server, clock, connect } = startInProcess();
  return {
    client: connect(),
    recorder: new ChangeRecorder(server),
    nowMs: clock.nowMs(),
    advance: (ms) => clock.advance(ms),
  };
}

describe('SET', () => {
  test('sets, and forgets the old expiry unless told to keep it', () => {
    const { client } = start();
    expect(client.call('SET', 'k', 'v', 'EX', 100)).toBe('OK');
    expect(client.call('TTL', 'k')).toBe(100);
    client.call('SET', 'k', 'w', 'KEEPTTL');
    expect(client.call('TTL', 'k')).toBe(100);
    client.call('SET', 'k', 'x');
    expect([client.call('TTL', 'k'), client.call('GET', 'k')]).toEqual([-1, 'x']);
  });

  test('heeds NX and XX, with and without GET', () => {
    const { client, recorder } = start();
    expect(client.call('SET', 'k', 'v', 'XX')).toBeNull();
    expect(client.call('SET', 'k', 'v', 'NX')).toBe('OK');
    recorder.take();
    expect(client.call('SET', 'k', 'w', 'NX')).toBeNull();
    expect(client.call('SET', 'k', 'w', 'NX', 'GET')).toBe('v');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('SET', 'k', 'w', 'xx', 'get')).toBe('v');
    expect(client.call('SET', 'new', 'w', 'GET')).toBeNull();
    expect(client.call('MGET', 'k', 'new')).toEqual(['w', 'w']);
  });

  test('takes over a key of another type, except with GET', () => {
    const { client } = start();
    client.call('HSET', 'h', 'f', 'v');
    expect(client.error('SET', 'h', 'v', 'GET')).toMatch(/^WRONGTYPE/);
    expect(client.call('SET', 'h', 'v')).toBe('OK');
    expect(client.call('TYPE', 'h')).toBe('string');
  });

  test('lets the last of equal lifetime options count and refuses different ones', () => {
    const { client } = start();
    client.call('SET', 'k', 'v', 'EX', 10, 'EX', 20);
    expect(client.call('TTL', 'k')).toBe(20);
    for (const options of [['EX', 10, 'PX', 10], ['KEEPTTL', 'EX', 10], ['NX', 'XX'], ['PERSIST'], ['EX']]) {
      expect(client.error('SET', 'k', 'v', ...options)).toBe('ERR syntax error');
    }
  });

  test.each([
    ['EX', '0', 'invalid expire time'],
    ['PX', '-1', 'invalid expire time'],
    ['EX', '9223372036854776', 'invalid expire time'],
    ['PX', '9223372036854775807', 'invalid expire time'],
    ['EXAT', '9223372036854776', 'invalid expire time'],
    ['EX', '1.5', 'not an integer'],
    ['PXAT', '9223372036854775808', 'not an integer'],
  ])('refuses %s %s', (option, amount, message) => {
    const { client } = start();
    expect(client.error('SET', 'k', 'v', option, amount)).toContain(message);
    expect(client.call('EXISTS', 'k')).toBe(0);
  });

  test('with a time is one change with two events', () => {
    const { client, recorder } = start();
    client.call('SET', 'k', 'v', 'EX', 10);
    client.call('MSETEX', 1, 'k', 'w', 'EX', 10);
    expect(recorder.take().changes).toEqual(['set k', 'expire k', 'set k', 'expire k']);
    expect(client.call('INFO', 'persistence')).toContain('rdb_changes_since_last_save:2\r\n');
  });

  test('with a time in the past leaves a key that is gone when one looks', () => {
    const { client, recorder } = start();
    expect(client.call('SET', 'k', 'v', 'PXAT', 1)).toBe('OK');
    expect(recorder.take().changes).toEqual(['set k', 'expire k']);
    expect(client.call('GET', 'k')).toBeNull();
    expect(recorder.take()).toEqual({ changes: ['expired k'], effects: ['DEL k'] });
  });

  test('tells its effect with an absolute time, and as it came without one', () => {
    const { client, recorder, nowMs } = start();
    client.call('SET', 'k', 'v', 'EX', 10, 'GET', 'NX');
    expect(recorder.take()).toEqual({
      changes: ['set k', 'expire k'],
      effects: [`SET k v PXAT ${nowMs + 10_000}`],
    });
    client.call('SET', 'k', 'v', 'XX', 'KEEPTTL');
    expect(recorder.take()).toEqual({ changes: ['set k'], effects: ['SET k v XX KEEPTTL'] });
  });
});

describe('the relatives of SET', () => {
  test('SETNX sets once', () => {
    const { client, recorder } = start();
    expect(client.call('SETNX', 'k', 'v')).toBe(1);
    expect(recorder.take()).toEqual({ changes: ['set k'], effects: ['SETNX k v'] });
    expect(client.call('SETNX', 'k', 'w')).toBe(0);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('GET', 'k')).toBe('v');
  });

  test('SETEX and PSETEX name themselves in errors and tell absolute times', () => {
    const { client, recorder, nowMs } = start();
    expect(client.error('SETEX', 'k', 0, 'v')).toBe("ERR invalid expire time in 'setex' command");
    expect(client.error('PSETEX', 'k', 0, 'v')).toBe("ERR invalid expire time in 'psetex' command");
    expect(client.error('PSETEX', 'k', '9223372036854775807', 'v')).toBe("ERR invalid expire time in 'psetex' command");
    client.call('SETEX', 'k', 10, 'v');
    client.call('PSETEX', 'k', 10, 'v');
    expect(recorder.take().effects).toEqual([`SET k v PXAT ${nowMs + 10_000}`, `SET k v PXAT ${nowMs + 10}`]);
  });

  test('GETSET answers the old value and forgets the expiry', () => {
    const { client } = start();
    expect(client.call('GETSET', 'k', 'a')).toBeNull();
    client.call('EXPIRE', 'k', 100);
    expect(client.call('GETSET', 'k', 'b')).toBe('a');
    expect(client.call('TTL', 'k')).toBe(-1);
    client.call('HSET', 'h', 'f', 'v');
    expect(client.error('GETSET', 'h', 'v')).toMatch(/^WRONGTYPE/);
  });

  test('GETDEL answers the value and removes it', () => {
    const { client, recorder } = start();
    expect(client.call('GETDEL', 'k')).toBeNull();
    client.call('SET', 'k', 'v');
    recorder.take();
    expect(client.call('GETDEL', 'k')).toBe('v');
    expect(recorder.take()).toEqual({ changes: ['del k'], effects: ['GETDEL k'] });
    expect(client.call('EXISTS', 'k')).toBe(0);
  });

  test('MSET sets every pair and MSETNX all or none', () => {
    const { client, recorder } = start();
    expect(client.call('MSET', 'a', '1', 'b', '2', 'a', '3')).toBe('OK');
    expect(recorder.take().changes).toEqual(['set a', 'set b', 'set a']);
    expect(client.call('MSETNX', 'c', '1', 'b', '9')).toBe(0);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('MSETNX', 'c', '1', 'd', '2')).toBe(1);
    expect(client.call('MGET', 'a', 'b', 'c', 'd', 'e')).toEqual(['3', '2', '1', '2', null]);
    expect(client.error('MSET', 'a', '1', 'b')).toBe("ERR wrong number of arguments for 'mset' command");
  });
});

describe('GETEX', () => {
  test('sets, moves and removes the expiry, and tells each as what it came to', () => {
    const { client, recorder, nowMs } = start();
    client.call('SET', 'k', 'v');
    recorder.take();
    expect(client.call('GETEX', 'k', 'EX', 10)).toBe('v');
    expect(recorder.take()).toEqual({ changes: ['expire k'], effects: [`PEXPIREAT k ${nowMs + 10_000}`] });
    expect(client.call('GETEX', 'k', 'PERSIST')).toBe('v');
    expect(recorder.take()).toEqual({ changes: ['persist k'], effects: ['PERSIST k'] });
    expect(client.call('GETEX', 'k', 'PERSIST')).toBe('v');
    expect(client.call('GETEX', 'k')).toBe('v');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('GETEX', 'k', 'PXAT', 1)).toBe('v');
    expect(recorder.take()).toEqual({ changes: ['del k'], effects: ['DEL k'] });
  });

  test('complains of options first, then of the type, and of the amount last', () => {
    const { client } = start();
    expect(client.error('GETEX', 'none', 'BOGUS')).toBe('ERR syntax error');
    expect(client.call('GETEX', 'none', 'EX', 'x')).toBeNull();
    client.call('HSET', 'h', 'f', 'v');
    expect(client.error('GETEX', 'h', 'EX', 'x')).toMatch(/^WRONGTYPE/);
    client.call('SET', 'k', 'v');
    expect(client.error('GETEX', 'k', 'EX', 'x')).toContain('not an integer');
    expect(client.error('GETEX', 'k', 'EX', '0')).toBe("ERR invalid expire time in 'getex' command");
    expect(client.error('GETEX', 'k', 'PX', '9223372036854775807')).toBe("ERR invalid expire time in 'getex' command");
    expect(client.error('GETEX', 'k', 'EX', '1', 'PERSIST')).toBe('ERR syntax error');
  });
});

describe('reading', () => {
  test('counts hits and misses for reads and not for writes', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    const { stats } = server.facilities.keyspace.shared;
    client.call('SET', 'k', '1');
    client.call('SETNX', 'k', '1');
    client.call('INCR', 'k');
    client.call('APPEND', 'k', '1');
    expect([stats.hits, stats.misses]).toEqual([0, 0]);
    client.call('GET', 'k');
    client.call('MGET', 'k', 'none');
    client.call('GETEX', 'k');
    expect([stats.hits, stats.misses]).toEqual([3, 1]);
  });

  test('sees nothing of a key once its time is over', () => {
    const { client, advance } = start();
    client.call('SET', 'k', 'v', 'PX', 100);
    advance(99);
    expect(client.call('GET', 'k')).toBe('v');
    advance(1);
    expect(client.call('GET', 'k')).toBeNull();
  });

  test('answers bytes as they came', () => {
    const { client } = start();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    client.call('SET', bytes, bytes);
    expect(client.call('GET', bytes)).toBe(bytes.toString('latin1'));
  });
});

describe('IFEQ and DELIFEQ', () => {
  test('change a key that holds the value, and tell what they did', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    const recorder = new ChangeRecorder(server);
    client.call('SET', 'k', 'one');
    client.call('SET', 'k', 'two', 'IFEQ', 'none');
    client.call('SET', 'k', 'two', 'IFEQ', 'one');
    expect([client.call('DELIFEQ', 'k', 'one'), client.call('DELIFEQ', 'k', 'two')]).toEqual([0, 1]);
    expect(recorder.take().changes).toEqual(['set k', 'set k', 'del k']);
  });
});
