import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { startAggregate } from '#server/search/aggregate-executor.js';
import { type Cursor, Cursors } from '#server/search/cursors.js';
import { ServedIndex } from '#server/search/served-index.js';
import { FakeClock, ManualScheduler } from '../../support/in-process.js';
import { definition, keyspace } from './definitions.js';

function setUp() {
  const clock = new FakeClock();
  const scheduler = new ManualScheduler(clock);
  const served = new ServedIndex(definition('idx'));
  const request = {
    query: ByteSlice.fromText('*'),
    parameters: new Map(),
    ...{ offset: 0, count: 0, sortBy: undefined, columns: undefined },
    ...{ queryBytesMax: 100, expansionsMax: 200, tanhFactor: 4, shouldStop: () => false, budgetMs: 1 },
  };
  const aggregating = startAggregate(served, keyspace().database(0), request, [], seededRandom(1));
  const cursor: Cursor = { served, aggregating, count: 1, idleMsMax: 100, grantTime: () => undefined };
  return { clock, scheduler, served, cursor, cursors: new Cursors(clock, scheduler, seededRandom(1)) };
}

test('a cursor is found by its number and index until it is taken', () => {
  const { cursors, cursor, served } = setUp();
  const id = cursors.open(cursor, 1);
  expect(cursors.take(id, new ServedIndex(definition('other')))).toBeUndefined();
  expect(cursors.take(id, served)).toBe(cursor);
  expect(cursors.take(id, served)).toBeUndefined();
  cursors.rest(id, cursor);
  expect(cursors.take(id, served)).toBe(cursor);
});

test('an index has so many cursors and no more', () => {
  const { cursors, cursor } = setUp();
  cursors.open(cursor, 1);
  expect(() => cursors.open(cursor, 1)).toThrow('Too many cursors');
  expect(cursors.size).toBe(1);
});

test('a cursor that is idle too long is forgotten, whether anybody asks or not', () => {
  const { clock, scheduler, cursors, cursor, served } = setUp();
  const id = cursors.open(cursor, 9);
  clock.advance(60);
  cursors.open({ ...cursor, idleMsMax: 200 }, 9);
  clock.advance(40);
  expect(cursors.take(id, served)).toBeUndefined();
  scheduler.runTimers();
  expect([cursors.size, scheduler.timers]).toEqual([1, 1]);
  clock.advance(160);
  scheduler.runTimers();
  expect([cursors.size, scheduler.timers]).toEqual([0, 0]);
});

test('cursors go with their index, and with the server', () => {
  const { scheduler, cursors, cursor, served } = setUp();
  cursors.open(cursor, 9);
  cursors.forget(served);
  expect(cursors.countOf(served)).toBe(0);
  cursors.open(cursor, 9);
  cursors.close();
  expect([cursors.size, scheduler.timers]).toEqual([0, 0]);
});
