/** Valkey GLIDE as it comes: RESP3 by default, a native core that pipelines, batches, and its own `GlideFt`. */
import { Batch, GlideClient, GlideFt, GlideJson, SortOrder } from '@valkey/valkey-glide';
import { type Subject, startSubject, subjectIsRedis } from '../compat/subject.js';
import { dimensions, documents, nearest, prefix, query, queryVector, vectorBytes } from './documents.js';

describe('Valkey GLIDE', () => {
  let subject: Subject;
  let client: GlideClient;

  beforeAll(async () => {
    subject = await startSubject();
    client = await GlideClient.createClient({ addresses: [{ host: '127.0.0.1', port: subject.port }] });
  });

  afterAll(async () => {
    client?.close();
    await subject?.stop();
  });

  test('connects with its defaults, which speak RESP3', async () => {
    expect(await client.ping()).toBe('PONG');
    expect(String(await client.customCommand(['CLIENT', 'INFO']))).toContain('resp=3');
  });

  test('reads and writes strings and hashes', async () => {
    expect(await client.set('greeting', 'hello')).toBe('OK');
    expect(await client.get('greeting')).toBe('hello');
    expect(await client.get('none')).toBeNull();
    expect(await client.hset('user', { name: 'Ada', age: '36' })).toBe(2);
    expect(await client.hgetall('user')).toEqual([
      { field: 'name', value: 'Ada' },
      { field: 'age', value: '36' },
    ]);
    await expect(client.hset('greeting', { f: 'v' })).rejects.toThrow('WRONGTYPE');
  });

  test('pipelines and transacts', async () => {
    const pipeline = new Batch(false);
    for (let index = 0; index < 1_000; index++) pipeline.incr('count');
    expect(await client.exec(pipeline, true)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(await client.exec(new Batch(true).set('a', '1').incr('a'), true)).toEqual(['OK', 2]);
  });

  const jsonTest = subjectIsRedis ? test.skip : test;
  jsonTest('keeps JSON documents through GlideJson', async () => {
    const json = { a: 1, b: { c: [1, 2] }, s: 'x', t: true };
    expect(await GlideJson.set(client, 'json', '$', JSON.stringify(json))).toBe('OK');
    expect(await GlideJson.get(client, 'json')).toBe(JSON.stringify(json));
    expect(await GlideJson.get(client, 'json', { path: ['$.a', '$.b'] })).toBe('{"$.a":[1],"$.b":[{"c":[1,2]}]}');
    expect(await GlideJson.mget(client, ['json', 'none'], '.a')).toEqual(['1', null]);
    expect(await GlideJson.arrappend(client, 'json', '$.b.c', ['3'])).toEqual([3]);
    expect(await GlideJson.arrpop(client, 'json', { path: '$.b.c', index: 1 })).toEqual(['2']);
    expect(await GlideJson.arrlen(client, 'json', { path: '.b.c' })).toBe(2);
    expect(await GlideJson.strappend(client, 'json', '"y"', { path: '$.s' })).toEqual([2]);
    expect(await GlideJson.strlen(client, 'json', { path: '.s' })).toBe(2);
    expect(await GlideJson.objlen(client, 'json', { path: '.' })).toBe(4);
    expect(await GlideJson.objkeys(client, 'json', { path: '.b' })).toEqual(['c']);
    expect(await GlideJson.clear(client, 'json', { path: '$.b' })).toBe(1);
    expect(await GlideJson.numincrby(client, 'json', '$.a', 2)).toBe('[3]');
    expect(await GlideJson.nummultby(client, 'json', '.a', 2)).toBe('6');
    expect(await GlideJson.type(client, 'json', { path: '$.a' })).toEqual(['integer']);
    expect(await GlideJson.type(client, 'json', { path: '.s' })).toBe('string');
    expect(await GlideJson.toggle(client, 'json', { path: '$.t' })).toEqual([false]);
    expect(await GlideJson.resp(client, 'json', { path: '.a' })).toBe(6);
    expect(await GlideJson.debugMemory(client, 'json')).toBeGreaterThan(0);
    expect(await GlideJson.debugFields(client, 'json')).toBe(4);
    expect(await GlideJson.del(client, 'json')).toBe(1);
  });

  const searchTest = subjectIsRedis ? test.skip : test;
  searchTest('creates an index, stores documents and finds the nearest through GlideFt', async () => {
    const created = await GlideFt.create(
      client,
      'places',
      [
        { type: 'TAG', name: 'tag' },
        { type: 'NUMERIC', name: 'price' },
        { type: 'VECTOR', name: 'vector', attributes: { algorithm: 'HNSW', dimensions, distanceMetric: 'L2' } },
      ],
      { dataType: 'HASH', prefixes: [prefix] },
    );
    expect(created).toBe('OK');
    for (const { key, tag, price, vector } of documents) {
      expect(await client.hset(key, { tag, price: String(price), vector: vectorBytes(vector) })).toBe(3);
    }
    const [total, rows] = await GlideFt.search(client, 'places', query, {
      params: [{ key: 'q', value: vectorBytes(queryVector) }],
      returnFields: [{ fieldIdentifier: 'price' }, { fieldIdentifier: 'distance' }],
      sortby: 'distance',
      dialect: 2,
    });
    expect(total).toBe(2);
    const found = rows.map(({ key, value }) => {
      const fields = new Map(value.map((field) => [String(field.key), String(field.value)]));
      return { key: String(key), price: fields.get('price'), distance: Number(fields.get('distance')) };
    });
    expect(found).toEqual(nearest);
    expect(await GlideFt.list(client)).toEqual(['places']);
    expect(await GlideFt.dropindex(client, 'places')).toBe('OK');
  });

  searchTest('aggregates through GlideFt', async () => {
    const fields = [
      { type: 'TAG', name: 'item' },
      { type: 'NUMERIC', name: 'price' },
    ] as const;
    expect(await GlideFt.create(client, 'sales', [...fields], { dataType: 'HASH', prefixes: ['sale:'] })).toBe('OK');
    await client.hset('sale:1', { item: 'pen', price: '10' });
    await client.hset('sale:2', { item: 'pen', price: '12' });
    await client.hset('sale:3', { item: 'ink', price: '40' });
    const rows = await GlideFt.aggregate(client, 'sales', '*', {
      loadFields: ['item', 'price'],
      clauses: [
        {
          type: 'GROUPBY',
          properties: ['@item'],
          reducers: [
            { function: 'COUNT', args: [], name: 'n' },
            { function: 'TOLIST', args: ['@price'], name: 'prices' },
          ],
        },
        { type: 'SORTBY', properties: [{ property: '@item', order: SortOrder.ASC }] },
      ],
    });
    const plain = rows.map((row) => Object.fromEntries(row.map(({ key, value }) => [String(key), value])));
    const prices = plain.map(({ prices: list }) => (Array.isArray(list) ? list.map(Number).sort() : list));
    expect(plain.map(({ item, n }) => [item, Number(n)])).toEqual([
      ['ink', 1],
      ['pen', 2],
    ]);
    expect(prices).toEqual([[40], [10, 12]]);
    expect(await GlideFt.dropindex(client, 'sales')).toBe('OK');
  });

  searchTest('searches words, describes, explains, profiles and renames through GlideFt', async () => {
    const created = await GlideFt.create(
      client,
      'books',
      [
        { type: 'TEXT', name: 'title', sortable: true },
        { type: 'TAG', name: 'genre', separator: ';', caseSensitive: true },
        { type: 'NUMERIC', name: 'pages' },
      ],
      { dataType: 'HASH', prefixes: ['book:'], language: 'ENGLISH', stopWords: ['of'], skipInitialScan: true },
    );
    expect(created).toBe('OK');
    await client.hset('book:1', { title: 'Running free', genre: 'Novel;War', pages: '7' });
    await client.hset('book:2', { title: 'A long run', genre: 'Sport', pages: '9' });
    const keys = async (text: string, options = {}): Promise<string[]> => {
      const [, rows] = await GlideFt.search(client, 'books', text, options);
      return rows.map(({ key }) => String(key));
    };
    expect(await keys('runs', { sortby: 'title' })).toEqual(['book:2', 'book:1']);
    expect(await keys('run', { verbatim: true })).toEqual(['book:2']);
    expect(await keys('long run', { inorder: true, slop: 0, nocontent: true })).toEqual(['book:2']);
    expect(await keys('@genre:{Novel} @pages:[5 8]', { limit: { offset: 0, count: 1 } })).toEqual(['book:1']);
    const info = await GlideFt.info(client, 'books');
    expect(info).toMatchObject({ index_name: 'books', num_docs: 2 });
    expect(await GlideFt.explain(client, 'books', '@pages:[5 8]')).toContain('NUMERIC');
    expect((await GlideFt.explaincli(client, 'books', '*')).map(String)).toContain('<WILDCARD>');
    const [[total]] = await GlideFt.profileSearch(client, 'books', 'run');
    expect(total).toBe(2);
    expect(await GlideFt.aliasadd(client, 'books', 'library')).toBe('OK');
    expect(await GlideFt.aliaslist(client)).toEqual([{ key: 'library', value: 'books' }]);
    expect(await GlideFt.aliasupdate(client, 'library', 'books')).toBe('OK');
    expect(await GlideFt.aliasdel(client, 'library')).toBe('OK');
    await expect(GlideFt.info(client, 'library')).rejects.toThrow('not found');
    expect(await GlideFt.dropindex(client, 'books')).toBe('OK');
  });
});
