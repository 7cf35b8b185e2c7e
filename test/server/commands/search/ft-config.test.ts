import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

let client: InProcessClient;

beforeEach(() => {
  client = startInProcess().connect();
});

test('a setting is told and changed under either name', () => {
  expect(client.call('FT.CONFIG', 'GET', 'timeout')).toEqual([['TIMEOUT', '50000']]);
  expect(client.call('FT.CONFIG', 'SET', 'TIMEOUT', '100')).toBe('OK');
  expect(client.call('CONFIG', 'GET', 'search-timeout')).toEqual(['search-timeout', '100']);
  client.call('CONFIG', 'SET', 'search-default-dialect', '3');
  expect(client.call('FT.CONFIG', 'GET', 'DEFAULT_DIALECT')).toEqual([['DEFAULT_DIALECT', '3']]);
  expect(client.call('FT.CONFIG', 'GET', 'none')).toEqual([]);
});

test('a pattern tells all that it matches, as a map in RESP3', () => {
  expect(client.call('FT.CONFIG', 'GET', '*')).toEqual(
    expect.arrayContaining([
      ['DEFAULT_SCORER', 'BM25STD'],
      ['MAXSEARCHRESULTS', '1000000'],
    ]),
  );
  client.call('HELLO', 3);
  expect(client.call('FT.CONFIG', 'GET', 'MIN*')).toEqual(
    new Map([
      ['MINPREFIX', '2'],
      ['MINSTEMLEN', '4'],
    ]),
  );
});

test('what a setting is for is told, with its value', () => {
  expect(client.call('FT.CONFIG', 'HELP', 'WORKERS')).toEqual([
    ['WORKERS', 'Description', expect.stringContaining('vector-threads'), 'Value', '0'],
  ]);
  client.call('HELLO', 3);
  expect(client.call('FT.CONFIG', 'HELP', 'WORKERS')).toEqual(
    new Map([
      [
        'WORKERS',
        new Map([
          ['Description', expect.any(String)],
          ['Value', '0'],
        ]),
      ],
    ]),
  );
});

test.each([
  [['TIMEOUT', 'null'], 'TIMEOUT: Could not convert argument to expected type'],
  [['DEFAULT_DIALECT', '0'], 'DEFAULT_DIALECT: Could not convert'],
  [['ON_TIMEOUT', 'return'], 'ON_TIMEOUT: Could not convert'],
  [['NONE', '1'], 'Invalid option'],
  [['WORKERS', '4'], 'Not modifiable at runtime'],
])('SET %j is refused', (argv, message) => {
  expect(client.error('FT.CONFIG', 'SET', ...argv)).toContain(message);
});

test('ON_TIMEOUT is a word in either case', () => {
  expect(client.call('FT.CONFIG', 'SET', 'ON_TIMEOUT', 'FAIL')).toBe('OK');
});

test('the settings have an effect on searches that say nothing', () => {
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TEXT');
  client.call('HSET', 'a', 't', 'foot food');
  client.call('HSET', 'b', 't', 'fool');
  const scores = (...more: string[]): unknown => client.call('FT.SEARCH', 'idx', 'fo*', 'NOCONTENT', ...more);
  expect(scores()).toEqual([2, 'a', 'b']);
  client.call('FT.CONFIG', 'SET', 'MAXPREFIXEXPANSIONS', '1');
  expect(scores()).toEqual([1, 'a']);
  client.call('FT.CONFIG', 'SET', 'MAXPREFIXEXPANSIONS', '200');
  client.call('FT.CONFIG', 'SET', 'DEFAULT_SCORER', 'DISMAX');
  expect(scores('WITHSCORES')).toEqual([2, 'a', '1', 'b', '1']);
  const tanh = ['WITHSCORES', 'SCORER', 'BM25STD.TANH'];
  const before = scores(...tanh);
  client.call('FT.CONFIG', 'SET', 'BM25STD_TANH_FACTOR', '40');
  expect(scores(...tanh)).not.toEqual(before);
  client.call('FT.CONFIG', 'SET', 'TIMEOUT', '0');
  expect(scores()).toEqual([2, 'a', 'b']);
});

test('BM25STD.NORM divides by the best score, whatever page is shown', () => {
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TEXT', 'n', 'NUMERIC');
  client.call('HSET', 'a', 't', 'word word', 'n', 2);
  client.call('HSET', 'b', 't', 'word and more', 'n', 1);
  client.call('HSET', 'c', 't', 'nothing');
  const search = (...more: string[]): unknown =>
    client.call('FT.SEARCH', 'idx', 'word', 'NOCONTENT', 'WITHSCORES', 'SCORER', 'BM25STD.NORM', ...more);
  const [, , best, , second] = [search()].flat();
  expect([best, Number(second) > 0 && Number(second) < 1]).toEqual(['1', true]);
  expect(search('LIMIT', '1', '1')).toEqual([2, 'b', second]);
  expect(search('SORTBY', 'n', 'LIMIT', '0', '1')).toEqual([2, 'b', second]);
  expect(search('EXPLAINSCORE', 'LIMIT', '0', '1')).toEqual([
    2,
    'a',
    ['1', [expect.stringContaining('Final Normalized BM25'), expect.any(Array)]],
  ]);
});
