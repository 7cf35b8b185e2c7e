import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

function withHash(...fields: readonly string[]): {
  nearkey: InProcess;
  client: InProcessClient;
  recorder: ChangeRecorder;
} {
  const nearkey = startInProcess();
  const client = nearkey.connect();
  client.call('HSET', 'h', ...fields.flatMap((field) => [field, 'v']));
  return { nearkey, client, recorder: new ChangeRecorder(nearkey.server) };
}

describe('fields that expire', () => {
  test('are gone for every command from the moment their time has come', () => {
    for (const command of [
      ['HGET', 'h', 'f'],
      ['HLEN', 'h'],
      ['HGETALL', 'h'],
      ['HEXISTS', 'h', 'f'],
      ['HSCAN', 'h', 0],
      ['HRANDFIELD', 'h', 9],
      ['HTTL', 'h', 'FIELDS', 1, 'f'],
      ['HINCRBY', 'h', 'n', 1],
      ['HSETNX', 'h', 'f', 'new'],
      ['DUMP', 'h'],
      ['COPY', 'h', 'h2'],
      ['TYPE', 'h'],
    ] as const) {
      const { nearkey, client, recorder } = withHash('f', 'g');
      client.call('HPEXPIRE', 'h', 50, 'FIELDS', 1, 'f');
      const without = startInProcess();
      const twin = without.connect();
      twin.call('HSET', 'h', 'g', 'v');
      // The same encoding, so that DUMP answers the same.
      twin.call('HPEXPIRE', 'h', 50, 'FIELDS', 1, 'g');
      twin.call('HPERSIST', 'h', 'FIELDS', 1, 'g');
      nearkey.clock.advance(50);
      recorder.take();
      expect(client.call(...command)).toEqual(twin.call(...command));
      expect(recorder.take().changes[0]).toBe('hexpired h');
    }
  });

  test('take the key with them when the last one goes', () => {
    const { nearkey, client, recorder } = withHash('f');
    client.call('HEXPIRE', 'h', 1, 'FIELDS', 1, 'f');
    expect(recorder.take()).toEqual({
      changes: ['hexpire h'],
      effects: [`HPEXPIREAT h ${nearkey.clock.nowMs() + 1000} FIELDS 1 f`],
    });
    nearkey.clock.advance(1000);
    expect(client.call('EXISTS', 'h')).toBe(0);
    expect(recorder.take()).toEqual({ changes: ['hexpired h', 'del h'], effects: ['HDEL h f'] });
    expect(client.call('HSET', 'h', 'f', 'again')).toBe(1);
  });

  test('go without being asked for, whatever became of the key meanwhile', () => {
    const { nearkey, client, recorder } = withHash('f', 'g', 'stays');
    client.call('HPEXPIRE', 'h', 10, 'FIELDS', 1, 'f');
    client.call('HPEXPIRE', 'h', 5000, 'FIELDS', 1, 'g');
    client.call('HSET', 'other', 'x', 'v', 'y', 'v');
    client.call('HPEXPIRE', 'other', 20, 'FIELDS', 2, 'x', 'y');
    client.call('RENAME', 'h', 'renamed');
    client.call('COPY', 'renamed', 'copied');
    client.call('MOVE', 'copied', 1);
    client.call('HSET', 'renamed', 'f', 'lives on');
    recorder.take();
    nearkey.clock.advance(30);
    nearkey.runExpireCycle();
    expect(recorder.take().changes.sort()).toEqual(['del other', 'hexpired copied', 'hexpired other']);
    expect(client.call('HGET', 'renamed', 'f')).toBe('lives on');
    nearkey.clock.advance(5000);
    nearkey.runExpireCycle();
    expect(recorder.take().changes.sort()).toEqual(['hexpired copied', 'hexpired renamed']);
    expect(client.call('HMGET', 'renamed', 'f', 'g', 'stays')).toEqual(['lives on', null, 'v']);
    expect(nearkey.failures).toEqual([]);
  });

  test('tell one change and only what was done as effects', () => {
    const { nearkey, client, recorder } = withHash('a', 'b', 'c');
    const atMs = nearkey.clock.nowMs() + 5000;
    client.call('HEXPIRE', 'h', 5, 'FIELDS', 3, 'a', 'none', 'b');
    client.call('HEXPIRE', 'h', 5, 'GT', 'FIELDS', 1, 'a');
    client.call('HPERSIST', 'h', 'FIELDS', 3, 'a', 'c', 'none');
    client.call('HEXPIRE', 'h', 0, 'FIELDS', 2, 'a', 'none');
    expect(recorder.take()).toEqual({
      changes: ['hexpire h', 'hpersist h', 'hdel h'],
      effects: [`HPEXPIREAT h ${atMs} FIELDS 2 a b`, 'HPERSIST h FIELDS 1 a', 'HDEL h a'],
    });
  });

  test('leave the indexes that hold their hash', () => {
    const { nearkey, client } = withHash('f');
    client.call('FT.CREATE', 'idx', 'SCHEMA', 'tag', 'TAG');
    client.call('HSET', 'h', 'tag', 'red');
    client.call('HPEXPIRE', 'h', 100, 'FIELDS', 1, 'tag');
    expect(client.call('FT.SEARCH', 'idx', '@tag:{red}', 'NOCONTENT')).toEqual([1, 'h']);
    nearkey.clock.advance(100);
    expect(client.call('FT.SEARCH', 'idx', '@tag:{red}', 'NOCONTENT')).toEqual([0]);
  });
});
