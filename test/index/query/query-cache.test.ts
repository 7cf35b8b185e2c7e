import { parseQuery } from '#index/query/parser.js';
import { QueryCache } from '#index/query/query-cache.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const context = { schema: catalogSchema, parameters: catalogParameters };
const otherVector = Buffer.from(Float32Array.of(0, 1).buffer);

describe('QueryCache', () => {
  it('gives what parsing gives, with the vector of each time', () => {
    const cache = new QueryCache();
    const other = { schema: catalogSchema, parameters: new Map([['q', otherVector]]) };
    for (const text of ['*=>[KNN 5 @v $q]', '@price:[1 9]=>[KNN 3 @v $q EF_RUNTIME 20 AS d]']) {
      for (const each of [context, other, context]) expect(cache.parse(text, each)).toEqual(parseQuery(text, each));
    }
    expect(cache.size).toBe(2);
  });

  it('parses again what reads another parameter, and what has no vector', () => {
    const cache = new QueryCache();
    for (const text of ['@price:[$five 9]=>[KNN 5 @v $q]', '*=>[KNN 5 @v $q AS $name]', '@price:[1 9]']) {
      cache.parse(text, context);
    }
    expect(cache.size).toBe(0);
  });

  it('refuses a vector as parsing does', () => {
    const cache = new QueryCache();
    const text = '*=>[KNN 5 @v $q]';
    cache.parse(text, context);
    const short = new Map([['q', otherVector.subarray(1)]]);
    expect(() => cache.parse(text, { schema: catalogSchema, parameters: short })).toThrow(/blob size/);
    expect(() => cache.parse(text, { schema: catalogSchema })).toThrow(/No such parameter/);
  });

  it('forgets when the limit of texts changes', () => {
    const cache = new QueryCache();
    const text = '*=>[KNN 5 @v $q]';
    cache.parse(text, context);
    expect(() => cache.parse(text, { ...context, limits: { queryBytesMax: 5 } })).toThrow(/too long/);
  });

  it('holds a bounded number of texts, none of them long', () => {
    const cache = new QueryCache();
    for (let n = 1; n <= 400; n++) cache.parse(`@price:[0 ${n}]=>[KNN 5 @v $q]`, context);
    expect(cache.size).toBe(256);
    const before = cache.size;
    cache.parse(`@price:[0 1]${' '.repeat(2000)}=>[KNN 5 @v $q]`, context);
    expect(cache.size).toBe(before);
  });
});
