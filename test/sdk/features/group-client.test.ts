import { Redis } from 'ioredis';
import { z } from 'zod';
import type { CommandArgument, Commander, CommandReply } from '#sdk/commander.js';
import { commanderFrom } from '#sdk/commanders/ioredis-commander.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { GroupClient } from '#sdk/features/group-client.js';
import { transformLanguage } from '#server/features/transform-language.js';
import { newGroup } from '../../contract/feature-store.js';
import { startInProcess } from '../../support/in-process.js';
import { startRedis } from '../../support/redis-oracle.js';
import { describeWith } from '../../support/requires.js';

const schema = z.object({
  id: z.string(),
  t: z.string(),
  a: z.union([z.number(), z.bigint()]).optional(),
  tags: z.array(z.string()).optional(),
  v: z.array(z.number()).length(2).optional(),
});
const t = '2024-01-01T00:00:00Z';
const later = '2024-01-01T00:00:01Z';

async function opened(commander: Commander, clock: { nowMs(): number }) {
  /** Commands that are under way, and how many were at most. */
  const reads: CommandArgument[] = [];
  const sent = { reads, underWay: 0, most: 0 };
  const counted: Commander = {
    call: async (command, ...args): Promise<CommandReply> => {
      if (command === 'HMGET') sent.reads.push(args[0] ?? '');
      sent.underWay++;
      sent.most = Math.max(sent.most, sent.underWay);
      try {
        return await commander.call(command, ...args);
      } finally {
        sent.underWay--;
      }
    },
  };
  const store = new FeatureStore({ commander: counted, clock });
  await store.createGroup(newGroup('users', 0));
  return { store, sent, users: new GroupClient({ store, groupName: 'users', schema }) };
}

function embedded() {
  const { server, clock } = startInProcess();
  return opened(server.commander, clock);
}

function behaves(open: () => ReturnType<typeof opened>): void {
  test('records are objects of the type of the schema', async () => {
    const { users } = await open();
    expect(await users.put({ id: '1', t, a: 7, tags: ['x', 'é'], v: [0.5, -1] })).toEqual({ isStale: false });
    const user = await users.get('1');
    expect(user).toEqual({ id: '1', t, a: 7, tags: ['x', 'é'], v: [0.5, -1] });
    const length: number | undefined = user?.tags?.length;
    expect(length).toBe(2);
    await users.put({ id: '2', t, a: 9_007_199_254_740_993n });
    expect(await users.getMany(['2', 'none', '1'])).toEqual([
      { id: '2', t, a: 9_007_199_254_740_993n },
      undefined,
      user,
    ]);
    expect(await users.put({ id: '1', t })).toMatchObject({ isStale: true });
  });

  test('reads that are asked for at once go out together, each record once', async () => {
    const { users, sent } = await open();
    for (const id of ['1', '2', '3']) await users.put({ id, t });
    sent.reads.length = 0;
    sent.most = 0;
    const answers = await Promise.all([users.get('1'), users.getMany(['2', '1', '3']), users.get('3')]);
    expect(answers.flat().map((user) => user?.id)).toEqual(['1', '2', '1', '3', '3']);
    expect(sent.reads).toEqual(['fs:users.1:{1}', 'fs:users.1:{2}', 'fs:users.1:{3}']);
    expect(sent.most).toBe(3);
  });

  test('what was written is read, whatever was asked for before', async () => {
    const { users } = await open();
    await users.put({ id: '1', t, a: 1 });
    const before = users.get('1');
    await users.put({ id: '1', t: later, a: 2 });
    expect((await users.get('1'))?.a).toBe(2);
    expect((await before)?.a).toBe(1);
  });
}

describe('over the server in this process', () => behaves(embedded));

describeWith('redis-server', 'over redis-server', () => {
  const redis: Redis[] = [];
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const client of redis) client.disconnect();
    await server.stop();
  });
  behaves(async () => {
    const client = new Redis({ port: server.port });
    redis.push(client);
    await client.flushall();
    return opened(commanderFrom(client), { nowMs: () => Date.now() });
  });
});

test('what is not as the schema has it is refused, and so is a schema of other features', async () => {
  const { store, users } = await embedded();
  await users.put({ id: '1', t, a: 7 });
  const strict = new GroupClient({ store, groupName: 'users', schema: schema.extend({ a: z.number().max(5) }) });
  await expect(strict.get('1')).rejects.toMatchObject({
    code: 'ValidationError',
    message: expect.stringContaining('a: '),
  });
  await expect(strict.put({ id: '2', t, a: 6 })).rejects.toMatchObject({ code: 'ValidationError' });
  const other = new GroupClient({ store, groupName: 'users', schema: z.object({ what: z.string() }) });
  await expect(other.get('1')).rejects.toMatchObject({ message: expect.stringContaining("no feature 'what'") });
  const nowhere = new GroupClient({ store, groupName: 'nowhere', schema });
  await expect(nowhere.get('1')).rejects.toMatchObject({ code: 'ResourceNotFound' });
});

test('one read that fails does not fail the others', async () => {
  const { users } = await embedded();
  await users.put({ id: '1', t });
  const [good, bad] = await Promise.allSettled([users.get('1'), users.get('')]);
  expect(good).toMatchObject({ status: 'fulfilled', value: { id: '1' } });
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'ValidationError' } });
});

test('transforms that the schema names are read as what they are, and not written', async () => {
  const { server, clock } = startInProcess();
  const store = new FeatureStore({ commander: server.commander, clock, language: transformLanguage });
  const transforms = [
    { name: 'double', expression: '@a * 2' },
    { name: 'label', expression: 'concat(@id, @a)' },
    { name: 'ratio', expression: '1 / @a' },
    { name: 'wrong', expression: "@a + 'x'" },
  ];
  await store.createGroup({ ...newGroup('g', 0), online: { storageType: 'InMemory', transforms } });
  const reckoned = z.object({
    id: z.string(),
    t: z.string(),
    a: z.number().optional(),
    double: z.number().optional(),
    label: z.string().optional(),
    ratio: z.number().optional(),
    wrong: z.number().optional(),
  });
  const client = new GroupClient({ store, groupName: 'g', schema: reckoned });
  await client.put({ id: '1', t, a: 4, double: 99 });
  const user = await client.get('1');
  expect(user).toEqual({ id: '1', t, a: 4, double: 8, label: '14', ratio: 0.25 });
  const double: number | undefined = user?.double;
  expect(double).toBe(8);
  await client.put({ ...user, id: '1', t: later, a: 0 });
  expect(await client.get('1')).toEqual({ id: '1', t: later, a: 0, double: 0, label: '10' });
  await client.put({ id: '2', t });
  expect(await client.get('2')).toEqual({ id: '2', t });
  await server.close(0);
});
