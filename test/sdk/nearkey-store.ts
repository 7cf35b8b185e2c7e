/**
 * A Nearkey of its own for a suite, and a Commander over an ioredis connection to it.
 */
import { Redis } from 'ioredis';
import type { Commander } from '#sdk/commander.js';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { startNearkey } from '../support/nearkey.js';

export interface NearkeyStore {
  readonly commander: Commander;
  readonly port: number;
  readonly httpPort: number;
  stop(): Promise<void>;
}

export async function openNearkeyStore(args: readonly string[] = []): Promise<NearkeyStore> {
  const nearkey = await startNearkey({ args });
  const redis = new Redis({ port: nearkey.port, lazyConnect: true, maxRetriesPerRequest: 0 });
  await redis.connect();
  return {
    commander: commanderFrom(redis),
    port: nearkey.port,
    httpPort: nearkey.httpPort,
    stop: async () => {
      redis.disconnect();
      await nearkey.stop();
    },
  };
}
