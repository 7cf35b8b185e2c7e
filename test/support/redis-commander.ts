/** A Commander over a redis-server of its own, by ioredis; `close` stops both. */
import { Redis } from 'ioredis';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import type { OpenCommander } from '../contract/commander.js';
import { startRedis } from './redis-oracle.js';

export async function openRedisCommander(): Promise<OpenCommander> {
  const server = await startRedis();
  const redis = new Redis({ port: server.port });
  return {
    commander: commanderFrom(redis),
    close: async () => {
      redis.disconnect();
      await server.stop();
    },
  };
}
