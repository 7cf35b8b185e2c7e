import { defineSchema, parseQuery, SearchIndex } from '#index/mod.js';
import { hnswlibEngine, nativeEngine, type VectorEngine } from '#index/vector/vector-engine.js';
import { document, parameters, text } from './documents.js';

const schema = defineSchema([
  { type: 'TAG', identifier: 'color' },
  { type: 'NUMERIC', identifier: 'price' },
  { type: 'VECTOR', algorithm: 'HNSW', identifier: 'embedding', alias: 'v', dim: 2, metric: 'COSINE' },
]);

const keysOf = (index: SearchIndex, query: string): string[] => {
  const parsed = parseQuery(query, { schema, parameters: parameters({ q: [1, 0] }) });
  return index.search(parsed).hits.map(({ key }) => key);
};

describe('SearchIndex', () => {
  it('makes a document searchable before put returns', () => {
    const index = new SearchIndex(schema);
    expect(index.put('a', document({ color: 'Red', price: '1', embedding: [1, 0] }))).toEqual({ status: 'indexed' });
    expect(keysOf(index, '@color:{red} @price:[1 1]=>[KNN 1 @v $q]')).toEqual(['a']);
    expect([index.size, index.has('a'), index.has('b')]).toEqual([1, true, false]);
  });

  it('replaces all fields of a document, those that are gone too', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ color: 'red', price: '1', embedding: [1, 0] }));
    index.put('b', document({ color: 'blue' }));
    index.put('a', document({ price: '2' }));
    expect(keysOf(index, '@color:{red}')).toEqual([]);
    expect(keysOf(index, '*=>[KNN 1 @v $q]')).toEqual([]);
    expect(keysOf(index, '*')).toEqual(['a', 'b']);
    expect(index.validate()).toEqual([]);
  });

  it('leaves vectors and text alone that are the same, and indexes again what differs', () => {
    const written: string[] = [];
    const engine: VectorEngine = {
      ...hnswlibEngine,
      create: (...making) => {
        const index = hnswlibEngine.create(...making);
        const put = index.put.bind(index);
        index.put = (id, vector) => {
          written.push(`${id}: ${[...vector].join(' ')}`);
          put(id, vector);
        };
        return index;
      },
    };
    const own = defineSchema([...schema.fields, { type: 'TEXT', identifier: 'body' }]);
    const index = new SearchIndex(own, { engine });
    const found = (query: string): string[] =>
      index
        .search(parseQuery(query, { schema: own, parameters: parameters({ q: [1, 0] }) }))
        .hits.map(({ key }) => key);
    index.put('a', document({ price: '1', embedding: [1, 0], body: 'hello' }));
    index.put('a', document({ price: '2', embedding: [1, 0], body: 'hello' }));
    expect([found('@price:[2 2] hello'), written]).toEqual([['a'], ['0: 1 0']]);
    index.put('a', document({ price: '2', embedding: [0, 1], body: 'world' }));
    expect([found('hello'), found('world'), written.length]).toEqual([[], ['a'], 2]);
    index.put('a', document({ price: '2', body: 'world' }));
    index.put('a', document({ price: '2', embedding: [0, 1], body: 'world' }));
    expect([found('*=>[KNN 1 @v $q]'), written.length]).toEqual([['a'], 3]);
    index.delete('a');
    index.put('b', document({ embedding: [0, 1], body: 'world' }));
    expect([found('world'), found('*=>[KNN 1 @v $q]'), written.length]).toEqual([['b'], ['b'], 4]);
    index.put('b', document({ embedding: [0, 1], body: 'running' }), { language: 'none' });
    expect(found('runs')).toEqual([]);
    index.put('b', document({ embedding: [0, 1], body: 'running' }), { language: 'english' });
    expect(found('runs')).toEqual(['b']);
    expect(index.validate()).toEqual([]);
  });

  it('drops the whole key when one field is invalid, and counts it', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ color: 'red' }));
    expect(index.put('a', document({ color: 'red', embedding: [1, 2, 3] }))).toEqual({
      status: 'invalid',
      field: 'v',
      reason: 'Could not add vector with blob size 12 (expected size 8)',
    });
    expect(index.put('b', document({ price: 'cheap', embedding: [1, 0] }))).toMatchObject({ field: 'price' });
    expect(index.size).toBe(0);
    expect(index.info()).toMatchObject({
      indexingFailures: 2,
      lastIndexingError: "Invalid numeric value: 'cheap'",
      lastIndexingErrorKey: 'b',
    });
    expect(index.validate()).toEqual([]);
  });

  it('indexes a document that has none of the fields', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ other: 'x' }));
    expect(keysOf(index, '-@color:{red}')).toEqual(['a']);
  });

  it('deletes, and deletes again without harm', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ color: 'red', embedding: [1, 0] }));
    expect([index.delete('a'), index.delete('a'), index.size]).toEqual([true, false, 0]);
    expect(keysOf(index, '*')).toEqual([]);
    expect(index.validate()).toEqual([]);
  });

  it('renames over another document, keeping the place in insertion order', () => {
    const index = new SearchIndex(schema);
    for (const key of ['a', 'b', 'c']) index.put(key, document({ color: key }));
    expect(index.rename('a', 'c')).toBe(true);
    expect(keysOf(index, '*')).toEqual(['c', 'b']);
    expect(keysOf(index, '@color:{a}')).toEqual(['c']);
    expect([index.rename('a', 'z'), index.rename('b', 'b'), index.size]).toEqual([false, true, 2]);
    expect(index.validate()).toEqual([]);
  });

  it('forgets everything but the schema when it is cleared', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ color: 'red', embedding: [1, 0] }));
    index.put('b', document({ price: 'x' }));
    index.clear();
    expect(index.info()).toMatchObject({ documents: 0, records: 0, indexingFailures: 0, lastIndexingError: undefined });
    index.put('c', document({ embedding: [0, 1] }));
    expect(keysOf(index, '*=>[KNN 5 @v $q]')).toEqual(['c']);
    expect(index.validate()).toEqual([]);
  });

  it('goes on with more fields, which find documents that are put again', () => {
    const first = defineSchema([{ type: 'TEXT', identifier: 'a' }]);
    const index = new SearchIndex(first);
    index.put('x', document({ a: 'red', b: 'Running' }));
    const second = defineSchema([
      ...first.fields,
      { type: 'TEXT', identifier: 'b', withSuffixTrie: true, weight: 3 },
      { type: 'TAG', identifier: 'c', indexMissing: true },
    ]);
    index.extend(second);
    const find = (text: string): string[] =>
      index.search(parseQuery(text, { schema: second })).hits.map(({ key }) => key);
    expect([find('red'), find('*ed'), find('run'), find('ismissing(@c)')]).toEqual([['x'], ['x'], [], ['x']]);
    index.put('x', document({ a: 'red', b: 'Running', c: 'tag' }));
    expect([find('@a:red'), find('@b:run'), find('*ing'), find('@c:{tag}'), find('ismissing(@c)')]).toEqual([
      ['x'],
      ['x'],
      ['x'],
      ['x'],
      [],
    ]);
    expect(index.tagValues('c')).toEqual(['tag']);
    expect(index.tagValues('a')).toBeUndefined();
    expect(index.validate()).toEqual([]);
    expect(() => index.extend(defineSchema([{ type: 'TAG', identifier: 'other' }]))).toThrow('only be added');
  });

  it('tells how it would run a query', () => {
    const index = new SearchIndex(schema);
    index.put('a', document({ color: 'red', price: '1', embedding: [1, 0] }));
    const plan = index.plan(parseQuery('@color:{red} @price<2', { schema }));
    expect(plan.plan).toMatchObject({ strategy: 'filter', matchesMax: 1 });
    expect(plan.filter.children.map(({ predicate, matchesMax }) => [predicate.kind, matchesMax])).toEqual([
      ['tag', 1],
      ['numeric', 1],
    ]);
    const near = index.plan(
      parseQuery('@color:{blue}=>[KNN 1 @v $q]', { schema, parameters: parameters({ q: [1, 0] }) }),
    );
    expect(near.plan.strategy).toBe('empty');
  });

  it('describes its documents and attributes', () => {
    const index = new SearchIndex(schema);
    const before = index.info().memoryBytes;
    index.put('a', document({ color: 'red,blue', price: '1', embedding: [1, 0] }));
    index.put('b', document({ color: 'red' }));
    const info = index.info();
    expect(info).toMatchObject({ documents: 2, records: 5, documentIdMax: 2, indexingFailures: 0 });
    expect(info.attributes.map(({ field, documents, records }) => [field.alias, documents, records])).toEqual([
      ['color', 2, 3],
      ['price', 1, 1],
      ['v', 1, 1],
    ]);
    expect(info.memoryBytes).toBeGreaterThan(before);
  });

  it('reads binary keys and binary tags as they are', () => {
    const index = new SearchIndex(schema);
    index.put('\u0000\u00ff', new Map([['color', Uint8Array.of(0xff, 0xfe)]]));
    const query = parseQuery('@color:{$tag}', { schema, parameters: new Map([['tag', Uint8Array.of(0xff, 0xfe)]]) });
    expect(index.search(query).hits[0]?.key).toBe('\u0000\u00ff');
  });

  it('does not keep the bytes it is given', () => {
    const index = new SearchIndex(schema);
    const bytes = text('red');
    index.put('a', new Map([['color', bytes]]));
    bytes.fill(0);
    expect(keysOf(index, '@color:{red}')).toEqual(['a']);
  });

  it('refuses a query parsed with another schema', () => {
    const other = defineSchema([{ type: 'NUMERIC', identifier: 'color' }]);
    const index = new SearchIndex(schema);
    expect(() => index.search(parseQuery('@color:[1 2]', { schema: other }))).toThrow('parsed with another schema');
  });

  it('walks the graph of a large index, with a filter or without, and scans when that is less', () => {
    const dim = 64;
    const wide = defineSchema([
      { type: 'TAG', identifier: 'color' },
      { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim, metric: 'COSINE' },
    ]);
    const index = new SearchIndex(wide, { engine: hnswlibEngine });
    const along = (angle: number): number[] => [
      Math.cos(angle),
      Math.sin(angle),
      ...new Array<number>(dim - 2).fill(0),
    ];
    for (let at = 0; at < 3000; at++) {
      const color = `${at % 2 === 0 ? 'even' : 'odd'},group${at % 300}`;
      index.put(`k${at}`, document({ color, v: along((at / 3000) * Math.PI) }));
    }
    const run = (text: string) => {
      const query = parseQuery(text, { schema: wide, parameters: parameters({ q: along(0) }) });
      const { plan, hits } = index.search(query);
      return [plan.strategy, ...hits.map(({ key }) => key)];
    };
    expect(run('*=>[KNN 3 @v $q]')).toEqual(['graph', 'k0', 'k1', 'k2']);
    expect(run('@color:{odd}=>[KNN 3 @v $q]')).toEqual(['filtered-graph', 'k1', 'k3', 'k5']);
    expect(run('@color:{group7}=>[KNN 3 @v $q]')).toEqual(['exact', 'k7', 'k307', 'k607']);
    // Every candidate fails the second condition, which no size foretells: the walk gives up and the scan answers.
    expect(run('@color:{odd} -@color:{odd}=>[KNN 3 @v $q]')).toEqual(['filtered-graph']);
    expect(run('@v:[VECTOR_RANGE 0.000003 $q]')).toEqual(['filter', 'k0', 'k1', 'k2']);
  });

  it('searches beside its own thread, and answers with the documents as they are by then', async () => {
    const engine = nativeEngine(1);
    if (typeof engine === 'string') throw new Error(engine);
    const index = new SearchIndex(schema, { engine });
    for (let at = 0; at < 3000; at++) {
      index.put(`k${at}`, document({ color: at % 2 === 0 ? 'red' : 'blue', embedding: [1, at / 3000] }));
    }
    const query = parseQuery('@color:{red}=>[KNN 3 @v $q EF_RUNTIME 50]', {
      schema,
      parameters: parameters({ q: [1, 0] }),
    });
    const later = index.searchLater(query);
    expect(later).toBeDefined();
    index.delete('k0');
    index.put('k2', document({ color: 'blue', embedding: [1, 2 / 3000] }));
    const answer = await later;
    const keys = answer?.().hits.map(({ key }) => key);
    expect(keys?.[0]).toBe('k4');
    expect(keys).not.toContain('k0');
    expect(keys).not.toContain('k2');
    const dropped = index.searchLater(query);
    index.close();
    await expect(Promise.resolve(dropped).then((run) => run?.().hits)).rejects.toMatchObject({ code: 'closed' });
  });

  it('searches at once what is done before a thread has woken', () => {
    const engine = nativeEngine(1);
    if (typeof engine === 'string') throw new Error(engine);
    const index = new SearchIndex(schema, { engine });
    index.put('a', document({ color: 'red', embedding: [1, 1] }));
    const options = { schema, parameters: parameters({ q: [1, 0] }) };
    expect(index.searchLater(parseQuery('*=>[KNN 3 @v $q]', options))).toBeUndefined();
    expect(index.searchLater(parseQuery('*', options))).toBeUndefined();
  });

  it('shows the rows of the vectors of a document, under the names by which documents have them', () => {
    const engine = nativeEngine(0);
    if (typeof engine === 'string') throw new Error(engine);
    const index = new SearchIndex(schema, { engine });
    index.put('a', document({ color: 'red', embedding: [1, 1] }));
    index.put('b', document({ color: 'red' }));
    const vector = new Uint8Array(Float32Array.of(1, 1).buffer);
    const seen: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      index.forEachRow(key, (identifier, rows, id) => seen.push(`${key} ${identifier} ${rows.keep(id, vector) >= 0}`));
    }
    expect(seen).toEqual(['a embedding true', 'b embedding false']);
    const others = new SearchIndex(schema, { engine: hnswlibEngine });
    others.put('a', document({ embedding: [1, 1] }));
    others.forEachRow('a', () => seen.push('rows of hnswlib-node'));
    expect(seen).toHaveLength(2);
  });
});
