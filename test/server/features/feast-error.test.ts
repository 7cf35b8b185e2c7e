import { FeatureError } from '#sdk/features/feature-error.js';
import { FeastError, feastFailure } from '#server/features/feast-error.js';

test('what Feast raises lies as JSON in a JSON text', () => {
  const { status, body } = feastFailure(new FeastError(404, 'FeatureViewNotFoundException', 'no view'));
  expect(status).toBe(404);
  expect(JSON.parse(JSON.parse(body))).toEqual({
    module: 'feast.errors',
    class: 'FeatureViewNotFoundException',
    message: 'no view',
  });
});

test.each([
  ['ValidationError', 422],
  ['AccessForbidden', 403],
  ['ResourceNotFound', 404],
  ['ServiceUnavailable', 503],
  ['InternalFailure', 500],
] as const)('%s is %d', (code, status) => {
  expect(feastFailure(new FeatureError(code, 'why')).status).toBe(status);
});

test('what failed inside keeps its message inside', () => {
  expect(feastFailure(new Error('secret'))).toEqual({ status: 500, body: '"The request failed"' });
});
