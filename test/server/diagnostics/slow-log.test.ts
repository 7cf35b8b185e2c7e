import { ByteSlice } from '#server/base/byte-slice.js';
import { SlowLog } from '#server/diagnostics/slow-log.js';

const facts = { atSeconds: 1, durationUs: 2, address: 'a', clientName: 'n' };
const argv = (...args: string[]): ByteSlice[] => args.map(ByteSlice.fromText);

test('keeps the newest entries first, up to its length, under ids that go on', () => {
  const log = new SlowLog();
  for (const name of ['a', 'b', 'c']) log.add(facts, argv(name), 2);
  expect(log.newest(10).map((entry) => [entry.id, ...entry.argv])).toEqual([
    [2, 'c'],
    [1, 'b'],
  ]);
  expect(log.newest(1)).toHaveLength(1);
  log.clear();
  log.add(facts, argv('d'), 2);
  expect(log.newest(10)).toEqual([{ ...facts, id: 3, argv: ['d'] }]);
  log.add(facts, argv('e'), 0);
  expect(log.length).toBe(0);
});

test('cuts long arguments and many', () => {
  const log = new SlowLog();
  log.add(facts, argv('x'.repeat(128), 'y'.repeat(130)), 1);
  expect(log.newest(1)[0]?.argv).toEqual(['x'.repeat(128), `${'y'.repeat(128)}... (2 more bytes)`]);
  log.add(facts, argv(...Array.from({ length: 33 }, () => 'z')), 1);
  expect(log.newest(1)[0]?.argv).toEqual([...Array.from({ length: 31 }, () => 'z'), '... (2 more arguments)']);
  log.add(facts, argv(...Array.from({ length: 32 }, () => 'z')), 1);
  expect(log.newest(1)[0]?.argv).toHaveLength(32);
});
