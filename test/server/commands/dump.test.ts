import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';
import { payload, rdbString } from '../../support/rdb-payload.js';

const hello = payload(0, rdbString('hello'));

describe('RESTORE', () => {
  test('tells one change, and an effect with an absolute time', () => {
    const { server, connect, clock } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    client.call('RESTORE', 'k', 5_000, hello);
    client.call('RESTORE', 'k', 0, hello, 'REPLACE');
    const text = hello.toString('latin1');
    expect(recorder.take()).toEqual({
      changes: ['restore k', 'restore k'],
      effects: [`RESTORE k ${clock.nowMs() + 5_000} ${text} REPLACE ABSTTL`, `RESTORE k 0 ${text} REPLACE ABSTTL`],
    });
    expect(client.call('PTTL', 'k')).toBe(-1);
  });

  test('of a time that has passed removes what it replaces', () => {
    const { server, connect, clock } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    expect(client.call('RESTORE', 'k', clock.nowMs() - 1, hello, 'ABSTTL')).toBe('OK');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    client.call('SET', 'k', 'old');
    recorder.take();
    expect(client.call('RESTORE', 'k', clock.nowMs() - 1, hello, 'ABSTTL', 'REPLACE')).toBe('OK');
    expect(recorder.take()).toEqual({ changes: ['del k'], effects: ['DEL k'] });
    expect(client.call('EXISTS', 'k')).toBe(0);
  });

  test('refuses a payload and leaves the key as it was', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('SET', 'k', 'old', 'EX', 100);
    const recorder = new ChangeRecorder(server);
    expect(client.error('RESTORE', 'k', 0, hello)).toBe('BUSYKEY Target key name already exists.');
    expect(client.error('RESTORE', 'k', 0, payload(4, Buffer.of(0)), 'REPLACE')).toBe('ERR Bad data format');
    expect(client.error('RESTORE', 'k', 0, hello.subarray(0, -1), 'REPLACE')).toMatch(/^ERR DUMP payload version/);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect([client.call('GET', 'k'), client.call('TTL', 'k')]).toEqual(['old', 100]);
  });

  test('of a hash keeps when its fields expire', () => {
    const { connect } = startInProcess();
    const client = connect();
    client.call('HSET', 'a', 'f', 'v', 'g', 'w');
    client.call('HPEXPIREAT', 'a', 4_102_444_800_123, 'FIELDS', 1, 'f');
    client.call('EVAL', "return redis.call('RESTORE', KEYS[2], 0, redis.call('DUMP', KEYS[1]))", 2, 'a', 'b');
    expect(client.call('HPEXPIRETIME', 'b', 'FIELDS', 2, 'f', 'g')).toEqual([4_102_444_800_123, -1]);
    expect(client.call('HGETALL', 'b')).toHaveLength(4);
  });

  test('remembers how long the key was idle', () => {
    const { connect } = startInProcess();
    const client = connect();
    client.call('RESTORE', 'k', 0, hello, 'IDLETIME', 1234);
    expect(client.call('OBJECT', 'IDLETIME', 'k')).toBe(1234);
  });
});
