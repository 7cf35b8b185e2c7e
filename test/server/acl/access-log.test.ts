import { AccessLog, type DeniedAccess } from '#server/acl/access-log.js';

const denied = (object: string, atMs: number, more: Partial<DeniedAccess> = {}): DeniedAccess => ({
  reason: 'key',
  context: 'toplevel',
  object,
  user: 'alice',
  clientInfo: `at ${atMs}`,
  atMs,
  ...more,
});

test('the newest comes first, and the oldest are dropped', () => {
  const log = new AccessLog();
  for (const [i, object] of ['a', 'b', 'c'].entries()) log.add(denied(object, i), 2);
  expect(log.newest(10).map(({ object, id }) => [object, id])).toEqual([
    ['c', 2],
    ['b', 1],
  ]);
  expect(log.newest(1)).toHaveLength(1);
  log.clear();
  expect(log.newest(10)).toEqual([]);
});

test('what recurs within a minute is counted and comes first again, with the latest client', () => {
  const log = new AccessLog();
  log.add(denied('a', 0), 10);
  log.add(denied('b', 1), 10);
  log.add(denied('a', 60_000), 10);
  expect(log.newest(10)).toEqual([
    expect.objectContaining({ object: 'a', count: 2, id: 0, createdAtMs: 0, atMs: 60_000, clientInfo: 'at 60000' }),
    expect.objectContaining({ object: 'b', count: 1 }),
  ]);
  log.add(denied('a', 120_001), 10);
  expect(log.newest(10).map(({ count }) => count)).toEqual([1, 2, 1]);
});

test.each([{ reason: 'auth' }, { context: 'multi' }, { user: 'bob' }, { object: 'z' }] as const)(
  'another %j is another entry',
  (more) => {
    const log = new AccessLog();
    log.add(denied('a', 0), 10);
    log.add(denied('a', 1, more), 10);
    expect(log.newest(10)).toHaveLength(2);
  },
);
