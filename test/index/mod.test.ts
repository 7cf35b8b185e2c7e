import * as engine from '#index/mod.js';

describe('the public face of the engine', () => {
  it('is small', () => {
    expect(Object.keys(engine).sort()).toEqual([
      'Deadline',
      'Excerpts',
      'QueryError',
      'RefusedField',
      'SchemaError',
      'SearchIndex',
      'bindExpression',
      'codeTypes',
      'decodeText',
      'defaultEngine',
      'defaultQueryLimits',
      'defaultStopWords',
      'defineSchema',
      'describeQuery',
      'distanceNames',
      'elementTypes',
      'encodeVector',
      'explainQuery',
      'functionFamilies',
      'hnswlibEngine',
      'isTrue',
      'nativeEngine',
      'nearestNeighbors',
      'parseExpression',
      'parseQuery',
      'propertiesOf',
      'restrict',
      'schemaLimits',
      'scorerNames',
      'unitMetres',
    ]);
  });
});
