/** node-redis 6 through its own `client.ft`, `client.json` and `client.v*`, in both protocols. */
import { createClient, SCHEMA_FIELD_TYPE, SCHEMA_VECTOR_FIELD_ALGORITHM } from 'redis';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { dimensions, documents, nearest, prefix, query, queryVector, vectorBytes } from './documents.js';

const protocols = [2, 3] as const;
const connect = (port: number, RESP: (typeof protocols)[number]) =>
  createClient({ url: `redis://127.0.0.1:${port}`, RESP });

describe.each(protocols)('node-redis 6 over RESP%i', (protocol) => {
  let server: Nearkey;
  let client: ReturnType<typeof connect>;

  beforeAll(async () => {
    server = await startNearkey({ args: ['--no-http'] });
    client = connect(server.port, protocol);
    await client.connect();
  });

  afterAll(async () => {
    if (client?.isOpen) client.destroy();
    await server?.stop();
  });

  beforeEach(async () => {
    await client.flushAll();
  });

  test('keeps JSON documents through client.json', async () => {
    const { json } = client;
    expect(await json.set('json', '$', { name: 'Ada', tags: ['a', 'b'], n: 1, nested: { ok: true } })).toBe('OK');
    expect(await json.set('json', '$', {}, { condition: 'NX' })).toBeNull();
    expect(await json.get('json')).toEqual({ name: 'Ada', tags: ['a', 'b'], n: 1, nested: { ok: true } });
    expect(await json.get('json', { path: ['$.name', '$.n'] })).toEqual({ '$.name': ['Ada'], '$.n': [1] });
    expect(await json.numIncrBy('json', '$.n', 2.5)).toEqual([3.5]);
    expect(await json.numMultBy('json', '$.n', 2)).toEqual([7]);
    expect(await json.arrAppend('json', '$.tags', 'c', 'd')).toEqual([4]);
    expect(await json.arrInsert('json', '$.tags', 0, 'z')).toEqual([5]);
    expect(await json.arrIndex('json', '$.tags', 'c')).toEqual([3]);
    expect(await json.arrPop('json', { path: '$.tags' })).toEqual(['d']);
    expect(await json.arrTrim('json', '$.tags', 0, 1)).toEqual([2]);
    expect(await json.arrLen('json', { path: '$.tags' })).toEqual([2]);
    expect(await json.strAppend('json', ' L.', { path: '$.name' })).toEqual([6]);
    expect(await json.strLen('json', { path: '$.name' })).toEqual([6]);
    expect(await json.toggle('json', '$.nested.ok')).toEqual([0]);
    expect(await json.objKeys('json', { path: '$.nested' })).toEqual([['ok']]);
    expect(await json.objLen('json', { path: '$' })).toEqual([4]);
    expect(await json.type('json', { path: '$.tags' })).toEqual(['array']);
    expect(await json.merge('json', '$', { n: null, more: 1 })).toBe('OK');
    expect(await json.mSet([{ key: 'json2', path: '$', value: { n: 2 } }])).toBe('OK');
    expect(await json.mGet(['json', 'json2', 'none'], '$.n')).toEqual([[], [2], null]);
    expect(await json.clear('json', { path: '$.tags' })).toBe(1);
    expect(await json.debugMemory('json')).toBeGreaterThan(0);
    expect(await json.del('json', { path: '$.more' })).toBe(1);
    expect(await json.forget('json')).toBe(1);
    expect(await json.get('json')).toBeNull();
  });

  test('keeps vector sets through client.v*', async () => {
    expect(await client.vAdd('vectors', [1, 0], 'a', { SETATTR: { year: 1990 } })).toBe(true);
    expect(await client.vAdd('vectors', [0, 1], 'b')).toBe(true);
    expect(await client.vAdd('vectors', [1, 1], 'b')).toBe(false);
    expect(await client.vCard('vectors')).toBe(2);
    expect(await client.vDim('vectors')).toBe(2);
    expect(await client.vSim('vectors', 'a')).toEqual(['a', 'b']);
    expect(await client.vSim('vectors', [1, 0], { COUNT: 1, FILTER: '.year > 1980' })).toEqual(['a']);
    expect({ ...(await client.vSimWithScores('vectors', 'a', { COUNT: 1 })) }).toEqual({ a: 1 });
    expect(await client.vEmb('vectors', 'a')).toEqual([1, 0]);
    expect(await client.vGetAttr('vectors', 'a')).toEqual({ year: 1990 });
    expect(await client.vSetAttr('vectors', 'b', { year: 1 })).toBe(true);
    expect(await client.vInfo('vectors')).toMatchObject({ 'quant-type': 'int8', size: 2, 'vector-dim': 2 });
    expect(await client.vLinks('vectors', 'a')).toEqual([['b']]);
    expect(['a', 'b']).toContain(await client.vRandMember('vectors'));
    expect(await client.vRem('vectors', 'a')).toBe(true);
  });

  test('indexes JSON documents through client.ft', async () => {
    const schema = {
      '$.tags': { type: SCHEMA_FIELD_TYPE.TAG, AS: 'tags' },
      '$.price': { type: SCHEMA_FIELD_TYPE.NUMERIC, AS: 'price' },
      '$.name': { type: SCHEMA_FIELD_TYPE.TEXT, AS: 'name' },
      '$.v': {
        type: SCHEMA_FIELD_TYPE.VECTOR,
        AS: 'v',
        ALGORITHM: SCHEMA_VECTOR_FIELD_ALGORITHM.FLAT,
        TYPE: 'FLOAT32',
        DIM: 2,
        DISTANCE_METRIC: 'L2',
      },
    } as const;
    expect(await client.ft.create('wares', schema, { ON: 'JSON', PREFIX: 'ware:' })).toBe('OK');
    await client.json.set('ware:1', '$', { tags: ['x', 'y'], price: 10, name: 'blue shoe', v: [0, 1] });
    await client.json.set('ware:2', '$', { tags: ['y'], price: 30, name: 'red shirt', v: [1, 0] });
    const found = await client.ft.search('wares', '@tags:{x} @price:[5 20]');
    expect(found).toMatchObject({ total: 1, documents: [{ id: 'ware:1', value: { price: 10 } }] });
    const nearest = await client.ft.search('wares', '(shirt)=>[KNN 1 @v $q AS d]', {
      PARAMS: { q: Buffer.from(new Float32Array([1, 0]).buffer) },
      RETURN: ['$.name', 'd'],
      DIALECT: 2,
    });
    expect(nearest.documents.map(({ id, value }) => [id, value['$.name'], Number(value.d)])).toEqual([
      ['ware:2', 'red shirt', 0],
    ]);
    expect(await client.ft.dropIndex('wares', { DD: true })).toBe('OK');
    expect(await client.exists(['ware:1', 'ware:2'])).toBe(0);
  });

  test('creates an index, stores documents and finds the nearest through client.ft', async () => {
    const schema = {
      tag: SCHEMA_FIELD_TYPE.TAG,
      price: SCHEMA_FIELD_TYPE.NUMERIC,
      vector: {
        type: SCHEMA_FIELD_TYPE.VECTOR,
        ALGORITHM: SCHEMA_VECTOR_FIELD_ALGORITHM.HNSW,
        TYPE: 'FLOAT32',
        DIM: dimensions,
        DISTANCE_METRIC: 'L2',
      },
    } as const;
    expect(await client.ft.create('places', schema, { ON: 'HASH', PREFIX: prefix })).toBe('OK');
    for (const { key, tag, price, vector } of documents) {
      expect(await client.hSet(key, { tag, price, vector: vectorBytes(vector) })).toBe(3);
    }
    const reply = await client.ft.search('places', query, {
      PARAMS: { q: vectorBytes(queryVector) },
      RETURN: ['price', 'distance'],
      SORTBY: 'distance',
      DIALECT: 2,
    });
    expect(reply.total).toBe(2);
    const found = reply.documents.map(({ id, value }) => ({
      key: id,
      price: String(value.price),
      distance: Number(value.distance),
    }));
    expect(found).toEqual(nearest);
    expect(await client.ft._list()).toEqual(['places']);
    expect(await client.ft.dropIndex('places')).toBe('OK');
  });

  test('searches words, explains, profiles, alters and renames through client.ft', async () => {
    const schema = {
      title: { type: SCHEMA_FIELD_TYPE.TEXT, WEIGHT: 2, SORTABLE: true },
      place: SCHEMA_FIELD_TYPE.GEO,
      kind: { type: SCHEMA_FIELD_TYPE.TAG, SEPARATOR: ';', INDEXMISSING: true },
    } as const;
    expect(await client.ft.create('books', schema, { ON: 'HASH', PREFIX: 'book:', LANGUAGE: 'English' })).toBe('OK');
    await client.hSet('book:1', { title: 'Running free', place: '13.361389,38.115556', kind: 'Novel;War', pages: 7 });
    await client.hSet('book:2', { title: 'A long run', place: '15.087269,37.502669', pages: 9 });
    const found = async (text: string, options = {}): Promise<string[]> =>
      (await client.ft.search('books', text, options)).documents.map(({ id }) => id);
    expect(await found('runs', { SORTBY: { BY: 'title', DIRECTION: 'ASC' } })).toEqual(['book:2', 'book:1']);
    expect(await found('"long run"')).toEqual(['book:2']);
    expect(await found('run', { VERBATIM: true })).toEqual(['book:2']);
    expect(await found('@place:[13.3 38.1 50 km] @kind:{novel}')).toEqual(['book:1']);
    expect(await found('ismissing(@kind)')).toEqual(['book:2']);
    expect(
      await found('run', { INKEYS: ['book:1'], INFIELDS: ['title'], SCORER: 'TFIDF', SLOP: 2, INORDER: true }),
    ).toEqual(['book:1']);
    const marked = await client.ft.search('books', 'free', {
      RETURN: ['title'],
      HIGHLIGHT: { TAGS: { open: '<', close: '>' } },
    });
    expect({ ...marked.documents[0]?.value }).toEqual({ title: 'Running <free>' });
    const counted = await client.ft.searchNoContent('books', 'run');
    expect([counted.total, counted.documents.length]).toEqual([2, 2]);
    expect(await client.ft.explain('books', '*')).toBe('<WILDCARD>\n');
    expect(await client.ft.explainCli('books', '*')).toEqual(['<WILDCARD>', '']);
    expect([...(await client.ft.tagVals('books', 'kind'))].sort()).toEqual(['novel', 'war']);
    expect(await client.ft.alter('books', { pages: SCHEMA_FIELD_TYPE.NUMERIC })).toBe('OK');
    await client.hSet('book:3', { pages: 8 });
    expect(await found('@pages:[8 8]')).toEqual(['book:3']);
    expect(await client.ft.aliasAdd('library', 'books')).toBe('OK');
    expect((await client.ft.search('library', '*')).total).toBe(3);
    expect(await client.ft.aliasDel('library')).toBe('OK');
    const { results } = await client.ft.profileSearch('books', 'run');
    expect(results.total).toBe(2);
    expect(await client.ft.dropIndex('books', { DD: true })).toBe('OK');
    expect(await client.exists('book:1')).toBe(0);
  });

  test('fuses words and nearness through client.ft', async () => {
    const schema = {
      title: SCHEMA_FIELD_TYPE.TEXT,
      price: SCHEMA_FIELD_TYPE.NUMERIC,
      v: {
        type: SCHEMA_FIELD_TYPE.VECTOR,
        ALGORITHM: SCHEMA_VECTOR_FIELD_ALGORITHM.FLAT,
        TYPE: 'FLOAT32',
        DIM: 1,
        DISTANCE_METRIC: 'L2',
      },
    } as const;
    await client.ft.create('shop', schema, { ON: 'HASH', PREFIX: 'shop:' });
    await client.hSet('shop:far', { title: 'shoe', price: 5, v: vectorBytes([9]) });
    await client.hSet('shop:near', { title: 'hat', price: 7, v: vectorBytes([0]) });
    await client.hSet('shop:both', { title: 'shoe', price: 9, v: vectorBytes([1]) });
    const base = {
      SEARCH: { query: 'shoe', SCORER: 'BM25STD', YIELD_SCORE_AS: 'words' },
      VSIM: { field: '@v', vector: '$q', method: { type: 'KNN', K: 2 }, YIELD_SCORE_AS: 'similarity' },
      PARAMS: { q: vectorBytes([0]) },
    } as const;
    const fused = await client.ft.hybrid('shop', {
      ...base,
      COMBINE: { method: { type: 'RRF', CONSTANT: 60, WINDOW: 10 }, YIELD_SCORE_AS: 'score' },
      LOAD: ['@title', '@score'],
      LIMIT: { offset: 0, count: 2 },
    });
    expect([fused.totalResults, fused.results.length, fused.warnings]).toEqual([2, 2, []]);
    expect(fused.results[0]).toMatchObject({ title: 'shoe' });
    expect(Number(fused.results[0]?.score)).toBeCloseTo(2 / 62, 6);
    const shaped = await client.ft.hybrid('shop', {
      ...base,
      VSIM: { ...base.VSIM, FILTER: '@price:[6 10]' },
      COMBINE: { method: { type: 'LINEAR', ALPHA: 0, BETA: 1 } },
      LOAD: '@price',
      APPLY: { expression: '@price * 2', AS: 'twice' },
      SORTBY: { fields: [{ field: '@twice', direction: 'DESC' }] },
      FILTER: '@twice > 10',
      TIMEOUT: 5000,
    });
    expect(shaped.results.map(({ twice }) => String(twice))).toEqual(['18', '14']);
    const grouped = await client.ft.hybrid('shop', {
      ...base,
      LOAD: '@title',
      GROUPBY: { fields: '@title', REDUCE: { type: 'COUNT', AS: 'n' } },
      SORTBY: { fields: [{ field: '@n', direction: 'DESC' }] },
    });
    expect(grouped.results.map((row) => ({ ...row }))).toMatchObject([
      { title: 'shoe', n: '2' },
      { title: 'hat', n: '1' },
    ]);
    await client.ft.dropIndex('shop', { DD: true });
  });

  test('finds shapes through client.ft', async () => {
    const schema = { area: { type: SCHEMA_FIELD_TYPE.GEOSHAPE, COORD_SYSTEM: 'FLAT' } } as const;
    expect(await client.ft.create('areas', schema, { ON: 'HASH', PREFIX: 'area:' })).toBe('OK');
    await client.hSet('area:small', { area: 'POLYGON ((1 1, 1 100, 100 100, 100 1, 1 1))' });
    await client.hSet('area:large', { area: 'POLYGON ((1 1, 1 200, 200 200, 200 1, 1 1))' });
    const found = async (relation: string, shape: string): Promise<string[]> => {
      const query = `@area:[${relation} $shape]`;
      const { documents } = await client.ft.search('areas', query, { PARAMS: { shape }, DIALECT: 3 });
      return documents.map(({ id }) => id);
    };
    expect(await found('WITHIN', 'POLYGON ((0 0, 0 150, 150 150, 150 0, 0 0))')).toEqual(['area:small']);
    expect(await found('CONTAINS', 'POINT (150 150)')).toEqual(['area:large']);
    expect(await found('DISJOINT', 'POINT (150 150)')).toEqual(['area:small']);
    expect(await client.ft.dropIndex('areas', { DD: true })).toBe('OK');
  });

  test('aggregates, with cursors, through client.ft', async () => {
    const schema = { item: { type: SCHEMA_FIELD_TYPE.TAG, SORTABLE: true }, price: SCHEMA_FIELD_TYPE.NUMERIC } as const;
    await client.ft.create('sales', schema, { ON: 'HASH', PREFIX: 'sale:' });
    for (const [at, [item, price, count]] of [
      ['pen', 10, 3],
      ['pen', 12, 1],
      ['ink', 40, 2],
    ].entries()) {
      await client.hSet(`sale:${at}`, { item: String(item), price: Number(price), count: Number(count) });
    }
    const grouped = await client.ft.aggregate('sales', '*', {
      LOAD: ['@item', '@price', '@count'],
      STEPS: [
        { type: 'APPLY', expression: '@price * @count', AS: 'total' },
        {
          type: 'GROUPBY',
          properties: '@item',
          REDUCE: [
            { type: 'COUNT', AS: 'n' },
            { type: 'SUM', property: '@total', AS: 'sum' },
            { type: 'TOLIST', property: '@price', AS: 'prices' },
          ],
        },
        { type: 'SORTBY', BY: { BY: '@sum', DIRECTION: 'DESC' }, MAX: 10 },
        { type: 'FILTER', expression: '@sum > 1' },
        { type: 'LIMIT', from: 0, size: 5 },
      ],
    });
    const rows = grouped.results.map((row) => ({ ...row }));
    expect(rows).toMatchObject([
      { item: 'ink', n: '1', sum: '80', prices: ['40'] },
      { item: 'pen', n: '2', sum: '42' },
    ]);
    const first = await client.ft.aggregateWithCursor('sales', '*', { LOAD: '@item', COUNT: 2 });
    expect(first.results).toHaveLength(2);
    const rest = await client.ft.cursorRead('sales', Number(first.cursor));
    expect(rest.results).toHaveLength(1);
    const second = await client.ft.aggregateWithCursor('sales', '*', { LOAD: '@item', COUNT: 1 });
    expect(await client.ft.cursorDel('sales', Number(second.cursor))).toBe('OK');
    await expect(client.ft.cursorRead('sales', Number(second.cursor))).rejects.toThrow('ursor');
  });

  test('suggests, widens by synonyms, spells and sets through client.ft', async () => {
    expect(await client.ft.sugAdd('words', 'hello', 1)).toBe(1);
    expect(await client.ft.sugAdd('words', 'help', 2, { PAYLOAD: 'advice' })).toBe(2);
    expect(await client.ft.sugGet('words', 'hel')).toEqual(['help', 'hello']);
    const scored = await client.ft.sugGetWithScoresWithPayloads('words', 'hel', { MAX: 1 });
    expect(scored).toMatchObject([{ suggestion: 'help', payload: 'advice' }]);
    expect([await client.ft.sugLen('words'), await client.ft.sugDel('words', 'help')]).toEqual([2, 1]);

    await client.ft.create('texts', { body: SCHEMA_FIELD_TYPE.TEXT }, { ON: 'HASH', PREFIX: 'text:' });
    await client.hSet('text:1', { body: 'a boy plays hockey' });
    expect(await client.ft.synUpdate('texts', 'young', ['boy', 'child'])).toBe('OK');
    expect((await client.ft.search('texts', 'child')).total).toBe(1);
    expect({ ...(await client.ft.synDump('texts')) }).toEqual({ boy: ['young'], child: ['young'] });
    expect(await client.ft.dictAdd('slang', ['hokey'])).toBe(1);
    expect([...(await client.ft.dictDump('slang'))]).toEqual(['hokey']);
    const spelled = await client.ft.spellCheck('texts', 'hokkey', { TERMS: { mode: 'INCLUDE', dictionary: 'slang' } });
    expect(spelled[0]?.term).toBe('hokkey');
    expect(spelled[0]?.suggestions.map(({ suggestion }) => suggestion).sort()).toEqual(['hockey', 'hokey']);
    expect(await client.ft.dictDel('slang', ['hokey'])).toBe(1);
    expect(await client.ft.configSet('TIMEOUT', '100')).toBe('OK');
    expect({ ...(await client.ft.configGet('TIMEOUT')) }).toEqual({ TIMEOUT: '100' });
  });
});
