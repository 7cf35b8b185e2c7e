import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function filled(): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('ZADD', 'a', '1', 'x', '2', 'y', '3', 'z');
  client.call('ZADD', 'b', '10', 'y', '20', 'z', '30', 'w');
  return { client, recorder: new ChangeRecorder(server) };
}

describe('unions, intersections and differences', () => {
  test('are answered in order, with weights and aggregates', () => {
    const { client } = filled();
    expect(client.call('ZUNION', 2, 'a', 'b', 'WITHSCORES')).toEqual(['x', '1', 'y', '12', 'z', '23', 'w', '30']);
    expect(client.call('ZUNION', 2, 'a', 'b', 'WEIGHTS', 1, -1)).toEqual(['w', 'z', 'y', 'x']);
    expect(client.call('ZINTER', 2, 'a', 'b', 'AGGREGATE', 'MIN', 'WITHSCORES')).toEqual(['y', '2', 'z', '3']);
    expect(client.call('ZINTER', 2, 'a', 'b', 'AGGREGATE', 'MAX', 'WITHSCORES')).toEqual(['y', '10', 'z', '20']);
    expect(client.call('ZDIFF', 2, 'a', 'b', 'WITHSCORES')).toEqual(['x', '1']);
    expect(client.call('ZINTERCARD', 2, 'a', 'b')).toBe(2);
    expect(client.call('ZINTERCARD', 2, 'a', 'b', 'LIMIT', 1)).toBe(1);
  });

  test('leave no memory behind when they are only answered', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('ZADD', 'a', '1', 'x');
    const liveBytes = (): number => server.facilities.keyspace.database(0).memoryUsage().liveBytes;
    const before = liveBytes();
    for (const name of ['ZUNION', 'ZINTER', 'ZDIFF']) client.call(name, 2, 'a', 'none');
    expect(client.error('ZUNION', 1, 'a', 'BOGUS')).toBe('ERR syntax error');
    expect(liveBytes()).toBe(before);
  });

  test('are stored, also over one of their sources; an empty result removes the key', () => {
    const { client, recorder } = filled();
    expect(client.call('ZUNIONSTORE', 'a', 2, 'a', 'b')).toBe(4);
    expect(client.call('ZINTERSTORE', 'd', 2, 'a', 'b', 'WEIGHTS', 0, 1)).toBe(3);
    expect(client.call('ZDIFFSTORE', 'd', 2, 'b', 'a')).toBe(0);
    expect(client.call('ZDIFFSTORE', 'd', 2, 'b', 'a')).toBe(0);
    expect(recorder.take()).toEqual({
      changes: ['zunionstore a', 'zinterstore d', 'del d'],
      effects: ['ZUNIONSTORE a 2 a b', 'ZINTERSTORE d 2 a b WEIGHTS 0 1', 'ZDIFFSTORE d 2 b a'],
    });
    expect(client.call('ZSCORE', 'a', 'z')).toBe('23');
  });

  test('take members of sets without scores as if they had a score of 1', () => {
    const { client } = filled();
    client.call('SADD', 'plain', 'x', 'y', 'other');
    client.call('SADD', 'ints', '1', '2');
    expect(client.call('ZUNION', 2, 'a', 'plain', 'WITHSCORES')).toEqual([
      ...['other', '1', 'x', '2', 'y', '3', 'z', '3'],
    ]);
    expect(client.call('ZINTER', 2, 'plain', 'a', 'WEIGHTS', 5, 1, 'WITHSCORES')).toEqual(['x', '6', 'y', '7']);
    expect(client.call('ZDIFF', 2, 'plain', 'a', 'WITHSCORES')).toEqual(['other', '1']);
    expect(client.call('ZUNIONSTORE', 'ints', 1, 'ints')).toBe(2);
    expect(client.call('ZRANGE', 'ints', 0, -1, 'WITHSCORES')).toEqual(['1', '1', '2', '1']);
    expect(client.call('ZINTERCARD', 2, 'plain', 'a')).toBe(2);
  });

  test('refuse what is no set, and weights that are no numbers', () => {
    const { client } = filled();
    client.call('SET', 's', 'v');
    expect(client.error('ZUNION', 2, 'a', 's', 'BOGUS')).toMatch(/^WRONGTYPE/);
    expect(client.error('ZUNION', 2, 'a', 'b', 'WEIGHTS', 1, 'x')).toBe('ERR weight value is not a float');
    expect(client.error('ZUNION', 0, 'a')).toBe("ERR at least 1 input key is needed for 'zunion' command");
    expect(client.error('ZINTERCARD', 1, 'a', 'LIMIT', -1)).toBe("ERR LIMIT can't be negative");
  });
});
