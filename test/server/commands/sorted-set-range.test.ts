import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

function filled(count: number): { nearkey: InProcess; client: InProcessClient } {
  const nearkey = startInProcess();
  const client = nearkey.connect();
  for (let i = 0; i < count; i++) client.call('ZADD', 'z', i, `m${String(i).padStart(4, '0')}`);
  return { nearkey, client };
}

describe.each([20, 400])('ranges of a sorted set of %i members', (count) => {
  const name = (i: number): string => `m${String(i).padStart(4, '0')}`;

  test('are read by rank, score and member, from either end', () => {
    const { client } = filled(count);
    expect(client.call('ZRANGE', 'z', 2, 4)).toEqual([name(2), name(3), name(4)]);
    expect(client.call('ZRANGE', 'z', 0, 1, 'REV')).toEqual([name(count - 1), name(count - 2)]);
    expect(client.call('ZRANGEBYSCORE', 'z', '(3', 5)).toEqual([name(4), name(5)]);
    expect(client.call('ZRANGE', 'z', 9, '-inf', 'BYSCORE', 'REV', 'LIMIT', 1, 2)).toEqual([name(8), name(7)]);
    if (count <= 128)
      expect(client.call('ZRANGE', 'z', `[${name(3)}`, `(${name(5)}`, 'BYLEX')).toEqual([name(3), name(4)]);
    expect(client.call('ZCOUNT', 'z', 5, '+inf')).toBe(count - 5);
    expect([client.call('ZRANK', 'z', name(7)), client.call('ZREVRANK', 'z', name(7))]).toEqual([7, count - 8]);
  });

  test('are removed, and the key with the last member', () => {
    const { nearkey, client } = filled(count);
    const recorder = new ChangeRecorder(nearkey.server);
    expect(client.call('ZREMRANGEBYSCORE', 'z', '(1', 3)).toBe(2);
    expect(client.call('ZREMRANGEBYRANK', 'z', 2, -1)).toBe(count - 4);
    expect(client.call('ZREMRANGEBYRANK', 'z', 5, 9)).toBe(0);
    expect(client.call('ZRANGE', 'z', 0, -1)).toEqual([name(0), name(1)]);
    expect(client.call('ZREMRANGEBYSCORE', 'z', 0, 1)).toBe(2);
    expect(recorder.take()).toEqual({
      changes: ['zremrangebyscore z', 'zremrangebyrank z', 'zremrangebyscore z', 'del z'],
      effects: ['ZREMRANGEBYSCORE z (1 3', 'ZREMRANGEBYRANK z 2 -1', 'ZREMRANGEBYSCORE z 0 1'],
    });
  });

  test('are stored at another key, whatever it held', () => {
    const { nearkey, client } = filled(count);
    client.call('SET', 'd', 'v');
    const recorder = new ChangeRecorder(nearkey.server);
    expect(client.call('ZRANGESTORE', 'd', 'z', 1, 2)).toBe(2);
    expect(client.call('ZRANGE', 'd', 0, -1, 'WITHSCORES')).toEqual([name(1), '1', name(2), '2']);
    expect(client.call('ZRANGESTORE', 'z', 'z', 0, 0)).toBe(1);
    expect(client.call('ZRANGESTORE', 'd', 'none', 0, 0)).toBe(0);
    expect(client.call('ZRANGESTORE', 'd', 'none', 0, 0)).toBe(0);
    expect(recorder.take().changes).toEqual(['zrangestore d', 'zrangestore z', 'del d']);
  });
});

test('a rank is told with its score', () => {
  const { client } = filled(3);
  expect(client.call('ZRANK', 'z', 'm0001', 'WITHSCORE')).toEqual([1, '1']);
  expect(client.call('ZREVRANK', 'z', 'none', 'WITHSCORE')).toBeNull();
  expect(client.error('ZRANK', 'z', 'm0001', 'BOGUS')).toBe("ERR wrong number of arguments for 'zrank' command");
});

test('pairs are nested in RESP3', () => {
  const { client } = filled(2);
  client.client.protocol = 3;
  expect(client.call('ZRANGE', 'z', 0, -1, 'WITHSCORES')).toEqual([
    ['m0000', 0],
    ['m0001', 1],
  ]);
});
