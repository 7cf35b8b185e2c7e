/** Indexes on JSON through the commands: created, filled, asked, and kept true by commands that change parts of documents. */
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { type InProcessClient, type Reply, startInProcess } from '../../support/in-process.js';

const SCHEMA = [
  ...['$.name', 'AS', 'name', 'TEXT', '$.tags', 'AS', 'tags', 'TAG', '$.kind', 'AS', 'kind', 'TAG', 'SEPARATOR', ','],
  ...['$.sizes', 'AS', 'sizes', 'NUMERIC', '$.price', 'AS', 'price', 'NUMERIC', '$.at', 'AS', 'at', 'GEO'],
  ...['$.v', 'AS', 'v', 'VECTOR', 'FLAT', '6', 'TYPE', 'FLOAT32', 'DIM', '2', 'DISTANCE_METRIC', 'L2'],
];

function start(...documents: string[]): InProcessClient {
  const client = startInProcess().connect();
  expect(client.call('FT.CREATE', 'idx', 'ON', 'JSON', 'PREFIX', '1', 'doc:', 'SCHEMA', ...SCHEMA)).toBe('OK');
  for (const [i, json] of documents.entries()) client.call('JSON.SET', `doc:${i}`, '$', json);
  return client;
}

function keys(client: InProcessClient, query: string, ...more: (string | Uint8Array)[]): string[] {
  const reply = client.call('FT.SEARCH', 'idx', query, 'NOCONTENT', ...more);
  return Array.isArray(reply) ? reply.slice(1).map(String).sort() : [String(JSON.stringify(reply))];
}

function info(client: InProcessClient, name: string): Reply | undefined {
  const reply = client.call('FT.INFO', 'idx');
  return Array.isArray(reply) ? reply[reply.indexOf(name) + 1] : undefined;
}

describe('an index on JSON', () => {
  const shirt =
    '{"name":"A red shirt","tags":["a,b","c"],"kind":"x,y","sizes":[38,42],"price":10,"at":"1,1","v":[0,0]}';
  const shoe = '{"name":"One blue shoe","tags":["c"],"kind":"y","sizes":44,"price":20.5,"v":[1,1]}';

  test('finds documents by each kind of field', () => {
    const client = start(shirt, shoe);
    expect(keys(client, '@name:shirt')).toEqual(['doc:0']);
    expect(keys(client, '@tags:{c}')).toEqual(['doc:0', 'doc:1']);
    expect(keys(client, '@tags:{a\\,b}')).toEqual(['doc:0']);
    expect(keys(client, '@tags:{a}')).toEqual([]);
    expect(keys(client, '@kind:{y}')).toEqual(['doc:0', 'doc:1']);
    expect(keys(client, '@sizes:[40 43]')).toEqual(['doc:0']);
    expect(keys(client, '@sizes:[38 38]')).toEqual(['doc:0']);
    expect(keys(client, '@sizes:[30 50]')).toEqual(['doc:0', 'doc:1']);
    expect(keys(client, '-@sizes:[30 43]')).toEqual(['doc:1']);
    expect(keys(client, '@price:[20 30]')).toEqual(['doc:1']);
    expect(keys(client, '@at:[1 1 10 km]')).toEqual(['doc:0']);
  });

  test('answers the document as `$`, and paths by name or alias', () => {
    const client = start(shoe);
    expect(client.call('FT.SEARCH', 'idx', '*')).toEqual([1, 'doc:0', ['$', shoe]]);
    const returned = ['RETURN', '4', 'name', '$.sizes', '$.v', '$.none', 'DIALECT', '2'];
    expect(client.call('FT.SEARCH', 'idx', '*', ...returned)).toEqual([
      1,
      'doc:0',
      ['name', 'One blue shoe', '$.sizes', '44', '$.v', '[1,1]'],
    ]);
    const vector = Buffer.from(new Float32Array([1, 1]).buffer);
    const nearest = ['*=>[KNN 1 @v $q AS d]', 'PARAMS', '2', 'q', vector, 'DIALECT', '2'] as const;
    expect(client.call('FT.SEARCH', 'idx', ...nearest)).toEqual([1, 'doc:0', ['d', '0', '$', shoe]]);
  });

  test('answers all values of a path, as a list, from dialect 3 on', () => {
    const client = start('{"name":"one","sizes":[1,2],"kind":null}');
    const row = (dialect: number, ...more: (string | number)[]): unknown =>
      client.call('FT.SEARCH', 'idx', '*', ...more, 'DIALECT', dialect);
    const columns = ['RETURN', 5, 'name', '$.sizes[*]', 'sizes', 'kind', '$.none'];
    expect(row(2, ...columns)).toEqual([1, 'doc:0', ['name', 'one', '$.sizes[*]', '1', 'sizes', '[1,2]']]);
    expect(row(3, ...columns)).toEqual([
      1,
      'doc:0',
      ['name', '["one"]', '$.sizes[*]', '[1,2]', 'sizes', '[[1,2]]', 'kind', '[null]'],
    ]);
    expect(row(4)).toEqual([1, 'doc:0', ['$', '[{"name":"one","sizes":[1,2],"kind":null}]']]);
    expect(row(2)).toEqual([1, 'doc:0', ['$', '{"name":"one","sizes":[1,2],"kind":null}']]);
  });

  test('follows commands that change parts', () => {
    const client = start(shirt, shoe);
    client.call('JSON.SET', 'doc:0', '$.name', '"green"');
    client.call('JSON.ARRAPPEND', 'doc:1', '$.tags', '"new"');
    client.call('JSON.NUMINCRBY', 'doc:1', '$.price', '100');
    client.call('JSON.MERGE', 'doc:0', '$', '{"v":[5,5],"kind":null}');
    expect([keys(client, '@name:shirt'), keys(client, '@name:green'), keys(client, '@tags:{new}')]).toEqual([
      [],
      ['doc:0'],
      ['doc:1'],
    ]);
    expect([keys(client, '@price:[100 200]'), keys(client, '@kind:{x}')]).toEqual([['doc:1'], []]);
    client.call('JSON.DEL', 'doc:0');
    client.call('RENAME', 'doc:1', 'other');
    expect(keys(client, '*')).toEqual([]);
    client.call('COPY', 'other', 'doc:2');
    client.call('HSET', 'doc:3', 'name', 'hash');
    expect(keys(client, '*')).toEqual(['doc:2']);
    client.call('SET', 'doc:2', 'string');
    expect(keys(client, '*')).toEqual([]);
  });

  test('refuses documents with values of the wrong kind, counts them, and says why', () => {
    const client = start(shirt);
    client.call('JSON.SET', 'doc:0', '$.price', '"dear"');
    expect([keys(client, '*'), info(client, 'hash_indexing_failures')]).toEqual([[], 1]);
    client.call('JSON.SET', 'doc:0', '$.price', '1');
    client.call('JSON.SET', 'doc:0', '$.v', '[1,2,3]');
    expect([keys(client, '*'), info(client, 'hash_indexing_failures')]).toEqual([[], 2]);
    client.call('JSON.SET', 'doc:0', '$.v', 'null');
    expect(keys(client, '*')).toEqual(['doc:0']);
  });

  test('takes up what was there before, and says what it is', () => {
    const process = startInProcess();
    const client = process.connect();
    client.call('JSON.SET', 'doc:0', '$', shoe);
    client.call('HSET', 'doc:1', 'name', 'x');
    client.call('FT.CREATE', 'idx', 'ON', 'JSON', 'SCHEMA', ...SCHEMA);
    process.scheduler.runAll();
    expect(keys(client, '*')).toEqual(['doc:0']);
    expect(info(client, 'index_definition')).toEqual(expect.arrayContaining(['key_type', 'JSON']));
    expect(client.error('FT.CREATE', 'bad', 'ON', 'JSON', 'SCHEMA', '$[', 'AS', 'x', 'TAG')).toBe(
      "Invalid JSONPath '$[' in attribute 'x' in index 'bad'",
    );
  });

  test.each([1, 2, 3])('is true to the documents after random commands (seed %d)', (seed) => {
    const random = new SeededRandom(seed);
    const client = start();
    const tag = (): string => random.pick(['a', 'b', 'c']);
    const json = (): string =>
      JSON.stringify({
        tags: random.chance(0.8) ? random.times(random.below(4), tag) : tag(),
        sizes: random.chance(0.9) ? random.times(random.below(4), () => random.below(10)) : 'bad',
        v: [random.below(5), random.below(5)],
      });
    for (let i = 0; i < 400; i++) {
      const key = `doc:${random.below(8)}`;
      random.pick([
        () => client.call('JSON.SET', key, '$', json()),
        () => client.call('JSON.SET', key, '$.sizes', JSON.stringify(random.times(2, () => random.below(10)))),
        () => client.call('JSON.ARRAPPEND', key, '$.tags', JSON.stringify(tag())),
        () => client.call('JSON.ARRPOP', key, '$.sizes'),
        () => client.call('JSON.NUMINCRBY', key, '$.sizes[*]', '1'),
        () => client.call('JSON.DEL', key, random.pick(['$.tags', '$.sizes', '$'])),
        () => client.call('COPY', key, `doc:${random.below(8)}`, 'REPLACE'),
      ])();
      const [wanted, least] = [tag(), random.below(12)];
      const documents = Array.from({ length: 8 }, (_, n) => `doc:${n}`).flatMap((name) => {
        const text = client.call('JSON.GET', name);
        return typeof text === 'string' ? [{ name, value: JSON.parse(text) }] : [];
      });
      const valid = documents.filter(({ value }) => value.sizes !== 'bad');
      const tagged = valid.filter(({ value }) => [value.tags].flat().includes(wanted)).map(({ name }) => name);
      const sized = valid.filter(({ value }) =>
        [value.sizes ?? []].flat().some((size: number) => size >= least && size <= least + 2),
      );
      expect(keys(client, `@tags:{${wanted}}`)).toEqual(tagged);
      expect(keys(client, `@sizes:[${least} ${least + 2}]`)).toEqual(sized.map(({ name }) => name));
      expect(keys(client, '*')).toEqual(valid.map(({ name }) => name));
    }
  });
});
