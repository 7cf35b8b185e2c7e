import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function connect(): InProcessClient {
  return startInProcess().connect();
}

describe('ZADD and ZINCRBY', () => {
  test('tell what changed, once, and the command as their effect', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    const recorder = new ChangeRecorder(server);
    expect(client.call('ZADD', 'z', '1', 'a', '2', 'b')).toBe(2);
    expect(client.call('ZADD', 'z', 'CH', '1', 'a', '3', 'b', '4', 'c')).toBe(2);
    expect(recorder.take()).toEqual({
      changes: ['zadd z', 'zadd z'],
      effects: ['ZADD z 1 a 2 b', 'ZADD z CH 1 a 3 b 4 c'],
    });
    client.call('ZADD', 'z', '1', 'a');
    client.call('ZADD', 'z', 'NX', '9', 'a');
    client.call('ZADD', 'missing', 'XX', '9', 'a');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('ZINCRBY', 'z', '0.5', 'a')).toBe('1.5');
    expect(client.call('ZADD', 'z', 'INCR', 'XX', '1', 'none')).toBeNull();
    expect(client.call('ZINCRBY', 'z', '0', 'a')).toBe('1.5');
    expect(recorder.take()).toEqual({ changes: ['zincr z'], effects: ['ZINCRBY z 0.5 a'] });
    expect(client.call('EXISTS', 'missing')).toBe(0);
  });

  test('change nothing when a score is no number, or the sum is none', () => {
    const client = connect();
    client.call('ZADD', 'z', 'inf', 'a');
    expect(client.error('ZADD', 'z', '1', 'b', 'x', 'c')).toBe('ERR value is not a valid float');
    expect(client.error('ZINCRBY', 'z', '-inf', 'a')).toBe('ERR resulting score is not a number (NaN)');
    expect(client.error('ZINCRBY', 'new', 'nan', 'a')).toBe('ERR value is not a valid float');
    expect(client.call('ZRANGE', 'z', '0', '-1', 'WITHSCORES')).toEqual(['a', 'inf']);
    expect(client.call('EXISTS', 'new')).toBe(0);
  });

  test('keep the expiry of the key', () => {
    const client = connect();
    client.call('ZADD', 'z', '1', 'a');
    client.call('EXPIRE', 'z', 100);
    client.call('ZADD', 'z', '2', 'b');
    expect(client.call('TTL', 'z')).toBe(100);
  });

  test('answer scores as doubles in RESP3', () => {
    const client = connect();
    client.client.protocol = 3;
    expect(client.raw('ZADD', 'z', 'INCR', '0.1', 'a').toString()).toBe(',0.10000000000000001\r\n');
    expect(client.raw('ZMSCORE', 'z', 'a', 'none').toString()).toBe('*2\r\n,0.10000000000000001\r\n_\r\n');
  });
});

describe('ZREM', () => {
  test('removes members and, with the last one, the key', () => {
    const { server, connect: connectTo } = startInProcess();
    const client = connectTo();
    client.call('ZADD', 'z', '1', 'a', '2', 'b', '3', 'c');
    const recorder = new ChangeRecorder(server);
    expect(client.call('ZREM', 'z', 'a', 'none', 'a')).toBe(1);
    expect(client.call('ZREM', 'z', 'none')).toBe(0);
    expect(recorder.take()).toEqual({ changes: ['zrem z'], effects: ['ZREM z a none a'] });
    expect(client.call('ZREM', 'z', 'b', 'c')).toBe(2);
    expect(recorder.take().changes).toEqual(['zrem z', 'del z']);
    expect(client.call('EXISTS', 'z')).toBe(0);
  });

  test.each(['ZADD s 1 a', 'ZINCRBY s 1 a', 'ZREM s a', 'ZSCORE s a', 'ZMSCORE s a', 'ZCARD s'])(
    'refuses a string (%s)',
    (line) => {
      const client = connect();
      client.call('SET', 's', 'v');
      expect(client.error(...line.split(' '))).toMatch(/^WRONGTYPE/);
    },
  );
});
