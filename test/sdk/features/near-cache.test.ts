import { NearCache } from '#sdk/features/near-cache.js';
import type { OnlineRecord } from '#sdk/features/online-record.js';

const record = (packed: string, expiresAtMs?: number): OnlineRecord => ({
  packed,
  eventTime: '063839664000.000000000',
  expiresAtMs,
});

function opened(entriesMax?: number) {
  let nowMs = 0;
  const near = new NearCache({ clock: { nowMs: () => nowMs }, entriesMax });
  near.told(true);
  let loads = 0;
  const read = async (key: string, answer: OnlineRecord | undefined = record(key)) => {
    const found = await near.read(key, async () => {
      loads++;
      return answer;
    });
    return found?.packed;
  };
  const loadsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = loads;
    await work();
    return loads - before;
  };
  return { near, read, loadsOf, at: (ms: number) => (nowMs = ms) };
}

test('a record is read once until it changes; so is one that is not there', async () => {
  const { near, read, loadsOf } = opened();
  for (const answer of [record('1'), undefined]) {
    near.changed(['k']);
    expect(await loadsOf(async () => [await read('k', answer), await read('k', answer)])).toBe(1);
  }
  near.changed(['other']);
  expect(await loadsOf(() => read('k'))).toBe(0);
  near.changed(['other', 'k']);
  expect(await loadsOf(() => read('k'))).toBe(1);
});

test('nothing is kept while nothing is told, nor from before', async () => {
  const { near, read, loadsOf } = opened();
  await read('k');
  near.told(false);
  expect(await loadsOf(async () => [await read('k'), await read('k')])).toBe(2);
  near.told(true);
  expect(await loadsOf(async () => [await read('k'), await read('k')])).toBe(1);
});

test.each([
  ['it changes', (near: NearCache) => near.changed(['k'])],
  ['the word is lost', (near: NearCache) => near.told(false)],
  ['the word comes back', (near: NearCache) => near.told(true)],
])('a read under way when %s is answered and not kept', async (_what, happens) => {
  const { near, read } = opened();
  let answer: (record: OnlineRecord) => void = () => undefined;
  const slow = near.read('k', () => new Promise((resolve) => (answer = resolve)));
  happens(near);
  answer(record('old'));
  expect((await slow)?.packed).toBe('old');
  expect(near.size).toBe(0);
  expect(await read('k', record('new'))).toBe('new');
});

test('equal reads under way share one, and one that fails is not kept', async () => {
  const { near, read, loadsOf } = opened();
  expect(await loadsOf(() => Promise.all([read('k'), read('k'), read('k')]))).toBe(1);
  await expect(near.read('bad', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(await loadsOf(() => read('bad'))).toBe(1);
});

test('what expires is not answered from then on', async () => {
  const { read, at, loadsOf } = opened();
  await read('k', record('k', 100));
  at(99);
  expect(await loadsOf(() => read('k'))).toBe(0);
  at(100);
  expect(await loadsOf(() => read('k'))).toBe(1);
});

test('so many are kept, and the one unread longest goes', async () => {
  const { near, read, loadsOf } = opened(2);
  for (const key of ['a', 'b', 'a', 'c']) await read(key);
  expect(near.size).toBe(2);
  expect(await loadsOf(() => read('a'))).toBe(0);
  expect(await loadsOf(() => read('b'))).toBe(1);
});
