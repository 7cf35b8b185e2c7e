/** Each way in which keys come and go keeps an index true; lifecycle-fuzz.test.ts mixes most of them by chance. */
import { type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

let inProcess: InProcess;
let client: InProcessClient;

function start(settings: Readonly<Record<string, string>> = {}): void {
  inProcess = startInProcess(settings);
  client = inProcess.connect();
  client.call('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', 't', 'TAG', 'n', 'NUMERIC');
}

beforeEach(() => start());

const found = (index = 'idx'): unknown => client.call('FT.SEARCH', index, '*', 'NOCONTENT');

/** A field of FT.INFO, and one of a list in it. */
function told(name: string, inner?: string): unknown {
  const facts = client.call('FT.INFO', 'idx');
  const fact = Array.isArray(facts) ? facts[facts.indexOf(name) + 1] : undefined;
  return inner === undefined || !Array.isArray(fact) ? fact : fact[fact.indexOf(inner) + 1];
}

test('RESTORE brings a document, and replaces one', () => {
  client.call('HSET', 'd:1', 't', 'x');
  const dumped = Buffer.from(String(client.call('DUMP', 'd:1')), 'latin1');
  client.call('RESTORE', 'd:2', 0, dumped);
  expect(found()).toEqual([2, 'd:1', 'd:2']);
  client.call('SET', 'plain', 'x');
  const plain = Buffer.from(String(client.call('DUMP', 'plain')), 'latin1');
  client.call('RESTORE', 'd:1', 0, plain, 'REPLACE');
  expect(found()).toEqual([1, 'd:2']);
});

test('what a script writes is found within it, and after', () => {
  const script = "redis.call('HSET', KEYS[1], 't', 'x') return redis.call('FT.SEARCH', 'idx', '@t:{x}', 'NOCONTENT')";
  expect(client.call('EVAL', script, 1, 'd:1')).toEqual([1, 'd:1']);
  client.call('EVAL', "return redis.call('DEL', KEYS[1])", 1, 'd:1');
  expect(found()).toEqual([0]);
});

test('what a transaction writes is found within it', () => {
  client.call('MULTI');
  client.call('HSET', 'd:1', 't', 'x');
  client.call('FT.SEARCH', 'idx', '@t:{x}', 'NOCONTENT');
  client.call('RENAME', 'd:1', 'e:1');
  client.call('FT.SEARCH', 'idx', '*', 'NOCONTENT');
  expect(client.call('EXEC')).toEqual([1, [1, 'd:1'], 'OK', [0]]);
});

test('MOVE takes a document to the indexes of another database', () => {
  client.call('HSET', 'd:1', 't', 'x');
  client.call('SELECT', 1);
  client.call('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', 't', 'TAG');
  client.call('SELECT', 0);
  client.call('MOVE', 'd:1', 1);
  expect(found()).toEqual([0]);
  client.call('SELECT', 1);
  expect(found()).toEqual([1, 'd:1']);
});

test('evicted documents are not found', () => {
  for (let i = 0; i < 200; i++) client.call('HSET', `d:${i}`, 't', 'x', 'filler', 'f'.repeat(1000));
  client.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
  client.call('CONFIG', 'SET', 'maxmemory', '1');
  client.call('HSET', 'other', 'f', 'v');
  client.call('CONFIG', 'SET', 'maxmemory', '0');
  const left = Number(client.call('EVAL', "return #redis.call('KEYS', 'd:*')", 0));
  expect(left).toBeLessThan(200);
  expect(client.call('FT.SEARCH', 'idx', '*', 'LIMIT', 0, 0)).toEqual([left]);
});

test('a backfill goes in slices, tells how far it has come, and may be searched meanwhile', () => {
  client.call('FT.DROPINDEX', 'idx');
  for (let i = 0; i < 2000; i++) client.call('HSET', `d:${i}`, 't', 'x');
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG');
  expect([told('indexing'), told('state')]).toEqual([1, 'backfill_in_progress']);
  let slices = 0;
  let last = 0;
  while (told('indexing') === 1) {
    expect(inProcess.scheduler.runOne()).toBe(true);
    slices++;
    const percent = Number(told('percent_indexed'));
    expect(percent).toBeGreaterThanOrEqual(last);
    last = percent;
  }
  expect([slices > 2, last, told('state')]).toEqual([true, 1, 'ready']);
  expect(client.call('FT.SEARCH', 'idx', '*', 'LIMIT', 0, 0)).toEqual([2000]);
});

test('an invalid document is counted, with the reason and its key, and leaves nothing behind', () => {
  client.call('HSET', 'd:1', 't', 'x', 'n', 1);
  client.call('HSET', 'd:1', 'n', 'one');
  expect(found()).toEqual([0]);
  expect(client.call('FT.SEARCH', 'idx', '@t:{x}')).toEqual([0]);
  expect([told('hash_indexing_failures'), told('Index Errors', 'indexing failures')]).toEqual([1, 1]);
  expect(told('Index Errors', 'last indexing error')).toBe("Invalid numeric value: 'one'");
  expect(told('Index Errors', 'last indexing error key')).toBe('d:1');
  client.call('HSET', 'd:1', 'n', 1);
  expect(found()).toEqual([1, 'd:1']);
});
