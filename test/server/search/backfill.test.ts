import { type InProcess, type InProcessClient, type Reply, startInProcess } from '../../support/in-process.js';

const DOCUMENTS = 3000;

let process: InProcess;
let client: InProcessClient;

beforeEach(() => {
  process = startInProcess();
  client = process.connect();
  for (let i = 0; i < DOCUMENTS; i++) client.call('HSET', `d:${i}`, 'n', i);
});

function create(name = 'idx'): void {
  client.call('FT.CREATE', name, 'PREFIX', 1, 'd:', 'SCHEMA', 'n', 'NUMERIC');
}

function count(name = 'idx'): Reply {
  const reply = client.call('FT.SEARCH', name, '*', 'LIMIT', 0, 0);
  return Array.isArray(reply) ? (reply[0] ?? null) : reply;
}

function failures(): Reply {
  const info = client.call('FT.INFO', 'idx');
  return Array.isArray(info) ? (info[info.indexOf('hash_indexing_failures') + 1] ?? null) : null;
}

test('documents come in slices, between which searches answer with what is there', () => {
  create();
  let before = 0;
  let slices = 0;
  while (process.scheduler.runOne()) {
    const now = Number(count());
    expect(now).toBeGreaterThan(before);
    before = now;
    slices++;
  }
  expect(before).toBe(DOCUMENTS);
  expect(slices).toBeGreaterThan(3);
});

test('a slice ends when its time is over', () => {
  process.clock.usPerLook = 500;
  create();
  process.scheduler.runOne();
  expect(Number(count())).toBeLessThan(20);
});

test('a document written meanwhile is indexed at once, and not again by the scan', () => {
  create();
  process.scheduler.runOne();
  for (let i = 0; i < DOCUMENTS; i += 3) client.call('HSET', `d:${i}`, 'n', 'many');
  expect(failures()).toBe(DOCUMENTS / 3);
  process.scheduler.runAll();
  expect(failures()).toBe(DOCUMENTS / 3);
  expect(count()).toBe((DOCUMENTS * 2) / 3);
});

test('documents deleted, renamed and added meanwhile are as they are in the end', () => {
  create();
  process.scheduler.runOne();
  for (let i = 0; i < 100; i++) {
    client.call('DEL', `d:${i}`);
    client.call('RENAME', `d:${i + 1000}`, `e:${i}`);
    client.call('RENAME', `d:${i + 2000}`, `d:renamed${i}`);
    client.call('HSET', `d:new${i}`, 'n', i);
  }
  process.scheduler.runAll();
  expect(count()).toBe(DOCUMENTS - 100);
});

test('keys of other types and other prefixes are passed over', () => {
  client.call('SET', 'd:string', 'x');
  client.call('HSET', 'e:1', 'n', 1);
  create();
  process.scheduler.runAll();
  expect(count()).toBe(DOCUMENTS);
  expect(failures()).toBe(0);
});

test('an index dropped half-way is left alone, and another of its name starts anew', () => {
  create();
  process.scheduler.runOne();
  client.call('FT.DROPINDEX', 'idx');
  create();
  process.scheduler.runAll();
  expect(count()).toBe(DOCUMENTS);
});

test.each(['FLUSHDB', 'FLUSHALL'])('%s half-way ends it', (flush) => {
  create();
  process.scheduler.runOne();
  client.call(flush);
  process.scheduler.runAll();
  expect(client.call('FT._LIST')).toEqual([]);
  expect(process.failures).toEqual([]);
});

test('it follows its database when that is swapped', () => {
  create();
  process.scheduler.runOne();
  client.call('SWAPDB', 0, 1);
  process.scheduler.runAll();
  expect(client.call('FT._LIST')).toEqual([]);
  client.call('SELECT', 1);
  expect(count()).toBe(DOCUMENTS);
});

test('several indexes are filled one after the other', () => {
  create('one');
  create('two');
  process.scheduler.runAll();
  expect([count('one'), count('two')]).toEqual([DOCUMENTS, DOCUMENTS]);
  expect(process.scheduler.waiting).toBe(0);
});

test('documents that expire meanwhile are not indexed', () => {
  client.call('PEXPIRE', 'd:0', 100);
  client.call('PEXPIRE', `d:${DOCUMENTS - 1}`, 100);
  create();
  process.scheduler.runOne();
  process.clock.advance(100);
  process.scheduler.runAll();
  expect(count()).toBe(DOCUMENTS - 2);
});

test('a server that closes ends it', async () => {
  create();
  await process.server.close(0);
  process.scheduler.runAll();
  expect(count()).toBe(0);
});
