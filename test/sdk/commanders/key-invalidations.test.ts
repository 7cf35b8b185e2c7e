/** With ioredis as it is, on Nearkey as a user runs it and on redis-server: a near cache that hears of what others write. */
import { Redis } from 'ioredis';
import { z } from 'zod';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { KeyInvalidations } from '#sdk/commanders/key-invalidations.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { GroupClient } from '#sdk/features/group-client.js';
import { NearCache } from '#sdk/features/near-cache.js';
import { recordPrefix } from '#sdk/features/record-keys.js';
import { newGroup } from '../../contract/feature-store.js';
import { startNearkey } from '../../support/nearkey.js';
import { startRedis } from '../../support/redis-oracle.js';
import { describeWith } from '../../support/requires.js';

const clock = { nowMs: () => Date.now() };
const t = (second: number) => `2024-01-01T00:00:0${second}Z`;

function behaves(start: () => Promise<{ readonly port: number; stop(): Promise<unknown> }>): void {
  test('what others write is heard of, and after a lost connection nothing old is answered', async () => {
    const server = await start();
    const client = new Redis({ port: server.port });
    const other = new Redis({ port: server.port });
    const store = new FeatureStore({ commander: commanderFrom(client), clock });
    const group = await store.createGroup(newGroup('users', 0));
    const near = new NearCache({ clock });
    /** Resolves with the next word that comes. */
    let heard: (word: unknown) => void = () => undefined;
    const next = () => new Promise((resolve) => (heard = resolve));
    let told = next();
    const invalidations = new KeyInvalidations(client, recordPrefix(group.definition), {
      changed: (keys) => {
        near.changed(keys);
        heard(keys);
      },
      told: (isTold) => {
        near.told(isTold);
        if (isTold) heard(true);
      },
    });
    expect(await told).toBe(true);
    const schema = z.object({ id: z.string(), t: z.string(), a: z.number().optional() });
    const users = new GroupClient({ store, groupName: 'users', schema, near });
    const others = new GroupClient({
      store: new FeatureStore({ commander: commanderFrom(other), clock }),
      groupName: 'users',
      schema,
    });
    expect(await users.get('1')).toBeUndefined();
    expect(near.size).toBe(1);
    told = next();
    await others.put({ id: '1', t: t(1), a: 1 });
    expect(await told).toEqual(['fs:users.1:{1}']);
    expect(await users.get('1')).toMatchObject({ a: 1 });
    expect(near.size).toBe(1);
    told = next();
    await users.put({ id: '1', t: t(2), a: 2 });
    expect(await users.get('1')).toMatchObject({ a: 2 });
    expect(await told).toEqual(['fs:users.1:{1}']);

    told = next();
    await other.client('KILL', 'TYPE', 'pubsub');
    await told;
    expect(near.size).toBe(0);
    expect(await users.get('1')).toMatchObject({ a: 2 });
    told = next();
    await others.put({ id: '1', t: t(3), a: 3 });
    expect(await told).toEqual(['fs:users.1:{1}']);
    expect(await users.get('1')).toMatchObject({ a: 3 });
    invalidations.close();
    client.disconnect();
    other.disconnect();
    await server.stop();
  });
}

describe('on Nearkey', () => behaves(startNearkey));
describeWith('redis-server', 'on redis-server', () => behaves(startRedis));
