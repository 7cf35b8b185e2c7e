import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function connect(): InProcessClient {
  return startInProcess().connect();
}

describe('HSET, HMSET and HSETNX', () => {
  test('set fields; HSET counts the new ones', () => {
    const client = connect();
    expect(client.call('HSET', 'h', 'a', '1', 'b', '2')).toBe(2);
    expect(client.call('HSET', 'h', 'a', '3', 'c', '4', 'c', '5')).toBe(1);
    expect(client.call('HMSET', 'h', 'd', '6')).toBe('OK');
    expect(client.call('HSETNX', 'h', 'd', '7')).toBe(0);
    expect(client.call('HSETNX', 'h', 'e', '8')).toBe(1);
    expect(client.call('HGETALL', 'h')).toEqual(['a', '3', 'b', '2', 'c', '5', 'd', '6', 'e', '8']);
  });

  test('keep the expiry of the key and tell their effects as they came', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    client.call('HSET', 'h', 'a', '1');
    client.call('EXPIRE', 'h', 100);
    const recorder = new ChangeRecorder(server);
    client.call('HSET', 'h', 'a', '1', 'b', '2');
    client.call('HSETNX', 'h', 'b', '3');
    client.call('HSETNX', 'h', 'c', '3');
    expect(recorder.take()).toEqual({
      changes: ['hset h', 'hset h'],
      effects: ['HSET h a 1 b 2', 'HSETNX h c 3'],
    });
    expect(client.call('TTL', 'h')).toBe(100);
  });

  test('refuse a field without a value, and keys of another type', () => {
    const client = connect();
    client.call('SET', 's', 'v');
    expect(client.error('HSET', 'h', 'a', '1', 'b')).toBe("ERR wrong number of arguments for 'hset' command");
    expect(client.error('HMSET', 'h', 'a', '1', 'b')).toBe("ERR wrong number of arguments for 'hmset' command");
    expect(client.error('HSET', 's', 'a', '1')).toMatch(/^WRONGTYPE/);
    expect(client.error('HSETNX', 's', 'a', '1')).toMatch(/^WRONGTYPE/);
    expect(client.call('EXISTS', 'h')).toBe(0);
  });

  test('hold bytes of every kind in fields and values', () => {
    const client = connect();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    client.call('HSET', 'h', bytes, bytes, '', '', '__proto__', 'p');
    expect(client.call('HMGET', 'h', bytes, '', '__proto__', 'constructor')).toEqual([
      bytes.toString('latin1'),
      '',
      'p',
      null,
    ]);
  });
});

describe('reading a hash', () => {
  test('answers fields, values, lengths and presence', () => {
    const client = connect();
    client.call('HSET', 'h', 'a', 'one', 'b', '');
    expect(client.call('HGET', 'h', 'a')).toBe('one');
    expect(client.call('HGET', 'h', 'none')).toBeNull();
    expect(client.call('HMGET', 'h', 'b', 'none', 'a')).toEqual(['', null, 'one']);
    expect(client.call('HKEYS', 'h')).toEqual(['a', 'b']);
    expect(client.call('HVALS', 'h')).toEqual(['one', '']);
    expect(client.call('HLEN', 'h')).toBe(2);
    expect([client.call('HSTRLEN', 'h', 'a'), client.call('HSTRLEN', 'h', 'none')]).toEqual([3, 0]);
    expect([client.call('HEXISTS', 'h', 'b'), client.call('HEXISTS', 'h', 'none')]).toEqual([1, 0]);
  });

  test('answers HGETALL as a map in RESP3', () => {
    const client = connect();
    client.call('HSET', 'h', 'a', '1', 'b', '2');
    client.client.protocol = 3;
    expect(client.call('HGETALL', 'h')).toEqual(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    expect(client.raw('HGETALL', 'none').toString()).toBe('%0\r\n');
    expect(client.raw('HGET', 'none', 'f').toString()).toBe('_\r\n');
  });

  test('takes a missing key for an empty hash', () => {
    const client = connect();
    expect(client.call('HGET', 'none', 'f')).toBeNull();
    expect(client.call('HMGET', 'none', 'f', 'g')).toEqual([null, null]);
    for (const name of ['HGETALL', 'HKEYS', 'HVALS']) expect(client.call(name, 'none')).toEqual([]);
    expect(client.call('HLEN', 'none')).toBe(0);
  });

  test.each(['HGET', 'HMGET', 'HSTRLEN', 'HEXISTS', 'HDEL', 'HGETALL', 'HKEYS', 'HVALS', 'HLEN'])(
    'refuses a string (%s)',
    (name) => {
      const client = connect();
      client.call('SET', 's', 'v');
      const fields = ['HGETALL', 'HKEYS', 'HVALS', 'HLEN'].includes(name) ? [] : ['f'];
      expect(client.error(name, 's', ...fields)).toMatch(/^WRONGTYPE/);
    },
  );
});

describe('HDEL', () => {
  test('removes fields and, with the last one, the key', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    client.call('HSET', 'h', 'a', '1', 'b', '2', 'c', '3');
    const recorder = new ChangeRecorder(server);
    expect(client.call('HDEL', 'h', 'a', 'none', 'a')).toBe(1);
    expect(recorder.take()).toEqual({ changes: ['hdel h'], effects: ['HDEL h a none a'] });
    expect(client.call('HDEL', 'h', 'none')).toBe(0);
    expect(client.call('HDEL', 'none', 'f')).toBe(0);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('HDEL', 'h', 'b', 'c', 'd')).toBe(2);
    expect(recorder.take().changes).toEqual(['hdel h', 'del h']);
    expect(client.call('EXISTS', 'h')).toBe(0);
  });

  test('forgets the expiry with the key', () => {
    const client = connect();
    client.call('HSET', 'h', 'a', '1');
    client.call('EXPIRE', 'h', 100);
    client.call('HDEL', 'h', 'a');
    client.call('HSET', 'h', 'b', '2');
    expect(client.call('TTL', 'h')).toBe(-1);
  });
});

describe('the encoding of a hash', () => {
  test('follows hash-max-listpack-entries and hash-max-listpack-value', () => {
    const client = startInProcess({ 'hash-max-listpack-entries': '2', 'hash-max-listpack-value': '4' }).connect();
    client.call('HSET', 'h', 'a', '1', 'b', '2');
    expect(client.call('OBJECT', 'ENCODING', 'h')).toBe('listpack');
    client.call('HSET', 'h', 'c', '3');
    expect(client.call('OBJECT', 'ENCODING', 'h')).toBe('hashtable');
    client.call('HINCRBY', 'long', 'f', 12345);
    expect(client.call('OBJECT', 'ENCODING', 'long')).toBe('hashtable');
  });
});
