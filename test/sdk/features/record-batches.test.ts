import { FeatureStore } from '#sdk/features/feature-store.js';
import { readBatch, writeBatch } from '#sdk/features/record-batches.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

const clock = { nowMs: () => 0 };
const raw = JSON.stringify({ ...newGroup('g', 0), generation: 1, offline: {} });

test('sends all reads before it waits for the first', async () => {
  let waiting: (() => void)[] = [];
  const commander = new ScriptedCommander(() => raw);
  const store = new FeatureStore({
    commander: {
      call: async (command, ...args) => {
        if (command !== 'HMGET') return commander.call(command, ...args);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return ['1\x00x', '1', null, null];
      },
    },
    clock,
  });
  const reading = readBatch(store, [{ groupName: 'g', recordIds: ['1', '2', '3'] }]);
  while (waiting.length < 3) await Promise.resolve();
  for (const go of waiting) go();
  waiting = [];
  expect((await reading).map(({ recordId }) => recordId)).toEqual(['1', '2', '3']);
});

test('tells what can be asked again from what failed', async () => {
  const commander = new ScriptedCommander((command, [key]) => {
    if (command === 'HGET') return raw;
    return new Error(String(key).includes('{1}') ? 'Connection is closed.' : 'WRONGTYPE no hash');
  });
  const store = new FeatureStore({ commander, clock });
  const results = await readBatch(store, [{ groupName: 'g', recordIds: ['1', '2'] }]);
  expect(results).toMatchObject([
    { outcome: { code: 'ServiceUnavailable' } },
    { outcome: { code: 'InternalFailure' } },
  ]);
});

test('a write to the offline store alone leaves the online store as it is', async () => {
  const { server, clock: time } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock: time });
  const group = await store.groups.create({ ...newGroup('g', 0), offline: {} });
  const record = values({ id: '1', t: '2024-01-01T00:00:00Z' });
  const outcomes = await writeBatch(store, [{ groupName: 'g', record, targetStores: ['OfflineStore'] }]);
  expect(outcomes).toEqual([{ isStale: false }]);
  expect(await store.get(group, '1')).toBeUndefined();
  await server.close(0);
});
