import {
  defineSchema,
  hnswlibEngine,
  nativeEngine,
  parseQuery,
  SearchIndex,
  type SearchOptions,
  type SearchResult,
  type VectorEngine,
} from '#index/mod.js';
import { atOnce } from '#index/sliced.js';
import { document, parameters } from './documents.js';
import { type Condition, type PlainDocument, plainMatches, plainSquared, plainText } from './plain-search.js';
import { Random } from './random.js';

const schema = defineSchema([
  { type: 'TAG', identifier: 'color' },
  { type: 'NUMERIC', identifier: 'price' },
  { type: 'VECTOR', algorithm: 'FLAT', identifier: 'v', dim: 2, metric: 'L2' },
]);

function shop(): SearchIndex {
  const index = new SearchIndex(schema);
  index.put('shirt', document({ color: 'red,blue', price: '20', v: [0, 0] }));
  index.put('hat', document({ color: 'red', price: '10', v: [3, 0] }));
  index.put('shoe', document({ color: 'green', v: [1, 0] }));
  index.put('bag', document({ price: '10', v: [1, 0] }));
  index.put('card', document({ color: 'blue', price: '5' }));
  return index;
}

function run(text: string, options: SearchOptions = {}, index = shop()): SearchResult {
  const query = parseQuery(text, { schema, parameters: parameters({ q: [0, 0], far: [100, 100] }) });
  return index.search(query, options);
}

const keys = ({ hits }: SearchResult): string[] => hits.map(({ key }) => key);

describe('a filter search', () => {
  it('answers in insertion order and counts every match', () => {
    expect(keys(run('*'))).toEqual(['shirt', 'hat', 'shoe', 'bag', 'card']);
    const page = run('@color:{red|blue}', { offset: 1, count: 1 });
    expect([page.total, keys(page)]).toEqual([3, ['hat']]);
  });

  it('only counts when it is asked for no rows', () => {
    expect(run('*', { count: 0 })).toMatchObject({ total: 5, hits: [] });
    expect(run('*', { offset: 3, count: 0 })).toMatchObject({ total: 5, hits: [] });
    expect(run('*', { offset: 50 })).toMatchObject({ total: 5, hits: [] });
  });

  it('returns ten rows unless told otherwise', () => {
    const index = shop();
    for (let at = 0; at < 20; at++) index.put(`more${at}`, document({ color: 'x' }));
    expect(run('*', {}, index).hits).toHaveLength(10);
  });

  it('lets a document without the field match the negation', () => {
    expect(keys(run('-@color:{red}'))).toEqual(['shoe', 'bag', 'card']);
    expect(keys(run('-@price:[0 10]'))).toEqual(['shirt', 'shoe']);
    expect(keys(run('@price!=10'))).toEqual(['shirt', 'shoe', 'card']);
  });

  it('finds nothing in an empty range, and nothing with no tags', () => {
    expect(run('@price:[20 10]').total).toBe(0);
    expect(run('@color:{}').total).toBe(0);
  });

  it('sorts by a field, missing values last in both directions, ties in insertion order', () => {
    const by = (name: string, order: 'ASC' | 'DESC'): string[] => keys(run('*', { sortBy: { name, order } }));
    expect(by('price', 'ASC')).toEqual(['card', 'hat', 'bag', 'shirt', 'shoe']);
    expect(by('price', 'DESC')).toEqual(['shirt', 'hat', 'bag', 'card', 'shoe']);
    expect(by('color', 'ASC')).toEqual(['card', 'shoe', 'hat', 'shirt', 'bag']);
    expect(by('color', 'DESC')).toEqual(['shirt', 'hat', 'shoe', 'card', 'bag']);
  });

  it('returns what it sorted by', () => {
    const { hits } = run('*', { sortBy: { name: 'price', order: 'DESC' } });
    expect(hits.map(({ sortKey }) => sortKey)).toEqual([20, 10, 10, 5, undefined]);
    expect(run('*').hits[0]?.sortKey).toBeUndefined();
  });

  it('refuses to sort by what has no order', () => {
    const by = (name: string) => () => run('*', { sortBy: { name, order: 'ASC' } });
    expect(by('nope')).toThrow('Index field `nope` does not exist: Property `nope` not loaded nor in schema');
    expect(by('v')).toThrow('Index field `v` is a vector and has no order');
  });
});

describe('a KNN search', () => {
  it('answers by ascending distance, ties in insertion order, and skips documents without the vector', () => {
    const result = run('*=>[KNN 10 @v $q]');
    expect([result.total, keys(result)]).toEqual([4, ['shirt', 'shoe', 'bag', 'hat']]);
    expect(result.distanceNames).toEqual(['__v_score']);
    expect(result.hits.map(({ distances }) => distances)).toEqual([[0], [1], [1], [9]]);
  });

  it('chooses its k among the documents that pass the filter', () => {
    const result = run('@color:{red | green}=>[KNN 2 @v $q AS d]');
    expect([result.total, keys(result)]).toEqual([2, ['shirt', 'shoe']]);
    expect(keys(run('@price==10=>[KNN 2 @v $q]'))).toEqual(['bag', 'hat']);
    expect(run('@color:{nope}=>[KNN 2 @v $q]')).toMatchObject({ total: 0, plan: { strategy: 'empty' } });
  });

  it('pages within its k', () => {
    expect(run('*=>[KNN 3 @v $q]', { offset: 2, count: 5 })).toMatchObject({ total: 3, hits: [{ key: 'bag' }] });
    expect(run('*=>[KNN 3 @v $q]', { offset: 3 })).toMatchObject({ total: 3, hits: [] });
    expect(run('*=>[KNN 0 @v $q]')).toMatchObject({ total: 0, hits: [] });
  });

  it('sorts its k by distance or by a field', () => {
    const by = (name: string, order: 'ASC' | 'DESC'): string[] =>
      keys(run('*=>[KNN 3 @v $q AS d]', { sortBy: { name, order } }));
    expect(by('d', 'ASC')).toEqual(['shirt', 'shoe', 'bag']);
    expect(by('d', 'DESC')).toEqual(['shoe', 'bag', 'shirt']);
    expect(by('price', 'ASC')).toEqual(['bag', 'shirt', 'shoe']);
  });

  it('scans when the query says ADHOC_BF', () => {
    expect(run('*=>[KNN 1 @v $q HYBRID_POLICY ADHOC_BF]').plan.strategy).toBe('exact');
  });
});

describe('a range search', () => {
  it('includes the boundary, and sorts by the distance it yields', () => {
    const result = run('@v:[VECTOR_RANGE 9 $q]=>{$YIELD_DISTANCE_AS: d}');
    expect([result.total, keys(result), result.distanceNames]).toEqual([4, ['shirt', 'shoe', 'bag', 'hat'], ['d']]);
    expect(keys(run('@v:[VECTOR_RANGE 8.9 $q]'))).toEqual(['shirt', 'shoe', 'bag']);
  });

  it('keeps insertion order when it yields nothing', () => {
    expect(keys(run('@v:[VECTOR_RANGE 9 $q]'))).toEqual(['shirt', 'hat', 'shoe', 'bag']);
  });

  it('combines with filters and with KNN', () => {
    expect(keys(run('@color:{red} @v:[VECTOR_RANGE 1 $q]'))).toEqual(['shirt']);
    expect(keys(run('-@v:[VECTOR_RANGE 1 $q]'))).toEqual(['hat', 'card']);
    const both = run('@v:[VECTOR_RANGE 4 $q]=>{$yield_distance_as: r}=>[KNN 2 @v $far AS k]');
    expect([both.distanceNames, keys(both)]).toEqual([
      ['k', 'r'],
      ['shoe', 'bag'],
    ]);
  });

  it('yields no distance for a document that another branch let in', () => {
    const result = run('@v:[VECTOR_RANGE 1 $q]=>{$yield_distance_as: d} | @color:{blue}');
    expect(keys(result)).toEqual(['shirt', 'shoe', 'bag', 'card']);
    expect(result.hits.at(-1)?.distances).toEqual([undefined]);
  });
});

describe('a deadline', () => {
  it('ends a search of many documents', () => {
    const index = new SearchIndex(schema);
    for (let at = 0; at < 1000; at++) index.put(`k${at}`, document({ color: 'x', v: [at, 0] }));
    const stop = { shouldStop: () => true };
    expect(() => run('*', stop, index)).toThrow(/timeout/);
    expect(() => run('@color:{y} | -@color:{x}', stop, index)).toThrow(/timeout/);
    expect(() => run('*=>[KNN 5 @v $q]', stop, index)).toThrow(/timeout/);
    expect(run('*', { shouldStop: () => false }, index).total).toBe(1000);
  });
});

describe.each(['FLAT', 'HNSW'] as const)('the engine over a %s field', (algorithm) => {
  const fuzzSchema = defineSchema([
    { type: 'TAG', identifier: 'tags' },
    { type: 'NUMERIC', identifier: 'number' },
    { type: 'VECTOR', algorithm, identifier: 'vector', dim: 4, metric: 'L2' },
  ]);

  function randomVector(random: Random): Float32Array {
    // Few distinct coordinates: equal distances are common.
    return Float32Array.from({ length: 4 }, () => random.integer(4));
  }

  function randomDocument(random: Random): PlainDocument {
    return {
      ...(random.chance(0.8) ? { tags: [`aa${random.integer(5)}`, `ab${random.integer(30)}`] } : {}),
      ...(random.chance(0.8) ? { number: random.integer(100) - 50 } : {}),
      ...(random.chance(0.8) ? { vector: randomVector(random) } : {}),
    };
  }

  function randomCondition(random: Random, depth: number): Condition {
    if (depth > 0 && random.chance(0.6)) {
      if (random.chance(0.3)) return { is: 'not', of: randomCondition(random, depth - 1) };
      const of = Array.from({ length: 2 + random.integer(2) }, () => randomCondition(random, depth - 1));
      return { is: random.pick(['and', 'or'] as const), of };
    }
    const roll = random.fraction();
    if (roll < 0.1) return { is: 'all' };
    if (roll < 0.5) {
      const prefix = random.chance(0.2);
      const values = Array.from(
        { length: 1 + random.integer(3) },
        () => `a${random.pick(['a', 'b'])}${random.integer(6)}`,
      );
      return { is: 'tag', values, prefix };
    }
    if (roll < 0.85) {
      const low = random.integer(100) - 50;
      return { is: 'between', low, high: low + random.integer(60) - 5, open: random.chance(0.5) };
    }
    return { is: 'near', vector: randomVector(random), radius: random.integer(12) };
  }

  it('agrees with a plain scan while documents come, change and go', () => {
    const seed = 20_260 + algorithm.length;
    const random = new Random(seed);
    const index = new SearchIndex(fuzzSchema, { seed });
    /** Insertion order: a replaced or renamed document keeps its place. */
    let plain = new Map<string, PlainDocument>();

    const change = (): void => {
      const key = `key${random.integer(250)}`;
      const roll = random.fraction();
      if (roll < 0.25) {
        expect(index.delete(key)).toBe(plain.delete(key));
      } else if (roll < 0.3) {
        expect(index.put(key, document({ number: 'NaN' })).status).toBe('invalid');
        plain.delete(key);
      } else if (roll < 0.35) {
        const to = `key${random.integer(250)}`;
        expect(index.rename(key, to)).toBe(plain.has(key));
        if (plain.has(key) && key !== to) {
          plain.delete(to);
          plain = new Map([...plain].map(([name, value]) => [name === key ? to : name, value]));
        }
      } else {
        const next = randomDocument(random);
        const fields = { tags: next.tags?.join(' , ').toUpperCase(), number: next.number?.toString() };
        expect(index.put(key, document({ ...fields, vector: next.vector })).status).toBe('indexed');
        plain.set(key, next);
      }
    };

    const compare = (): void => {
      const condition = randomCondition(random, 3);
      const bytes = new Map<string, Uint8Array>();
      const filterText = plainText(condition, bytes);
      const matches = [...plain].filter(([, candidate]) => plainMatches(condition, candidate));

      const all = index.search(parseQuery(filterText, { schema: fuzzSchema, parameters: bytes }), { count: 1000 });
      expect(keys(all)).toEqual(matches.map(([key]) => key));

      const query = randomVector(random);
      const k = 1 + random.integer(20);
      bytes.set('q', new Uint8Array(query.buffer));
      const knnText = `${filterText}=>[KNN ${k} @vector $q AS d]`;
      const knn = index.search(parseQuery(knnText, { schema: fuzzSchema, parameters: bytes }), { count: 1000 });
      const nearest = matches
        .flatMap(([key, { vector }]) => (vector === undefined ? [] : [{ key, d: plainSquared(vector, query) }]))
        .sort((a, b) => a.d - b.d)
        .slice(0, k);
      expect(knn.total).toBe(nearest.length);
      if (knn.plan.strategy === 'exact') {
        expect(knn.hits.map(({ key, distances: [d] }) => ({ key, d }))).toEqual(nearest);
      } else {
        const matching = new Map(matches);
        for (const { key, distances } of knn.hits) {
          const vector = matching.get(key)?.vector;
          expect(vector && plainSquared(vector, query)).toBe(distances[0]);
        }
      }
    };

    try {
      for (let step = 0; step < 4000; step++) {
        change();
        if (step % 8 === 0) compare();
        if (step % 500 === 0) expect(index.validate()).toEqual([]);
      }
      expect(index.size).toBe(plain.size);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  });
});

describe('a hybrid search', () => {
  const hybrid = defineSchema([
    { type: 'TAG', identifier: 'part' },
    {
      type: 'VECTOR',
      algorithm: 'HNSW',
      identifier: 'v',
      dim: 8,
      metric: 'L2',
      m: 8,
      efConstruction: 40,
      efRuntime: 10,
    },
  ]);
  const documents = 3000;
  /** In thousandths of the documents. */
  const parts = [1, 10, 100, 500, 1000];
  const native = nativeEngine(2);

  function filled(engine: VectorEngine): SearchIndex {
    const random = new Random(11);
    const index = new SearchIndex(hybrid, { engine });
    for (let id = 0; id < documents; id++) {
      // Those of small parts lie together, so that a walk from elsewhere meets none of them for long.
      const thousandth = Math.floor((id * 1000) / documents);
      const v = Array.from({ length: 8 }, () => random.integer(1000) / 1000 + thousandth / 100);
      index.put(`d${id}`, document({ part: parts.filter((part) => thousandth < part).join(','), v }));
    }
    return index;
  }

  it.each([native, hnswlibEngine])(
    'answers min(k, matches), however few documents pass, by engine %#',
    async (engine) => {
      if (typeof engine === 'string') throw new Error(engine);
      const index = filled(engine);
      for (const part of parts) {
        const matches = (documents * part) / 1000;
        for (const k of [1, 10, 100, 1000]) {
          for (const place of [0, 5, 10]) {
            const q = Array.from({ length: 8 }, () => place);
            const query = parseQuery(`@part:{${part}}=>[KNN ${k} @v $q]`, {
              schema: hybrid,
              parameters: parameters({ q }),
            });
            const now = index.search(query, { count: k });
            const later = (await index.searchLater(query, { count: k }))?.() ?? now;
            for (const { total, hits } of [now, later]) {
              expect([total, new Set(hits.map(({ key }) => key)).size]).toEqual([
                Math.min(k, matches),
                Math.min(k, matches),
              ]);
              expect(hits.every(({ key }) => Number(key.slice(1)) < matches)).toBe(true);
            }
          }
        }
      }
    },
  );
});

describe('a search in slices', () => {
  const index = new SearchIndex(schema);
  for (let at = 0; at < 25_000; at++) {
    index.put(`k${at}`, document({ color: at % 3 === 0 ? 'red' : 'blue', price: `${(at * 7) % 1000}` }));
  }
  const queries = ['*', '@color:{red}', '@color:{red} @price:[100 700]', '-@price:[0 900]', '@price:[5 5]'];

  it.each(queries)('finds what one at once finds: %s', (text) => {
    const query = parseQuery(text, { schema, parameters: new Map() });
    for (const options of [{}, { sortBy: { name: 'price', order: 'DESC' }, offset: 3 }] as const) {
      const work = index.searchInSlices(query, options);
      if (work === undefined) throw new Error('no slices');
      expect(atOnce(work)).toEqual(index.search(query, options));
    }
  });

  it('leaves out what has gone meanwhile, to the last moment', () => {
    const query = parseQuery('@price:[0 900]', { schema, parameters: new Map() });
    const work = index.searchInSlices(query, { count: 2 });
    work?.next();
    index.delete('k0');
    const result = work === undefined ? undefined : atOnce(work);
    expect(result?.hits.map(({ key }) => key)).toEqual(['k1']);
  });

  it('is not for small indexes, nor for KNN', () => {
    const query = parseQuery('*', { schema, parameters: new Map() });
    expect(shop().searchInSlices(query)).toBeUndefined();
    const knn = parseQuery('*=>[KNN 2 @v $q]', { schema, parameters: parameters({ q: [0, 0] }) });
    expect(index.searchInSlices(knn)).toBeUndefined();
  });
});
