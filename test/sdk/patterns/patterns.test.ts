import { Redis } from 'ioredis';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { patternsContract } from '../../contract/patterns.js';
import { startInProcess } from '../../support/in-process.js';
import { startRedis } from '../../support/redis-oracle.js';
import { describeWith } from '../../support/requires.js';

patternsContract('the server in this process', async () => {
  const { server } = startInProcess();
  return { commander: server.commander, close: () => server.close(0) };
});

describeWith('redis-server', 'beside Nearkey', () => {
  patternsContract('redis-server', async () => {
    const server = await startRedis();
    const redis = new Redis({ port: server.port });
    return {
      commander: commanderFrom(redis),
      close: async () => {
        redis.disconnect();
        await server.stop();
      },
    };
  });
});
