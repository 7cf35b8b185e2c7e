import { FeatureError, invalid, storeFailure } from '#sdk/features/feature-error.js';

test('is known across copies of the package', () => {
  expect(FeatureError.isInstance(invalid('x'))).toBe(true);
  expect(FeatureError.isInstance(new Error('x'))).toBe(false);
  expect(FeatureError.isInstance(null)).toBe(false);
});

test.each([
  [new Error('OOM command not allowed'), 'ServiceUnavailable'],
  [new Error('CLUSTERDOWN The cluster is down'), 'ServiceUnavailable'],
  [new Error('Connection is closed.'), 'ServiceUnavailable'],
  [new Error('WRONGTYPE Operation against a key'), 'InternalFailure'],
  [new Error('NOPERM this user has no permissions'), 'InternalFailure'],
])('tells what can be asked again from what cannot: %p', (error, code) => {
  expect(storeFailure(error, 'HMGET')).toMatchObject({ code, cause: error });
});

test('leaves a refusal of its own as it is', () => {
  const refusal = invalid('x');
  expect(storeFailure(refusal, 'HMGET')).toBe(refusal);
});
