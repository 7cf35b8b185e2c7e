import { Redis as Ioredis6 } from 'ioredis6';
import { Redis as Iovalkey } from 'iovalkey';
import { createClient } from 'redis';
import { commanderFrom, respTwoReply } from '#sdk/commanders/ioredis-commander.js';
import { commanderContract } from '../../contract/commander.js';
import { startNearkey } from '../../support/nearkey.js';
import { openRedisCommander } from '../../support/redis-commander.js';
import { describeWith } from '../../support/requires.js';

commanderContract('ioredis 6', async () => {
  const nearkey = await startNearkey();
  const redis = new Ioredis6({ port: nearkey.port });
  return {
    commander: commanderFrom(redis),
    close: async () => {
      redis.disconnect();
      await nearkey.stop();
    },
  };
});

commanderContract('iovalkey', async () => {
  const nearkey = await startNearkey();
  const valkey = new Iovalkey({ port: nearkey.port });
  return {
    commander: commanderFrom(valkey),
    close: async () => {
      valkey.disconnect();
      await nearkey.stop();
    },
  };
});

for (const RESP of [2, 3] as const) {
  commanderContract(`node-redis with RESP${RESP}`, async () => {
    const nearkey = await startNearkey();
    const client = createClient({ socket: { port: nearkey.port }, RESP });
    await client.connect();
    return {
      commander: commanderFrom(client),
      close: async () => {
        client.destroy();
        await nearkey.stop();
      },
    };
  });
}

describeWith('redis-server', 'beside Nearkey', () => {
  commanderContract('ioredis on redis-server', openRedisCommander);
});

describe('respTwoReply', () => {
  test.each([
    [undefined, null],
    [null, null],
    ['text', 'text'],
    [12, 12],
    [1.5, '1.5'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [12n, 12],
    [2n ** 70n, '1180591620717411303424'],
    [true, 1],
    [false, 0],
    [Buffer.from('grün'), 'grün'],
    [new String('verbatim'), 'verbatim'],
    [new Set(['a', 1.5]), ['a', '1.5']],
    [new Map<unknown, unknown>([['a', new Map([['b', true]])]]), ['a', ['b', 1]]],
    [Object.assign(Object.create(null), { a: [1], b: null }), ['a', [1], 'b', null]],
    [
      [1, [null, 'x']],
      [1, [null, 'x']],
    ],
  ])('makes %p into %j', (reply, expected) => {
    expect(respTwoReply(reply)).toEqual(expected);
  });

  test('throws an error that is nested in a reply, and on what is no reply', () => {
    expect(() => respTwoReply(['ok', new Error('ERR nested')])).toThrow('ERR nested');
    expect(() => respTwoReply(Symbol('x'))).toThrow('received a symbol');
  });
});
