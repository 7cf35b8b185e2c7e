/**
 * The caching patterns over a server: what they promise, whatever is behind the Commander. Nothing here waits: of time, a server of one's
 * own is asked by its mirror tests.
 */
import { z } from 'zod';
import { fixedWindow, fixedWindows, KeyedCache, Sessions, tokenBucket } from '#sdk/patterns/mod.js';
import type { OpenCommander } from './commander.js';

const user = z.object({ name: z.string() });

export function patternsContract(name: string, open: () => Promise<OpenCommander>): void {
  describe(`patterns over ${name}`, () => {
    let opened: OpenCommander;

    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.commander.call('FLUSHALL'));
    afterAll(() => opened.close());

    test('cache-aside loads once, write-through keeps what was saved', async () => {
      const { commander } = opened;
      const users = new KeyedCache({ commander, prefix: 'user:', ttlMs: 60_000, read: (json) => user.parse(json) });
      let loads = 0;
      const load = async () => {
        loads++;
        return { name: 'Ann' };
      };
      const both = await Promise.all([users.get('1', load), users.get('1', load)]);
      expect([...both, await users.get('1', load)]).toEqual([{ name: 'Ann' }, { name: 'Ann' }, { name: 'Ann' }]);
      expect(loads).toBe(1);
      const ttlMs = Number(await commander.call('PTTL', 'user:1'));
      expect(ttlMs).toBeGreaterThan(50_000);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
      await users.write('1', { name: 'Bea' }, async () => undefined);
      expect(await users.get('1', load)).toEqual({ name: 'Bea' });
      await users.forget('1');
      expect(await users.get('1', load)).toEqual({ name: 'Ann' });
      expect(loads).toBe(2);
    });

    test('a window allows so many calls, each subject its own', async () => {
      const limit = fixedWindow({ commander: opened.commander, prefix: 'w:', callsMax: 3, windowMs: 60_000 });
      const verdicts = await Promise.all(Array.from({ length: 5 }, () => limit.take('ann')));
      expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(3);
      expect(verdicts.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
      const { retryAfterMs } = await limit.take('ann');
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      expect(await limit.take('bea', 3)).toEqual({ isAllowed: true, remaining: 0, retryAfterMs: 0 });
    });

    test('several windows are counted in one call, and the first that is used up is named', async () => {
      const windows = [
        { name: 'calls', callsMax: 9, windowMs: 60_000 },
        { name: 'bytes', callsMax: 100, windowMs: 3_600_000 },
      ];
      const limit = fixedWindows({ commander: opened.commander, prefix: 'q:', windows });
      const ask = { calls: 1, bytes: 0 };
      expect(await limit.take('ann', ask)).toMatchObject({ isAllowed: true, remaining: 8, refusedBy: undefined });
      expect(await limit.take('ann', { bytes: 130 })).toMatchObject({ isAllowed: false, remaining: 0 });
      const refused = await limit.take('ann', ask);
      expect(refused).toMatchObject({ isAllowed: false, remaining: 0, refusedBy: 'bytes' });
      expect(refused.retryAfterMs).toBeGreaterThan(3_000_000);
      expect(await limit.take('bea', ask)).toMatchObject({ isAllowed: true });
    });

    test('a bucket allows a burst of its size, and says when there is more', async () => {
      const hourly = 1 / 3600;
      const limit = tokenBucket({ commander: opened.commander, prefix: 'b:', capacity: 3, perSecond: hourly });
      expect((await limit.take('ann', 2)).isAllowed).toBe(true);
      const refused = await limit.take('ann', 2);
      expect(refused).toMatchObject({ isAllowed: false, remaining: 1 });
      expect(refused.retryAfterMs).toBeGreaterThan(3_500_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(3_600_001);
      expect(await limit.take('ann')).toEqual({ isAllowed: true, remaining: 0, retryAfterMs: 0 });
      await expect(limit.take('ann', 4)).rejects.toMatchObject({ code: 'invalid-request' });
      expect(Number(await opened.commander.call('PTTL', 'b:ann'))).toBeGreaterThan(0);
    });

    test('sessions are found by their id, change, and stay ended', async () => {
      const { commander } = opened;
      const sessions = new Sessions({ commander, ttlMs: 60_000, read: (json) => user.parse(json) });
      const id = await sessions.create({ name: 'Ann' });
      expect(await sessions.get(id)).toEqual({ name: 'Ann' });
      expect(await sessions.update(id, { name: 'Bea' })).toBe(true);
      expect(await sessions.get(id)).toEqual({ name: 'Bea' });
      await sessions.end(id);
      expect(await sessions.update(id, { name: 'Cy' })).toBe(false);
      expect(await sessions.get(id)).toBeUndefined();
      expect(await sessions.get('*')).toBeUndefined();
      expect(await sessions.update('*', { name: 'Cy' })).toBe(false);
    });
  });
}
