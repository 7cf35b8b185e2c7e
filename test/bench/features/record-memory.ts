/** What a record of 50 features costs in memory, packed and with a field for every feature, on one server. */
import { Redis } from 'ioredis';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { benchGroup, benchRecord } from './bench-group.js';

const recordCount = 20_000;

export interface RecordMemory {
  readonly packedBytes: number;
  readonly fieldsBytes: number;
}

export async function recordMemory(port: number, nameOf: (feature: number) => string): Promise<RecordMemory> {
  const redis = new Redis({ port });
  const usedBytes = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  const bytesOf = async (write: (record: number) => Promise<unknown>): Promise<number> => {
    await redis.flushall();
    await write(recordCount);
    const before = await usedBytes();
    for (let start = 0; start < recordCount; start += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, record) => write(start + record)));
    }
    return ((await usedBytes()) - before) / recordCount;
  };
  const store = new FeatureStore({ commander: commanderFrom(redis), clock: { nowMs: () => Date.now() } });
  let group: Awaited<ReturnType<typeof store.groups.create>> | undefined;
  const packedBytes = await bytesOf(async (record) => {
    group ??= await store.groups.create(benchGroup('packed', nameOf));
    await store.put(group, { record: benchRecord(record, nameOf) });
  });
  const fieldsBytes = await bytesOf((record) =>
    redis.hset(
      `fs:fields.1:{${record}}`,
      ...benchRecord(record, nameOf).flatMap(({ FeatureName, ValueAsString }) => [FeatureName, ValueAsString]),
    ),
  );
  redis.disconnect();
  return { packedBytes, fieldsBytes };
}
