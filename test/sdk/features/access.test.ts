import { type Access, accessBy, checkAccess, type Right } from '#sdk/features/access.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { readBatch, writeBatch } from '#sdk/features/record-batches.js';
import { newGroup, values } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';

const access = accessBy([
  { rights: ['read'], groups: ['Orders', 'item-*'] },
  { rights: ['read', 'write'], groups: ['clicks'] },
  { rights: ['admin'], groups: ['new-*'] },
]);

test.each<[string, Right | undefined, boolean]>([
  ['orders', 'read', true],
  ['ORDERS', 'read', true],
  ['orders', 'write', false],
  ['orders2', 'read', false],
  ['item-', 'read', true],
  ['ITEM-7', 'read', true],
  ['item', 'read', false],
  ['clicks', 'write', true],
  ['clicks', 'admin', false],
  ['new-1', 'read', false],
  ['new-1', 'admin', true],
  ['new-1', undefined, true],
  ['other', undefined, false],
])('the group %s may be used to %s: %s', (group, right, is) => {
  expect(access(group, right)).toBe(is);
});

test('a star alone is every group, and no grant is none', () => {
  expect(accessBy([{ rights: ['read'], groups: ['*'] }])('anything', 'read')).toBe(true);
  expect(accessBy([])('anything', undefined)).toBe(false);
});

test('a refusal says what it refuses', () => {
  expect(() => checkAccess(access, 'orders', 'write')).toThrow(
    'not authorized to write records of the feature group orders',
  );
  expect(() => checkAccess(access, 'other', undefined)).toThrow('not authorized to see the feature group other');
  checkAccess(undefined, 'other', 'admin');
  checkAccess(access, 'orders', 'read');
});

describe('a store seen by a caller', () => {
  const t = '2024-01-01T00:00:00Z';
  const forbidden = { code: 'AccessForbidden' };

  async function opened(may: Access) {
    const { server, clock } = startInProcess();
    const owner = new FeatureStore({ commander: server.commander, clock });
    const group = await owner.createGroup(newGroup('orders', 0));
    await owner.createGroup(newGroup('clicks', 0));
    await owner.createGroup(newGroup('other', 0));
    return { owner, group, store: owner.seenBy(may) };
  }

  test('does what is allowed and refuses the rest, with nothing changed', async () => {
    const { owner, group, store } = await opened(access);
    const record = values({ id: '1', t });
    await expect(store.put(group, { record })).rejects.toMatchObject(forbidden);
    await expect(store.update(group, { recordId: '1', features: record })).rejects.toMatchObject(forbidden);
    await expect(store.delete(group, { recordId: '1', eventTime: t })).rejects.toMatchObject(forbidden);
    expect(await owner.get(group, '1')).toBeUndefined();
    await owner.put(group, { record });
    expect(await store.get(await store.groups.get('orders'), '1')).toBeDefined();
    expect(await store.list(group, { countMax: 1, token: undefined, withDeleted: false })).toMatchObject({
      recordIds: ['1'],
    });
    await expect(store.deleteGroup('orders')).rejects.toMatchObject(forbidden);
    await expect(store.groups.change('orders', (same) => same)).rejects.toMatchObject(forbidden);
    await expect(store.createGroup(newGroup('more', 0))).rejects.toMatchObject(forbidden);
    expect((await store.createGroup(newGroup('new-1', 0))).name).toBe('new-1');
  });

  test('shows no group without a right on it, and refuses one that is not there in the same words', async () => {
    const { store } = await opened(access);
    expect((await store.groups.all()).map(({ name }) => name).sort()).toEqual(['clicks', 'orders']);
    const why = (name: string) =>
      store.groups.get(name).then(
        () => '',
        (error: Error) => error.message.replace(name, ''),
      );
    expect(await why('other')).toContain('not authorized');
    expect(await why('nowhere')).toBe(await why('other'));
  });

  test('in batches each entry is refused for itself', async () => {
    const { store } = await opened(access);
    const record = values({ id: '1', t });
    expect(
      await writeBatch(store, [
        { groupName: 'orders', record },
        { groupName: 'clicks', record },
        { groupName: 'other', record },
      ]),
    ).toMatchObject([forbidden, { isStale: false }, forbidden]);
    expect(
      await readBatch(store, [
        { groupName: 'clicks', recordIds: ['1'] },
        { groupName: 'other', recordIds: ['1'] },
      ]),
    ).toMatchObject([{ outcome: { record: {} } }, { outcome: forbidden }]);
  });

  test('searching and versions are reading', async () => {
    const { group, store } = await opened(accessBy([{ rights: ['write'], groups: ['*'] }]));
    await expect(store.search(group, { vector: [1, 2], count: 1 })).rejects.toMatchObject(forbidden);
    await expect(store.getAsOf(group, '1', '063839664000.000000000')).rejects.toMatchObject(forbidden);
    await expect(store.get(group, '1')).rejects.toMatchObject(forbidden);
    expect(() => store.checkAccess('view', 'read')).toThrow('not authorized to read');
    store.checkAccess('view', 'write');
  });
});
