import { FeatureStore } from '#sdk/features/feature-store.js';
import { parseMoment, versionAsOf } from '#sdk/features/record-history.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

test('a moment is ISO-8601 or seconds', () => {
  expect(parseMoment('2023-11-14T22:13:20Z')).toBe(parseMoment('1700000000'));
  expect(() => parseMoment('yesterday')).toThrow('no number of Unix seconds');
});

test('many versions within a millisecond are searched through', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock });
  const online = { storageType: 'InMemory' as const, history: { versions: 100 } };
  const group = await store.groups.create({ ...newGroup('g', 0), online });
  const t = (n: number): string => `2024-01-01T00:00:00.0000${String(n).padStart(2, '0')}Z`;
  for (let n = 1; n <= 60; n++) await store.put(group, { record: values({ id: '1', t: t(n) }) });
  for (const n of [1, 17, 33, 60]) {
    expect((await store.getAsOf(group, '1', parseMoment(t(n))))?.eventTime).toBe(parseMoment(t(n)));
  }
  expect(await store.getAsOf(group, '1', parseMoment(t(0)))).toBeUndefined();
  await server.close(0);
});

test('a store that cannot be read is an error', async () => {
  const commander = new ScriptedCommander(() => new Error('Connection is closed.'));
  const clock = { nowMs: () => 0 };
  const group = await new FeatureStore({
    commander: new ScriptedCommander((command) => (command === 'HGET' ? null : 1)),
    clock,
  }).groups.create({ ...newGroup('g', 0), online: { storageType: 'InMemory', history: { versions: 1 } } });
  await expect(versionAsOf(commander, clock, group, '1', parseMoment('0'))).rejects.toMatchObject({
    code: 'ServiceUnavailable',
  });
});
