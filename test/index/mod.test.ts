import * as engine from '#index/mod.js';

describe('the public face of the engine', () => {
  it('is small', () => {
    expect(Object.keys(engine).sort()).toEqual([
      'Excerpts',
      'QueryError',
      'SchemaError',
      'SearchIndex',
      'codeTypes',
      'decodeText',
      'defaultQueryLimits',
      'defaultStopWords',
      'defineSchema',
      'describeQuery',
      'distanceNames',
      'elementTypes',
      'explainQuery',
      'hnswlibEngine',
      'nativeEngine',
      'parseQuery',
      'restrict',
      'schemaLimits',
      'scorerNames',
      'unitMetres',
    ]);
  });
});
