/** What a record of 50 features costs in memory, packed and with a field for every feature, on one server. */
import { Redis } from 'ioredis';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { benchGroup, benchRecord } from './bench-group.js';

const recordCount = 1_000;

export interface RecordMemory {
  readonly packedBytes: number;
  readonly fieldsBytes: number;
}

export async function recordMemory(port: number, nameOf: (feature: number) => string): Promise<RecordMemory> {
  const redis = new Redis({ port });
  /** As the server itself counts a key with its value, every part of it. */
  const bytesOf = async (
    write: (record: number) => Promise<unknown>,
    keyOf: (record: number) => string,
  ): Promise<number> => {
    await redis.flushall();
    let bytes = 0;
    for (let record = 0; record < recordCount; record++) {
      await write(record);
      bytes += Number(await redis.memory('USAGE', keyOf(record), 'SAMPLES', 0));
    }
    return bytes / recordCount;
  };
  const store = new FeatureStore({ commander: commanderFrom(redis), clock: { nowMs: () => Date.now() } });
  let group: Awaited<ReturnType<typeof store.groups.create>> | undefined;
  const packedBytes = await bytesOf(
    async (record) => {
      group ??= await store.groups.create(benchGroup('packed', nameOf));
      await store.put(group, { record: benchRecord(record, nameOf) });
    },
    (record) => `fs:packed.1:{${record}}`,
  );
  const fieldsBytes = await bytesOf(
    (record) =>
      redis.hset(
        `fs:fields.1:{${record}}`,
        ...benchRecord(record, nameOf).flatMap(({ FeatureName, ValueAsString }) => [FeatureName, ValueAsString]),
      ),
    (record) => `fs:fields.1:{${record}}`,
  );
  redis.disconnect();
  return { packedBytes, fieldsBytes };
}
