import { fixedWindow, tokenBucket } from '#sdk/patterns/rate-limiter.js';
import { startInProcess } from '../../support/in-process.js';

test('a window begins anew when it is over', async () => {
  const { server, clock } = startInProcess();
  const limit = fixedWindow({ commander: server.commander, prefix: 'w:', callsMax: 1, windowMs: 1_000 });
  const allowed = async () => (await limit.take('a')).isAllowed;
  expect([await allowed(), await allowed()]).toEqual([true, false]);
  clock.advance(999);
  expect(await allowed()).toBe(false);
  clock.advance(2);
  expect([await allowed(), await allowed()]).toEqual([true, false]);
});

test('a bucket fills at its rate, and no further than its size', async () => {
  const { server, clock } = startInProcess();
  const limit = tokenBucket({ commander: server.commander, prefix: 'b:', capacity: 4, perSecond: 2 });
  expect(await limit.take('a', 4)).toEqual({ isAllowed: true, remaining: 0, retryAfterMs: 0 });
  expect(await limit.take('a')).toEqual({ isAllowed: false, remaining: 0, retryAfterMs: 500 });
  clock.advance(500);
  expect(await limit.take('a')).toEqual({ isAllowed: true, remaining: 0, retryAfterMs: 0 });
  clock.advance(60_000);
  expect(await limit.take('a')).toEqual({ isAllowed: true, remaining: 3, retryAfterMs: 0 });
});
