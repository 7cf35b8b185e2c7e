import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Config } from '#server/config/config.js';
import { SearchService } from '#server/search/search-service.js';
import { FakeClock, ManualScheduler } from '../../support/in-process.js';
import { definition, keyspace, writeHash } from './definitions.js';

function setUp() {
  const keys = keyspace();
  const clock = new FakeClock();
  const scheduler = new ManualScheduler();
  const service = new SearchService({
    keyspace: keys,
    config: new Config(),
    clock,
    scheduler,
    random: seededRandom(1),
  });
  return { keys, clock, scheduler, service };
}

const everything = {
  query: ByteSlice.fromText('*'),
  parameters: new Map(),
  offset: 0,
  count: 10,
  sortBy: undefined,
  columns: undefined,
  timeoutMs: undefined,
};

test('a document is found before the command that wrote it is done', () => {
  const { keys, service } = setUp();
  service.create(0, definition('idx'));
  writeHash(keys, 0, 'k', { t: 'x' });
  expect(service.search(0, 'idx', everything).total).toBe(1);
});

test('names are listed in the order of creation', () => {
  const { service } = setUp();
  service.create(0, definition('b'));
  service.create(0, definition('a'));
  service.create(1, definition('c'));
  service.drop(1, 'c');
  expect([service.names(0), service.names(1)]).toEqual([['b', 'a'], []]);
});

test('an empty database needs no backfill', () => {
  const { keys, scheduler, service } = setUp();
  service.create(0, definition('idx'));
  expect(scheduler.waiting).toBe(0);
  writeHash(keys, 1, 'k', { t: 'x' });
  service.create(1, definition('idx'));
  expect(scheduler.waiting).toBe(1);
});

test('a search has the time it asks for', () => {
  const { keys, clock, service } = setUp();
  service.create(0, definition('idx'));
  for (let i = 0; i < 1000; i++) writeHash(keys, 0, `k${i}`, { t: 'x' });
  service.index(0, 'idx');
  clock.usPerLook = 10_001;
  expect(() => service.search(0, 'idx', { ...everything, timeoutMs: 10 })).toThrow(
    expect.objectContaining({ message: expect.stringContaining('timeout') }),
  );
  expect(service.search(0, 'idx', { ...everything, timeoutMs: 1000 }).total).toBe(1000);
});

test('searches are counted, other looks are not', () => {
  const { service } = setUp();
  service.create(0, definition('idx'));
  service.search(0, 'idx', everything);
  expect(service.index(0, 'idx').uses).toBe(1);
});

/** A query that counts how often its text is read. */
class CountingQuery extends ByteSlice {
  readings = 0;

  override latin1(): string {
    this.readings++;
    return super.latin1();
  }
}

test('a query is understood once, and its search counted once, whether or not it may be answered later', () => {
  const { keys, service } = setUp();
  service.create(0, definition('idx'));
  writeHash(keys, 0, 'k', { t: 'x' });
  const query = new CountingQuery(Buffer.from('*'), 0, 1);
  const outcome = service.searchLater(0, 'idx', { ...everything, query });
  expect('value' in outcome && outcome.value().total).toBe(1);
  expect([query.readings, service.index(0, 'idx').uses]).toEqual([1, 1]);
  expect(service.search(0, 'idx', { ...everything, query }).total).toBe(1);
  expect([query.readings, service.index(0, 'idx').uses]).toEqual([2, 2]);
});

test('a search that is refused is not counted', () => {
  const { service } = setUp();
  service.create(0, definition('idx'));
  const question = { ...everything, query: ByteSlice.fromText('(') };
  expect(() => service.search(0, 'idx', question)).toThrow();
  expect(() => service.searchLater(0, 'idx', question)).toThrow();
  expect(service.index(0, 'idx').uses).toBe(0);
});
