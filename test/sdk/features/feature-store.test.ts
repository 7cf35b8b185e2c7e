import RedisMock from 'ioredis-mock';
import type { Commander } from '#sdk/commander.js';
import { commanderFrom, respTwoReply } from '#sdk/commanders/ioredis-commander.js';
import { accessBy } from '#sdk/features/access.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { featureStoreContract, type OpenFeatureStore } from '../../contract/feature-store.js';
import { describeTransforms } from '../../contract/feature-transforms.js';
import { describeChanges, describeVersions } from '../../contract/feature-versions.js';
import { startInProcess } from '../../support/in-process.js';
import { startRedisCluster } from '../../support/redis-cluster.js';
import { openRedisCommander } from '../../support/redis-commander.js';
import { describeWith } from '../../support/requires.js';

/** Time that starts now and moves by hand: a server with a clock of its own is never ahead of it for long. */
function movedClock(): Pick<OpenFeatureStore, 'clock' | 'advance'> {
  let nowMs = Date.now() + 60_000;
  return {
    clock: { nowMs: () => nowMs },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

const parts = [describeVersions, describeChanges, describeTransforms];

featureStoreContract(
  'the server in this process',
  async () => {
    const { server, clock } = startInProcess();
    return {
      commander: server.commander,
      clock,
      advance: (ms) => clock.advance(ms),
      close: () => server.close(0),
    };
  },
  parts,
);

describeWith('redis-server', 'beside Nearkey', () => {
  featureStoreContract('redis-server', async () => ({ ...(await openRedisCommander()), ...movedClock() }), parts);

  featureStoreContract(
    'a cluster of three',
    async () => {
      const cluster = await startRedisCluster();
      const client = cluster.connect();
      return {
        commander: commanderFrom(client),
        ...movedClock(),
        close: async () => {
          client.disconnect();
          await cluster.stop();
        },
      };
    },
    parts,
  );
});

const openMock = async (): Promise<OpenFeatureStore> => {
  const mock = new RedisMock();
  await mock.flushall();
  return {
    commander: mockCommander(mock),
    ...movedClock(),
    keepsMembersInOrder: false,
    tellsTypesApart: false,
    close: async () => mock.disconnect(),
  };
};

// Scripts of ioredis-mock cannot write to streams.
featureStoreContract('ioredis-mock', openMock, [describeVersions]);

/** ioredis-mock has a method for each command it knows, and no `call`. */
function mockCommander(mock: object): Commander {
  return {
    call: async (command, ...args) => {
      const method: unknown = Reflect.get(mock, command.toLowerCase());
      if (typeof method !== 'function') throw new Error(`ERR unknown command '${command}'`);
      const reply: unknown = await Reflect.apply(
        method,
        mock,
        args.map((arg) => (arg instanceof Uint8Array ? Buffer.from(arg) : String(arg))),
      );
      return respTwoReply(reply);
    },
  };
}

test('a sweep that fails is told of, whoever began it, and the next one is not hindered', async () => {
  const { server, clock } = startInProcess();
  let isIll = true;
  const commander: Commander = {
    call: (command, ...args) =>
      isIll ? Promise.reject(new Error('Connection is closed.')) : server.commander.call(command, ...args),
  };
  const errors: unknown[] = [];
  const store = new FeatureStore({ commander, clock, onSweepError: (error) => errors.push(error) });
  expect(await store.sweep()).toBe(false);
  expect(await store.seenBy(accessBy([])).sweep()).toBe(false);
  expect(errors).toMatchObject([{ code: 'ServiceUnavailable' }, { code: 'ServiceUnavailable' }]);
  isIll = false;
  expect(await store.sweep()).toBe(true);
});
