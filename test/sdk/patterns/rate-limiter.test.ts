import { fixedWindow, fixedWindows, tokenBucket } from '#sdk/patterns/rate-limiter.js';
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

describe('several windows at once', () => {
  const windows = [
    { name: 'calls', callsMax: 2, windowMs: 1_000 },
    { name: 'bytes', callsMax: 100, windowMs: 60_000 },
  ];

  test('allow what all of them allow, and say which has no more and how long it takes', async () => {
    const { server, clock } = startInProcess();
    const limit = fixedWindows({ commander: server.commander, prefix: 'q:', windows });
    const ask = { calls: 1, bytes: 0 };
    expect(await limit.take('a', ask)).toEqual({
      isAllowed: true,
      remaining: 1,
      retryAfterMs: 0,
      refusedBy: undefined,
    });
    expect(await limit.take('a', { bytes: 100 })).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(await limit.take('a', ask)).toMatchObject({ isAllowed: false, retryAfterMs: 60_000, refusedBy: 'bytes' });
    expect(await limit.take('a', ask)).toMatchObject({ isAllowed: false, retryAfterMs: 60_000, refusedBy: 'calls' });
    expect(await limit.take('b', ask)).toMatchObject({ isAllowed: true });
    clock.advance(60_001);
    expect(await limit.take('a', ask)).toMatchObject({ isAllowed: true, remaining: 1 });
  });

  test('begin with what costs something, and leave those that are not named alone', async () => {
    const { server } = startInProcess();
    const { commander } = server;
    const limit = fixedWindows({ commander, prefix: 'q:', windows });
    await limit.take('a', { bytes: 0 });
    expect(await commander.call('KEYS', '*')).toEqual([]);
    await limit.take('a', { bytes: 7 });
    expect(await commander.call('KEYS', '*')).toEqual(['q:{a}:bytes']);
    await expect(limit.take('a', { others: 1 })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
