import * as sdk from '#sdk/mod.js';

test('the package exports what an application needs', () => {
  for (const name of [
    'SemanticCache',
    'CacheError',
    'commanderFrom',
    'guard',
    'scopeDigest',
    'DEFAULT_MIN_SIMILARITY',
  ]) {
    expect(sdk).toHaveProperty(name);
  }
});
