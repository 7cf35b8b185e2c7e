import { GroupRegistry } from '#sdk/features/group-registry.js';
import { newGroup } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

test('believes what it read for a second, and sees what others changed after it', async () => {
  const { server, clock } = startInProcess();
  const [mine, other] = [new GroupRegistry(server.commander, clock), new GroupRegistry(server.commander, clock)];
  await mine.create(newGroup('g', 0));
  const described = async (registry: GroupRegistry) => (await registry.find('G'))?.definition.description;
  expect(await described(other)).toBeUndefined();
  await mine.change('g', (definition) => ({ ...definition, description: 'new' }));
  expect(await described(mine)).toBe('new');
  expect(await described(other)).toBeUndefined();
  clock.advance(1_000);
  expect(await described(other)).toBe('new');
  await mine.remove('g');
  expect(await mine.find('g')).toBeUndefined();
  clock.advance(1_000);
  expect(await other.find('g')).toBeUndefined();
  await server.close(0);
});

test('refuses a second group of a name, and what is not there', async () => {
  const { server, clock } = startInProcess();
  const groups = new GroupRegistry(server.commander, clock);
  await groups.create(newGroup('g', 0));
  await expect(groups.create(newGroup('G', 0))).rejects.toMatchObject({ code: 'ResourceInUse' });
  await expect(groups.get('h')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  await expect(groups.remove('h')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  await expect(groups.change('h', (definition) => definition)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  expect((await groups.all()).map(({ name }) => name)).toEqual(['g']);
  await server.close(0);
});

test('holds no more groups than the limit', async () => {
  const commander = new ScriptedCommander((command) => (command === 'HLEN' ? 10_000 : null));
  const groups = new GroupRegistry(commander, { nowMs: () => 0 });
  await expect(groups.create(newGroup('g', 0))).rejects.toMatchObject({ code: 'ResourceLimitExceeded' });
});

test('gives up when others keep changing a group', async () => {
  const raw = JSON.stringify({ ...newGroup('g', 0), generation: 1 });
  const commander = new ScriptedCommander((command) => (command === 'HGET' ? raw : 0));
  const groups = new GroupRegistry(commander, { nowMs: () => 0 });
  await expect(groups.change('g', (definition) => definition)).rejects.toMatchObject({ code: 'InternalFailure' });
  await expect(groups.remove('g')).rejects.toMatchObject({ code: 'InternalFailure' });
});

test('a store that cannot be reached is no missing group', async () => {
  const groups = new GroupRegistry(new ScriptedCommander(() => new Error('Connection is closed.')), { nowMs: () => 0 });
  await expect(groups.get('g')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});
