import { CacheIndex } from '#sdk/semantic-cache/cache-index.js';
import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { type Script, ScriptedCommander } from '../scripted-commander.js';

const keys = cacheKeys('c', { id: 'words-1', dimension: 2 });
const vector = new Float32Array([1, 0]);
const id = (digit: string): string => digit.repeat(32);
const row = (digit: string, distance: string) => [
  keys.entry(id(digit)),
  ['prompt', `prompt ${digit}`, 'exact', id(digit), 'distance', distance],
];
const replyError = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

function indexOver(script: Script): { commander: ScriptedCommander; index: CacheIndex } {
  const commander = new ScriptedCommander(script);
  return { commander, index: new CacheIndex(commander, keys, 2) };
}

describe('CacheIndex', () => {
  test('is created once, with the schema every server with vector search knows', async () => {
    const { commander, index } = indexOver((command) => (command === 'FT.CREATE' ? 'OK' : [0]));
    await Promise.all([index.nearest(vector, { scope: id('a') }, 3), index.ensure(), index.entryCount()]);
    expect(commander.callsOf('FT.CREATE').map((args) => args.join(' '))).toEqual([
      'nearkey:cache:{c}:index:1:words-1:2 ON HASH PREFIX 1 nearkey:cache:{c}:entry: SCHEMA scope TAG exact TAG ' +
        'tags TAG SEPARATOR , createdAtMs NUMERIC vector_words-1_2 AS vector VECTOR HNSW 12 TYPE FLOAT32 DIM 2 ' +
        'DISTANCE_METRIC COSINE M 16 EF_CONSTRUCTION 200 EF_RUNTIME 64',
    ]);
  });

  test.each(['Index already exists', 'Index x in database 0 already exists.'])(
    'takes "%s" for success',
    async (text) => {
      const { index } = indexOver((command) => (command === 'FT.CREATE' ? replyError(text) : [0]));
      await expect(index.entryCount()).resolves.toBe(0);
    },
  );

  test('asks for neighbours inside the filter and answers the nearest first', async () => {
    const { commander, index } = indexOver((command) =>
      command === 'FT.CREATE' ? 'OK' : [2, ...row('e', '0.3'), ...row('d', '-0.000001')],
    );
    const candidates = await index.nearest(vector, { scope: id('a'), attributes: { language: 'en' } }, 8);
    expect(candidates.map(({ entryId, distance }) => [entryId, distance])).toEqual([
      [id('d'), -0.000001],
      [id('e'), 0.3],
    ]);
    const [args] = commander.callsOf('FT.SEARCH');
    expect(args?.[1]).toMatch(/^\(@scope:\{a{32}\} @tags:\{[0-9a-f]{32}\}\)=>\[KNN 8 @vector \$vector AS distance\]$/);
    expect(args?.slice(2)).toEqual([
      ...[
        'PARAMS',
        2,
        'vector',
        new Uint8Array(vector.buffer),
        'RETURN',
        4,
        'prompt',
        'exact',
        'answerGroup',
        'distance',
      ],
      ...['LIMIT', 0, 8, 'DIALECT', 2],
    ]);
  });

  test('asks for ids alone, and for all entries when the filter is empty', async () => {
    const { commander, index } = indexOver((command) => (command === 'FT.CREATE' ? 'OK' : [7, keys.entry(id('d'))]));
    expect(await index.matching({ exact: id('b') }, 1000)).toEqual([id('d')]);
    expect(await index.entryCount()).toBe(7);
    expect(commander.callsOf('FT.SEARCH').map((args) => args.slice(1).join(' '))).toEqual([
      `@exact:{${id('b')}} NOCONTENT LIMIT 0 1000 DIALECT 2`,
      '@createdAtMs:[-inf +inf] NOCONTENT LIMIT 0 0 DIALECT 2',
    ]);
  });

  test.each([
    "Index with name 'x' not found in database 0",
    'x: no such index',
    'Unknown index name',
    'SEARCH_INDEX_NOT_FOUND Index not found: x',
  ])('is created again when a search answers "%s"', async (text) => {
    let isThere = false;
    const { commander, index } = indexOver((command) => {
      if (command === 'FT.CREATE') return 'OK';
      const reply = isThere ? [3] : replyError(text);
      isThere = true;
      return reply;
    });
    expect(await index.entryCount()).toBe(3);
    expect(commander.callsOf('FT.CREATE')).toHaveLength(2);
  });

  test('gives other errors a code, and tries again to create itself after a failure', async () => {
    let createReply: string | Error = replyError("OOM command not allowed when used memory > 'maxmemory'.");
    const { index } = indexOver((command) => (command === 'FT.CREATE' ? createReply : replyError('ERR syntax error')));
    await expect(index.entryCount()).rejects.toMatchObject({ code: 'store-out-of-memory' });
    createReply = 'OK';
    await expect(index.entryCount()).rejects.toMatchObject({ code: 'store-failed' });
  });

  test('refuses rows that are no entries of this cache', async () => {
    const { index } = indexOver((command) => (command === 'FT.CREATE' ? 'OK' : [1, 'other:key']));
    await expect(index.matching({}, 1)).rejects.toMatchObject({ code: 'unexpected-reply' });
  });
});
