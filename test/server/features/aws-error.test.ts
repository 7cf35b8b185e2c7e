import { FeatureError, type FeatureErrorCode } from '#sdk/features/feature-error.js';
import { controlFailure, failureBody, runtimeFailure } from '#server/features/aws-error.js';

test.each<[FeatureErrorCode, number, number, string]>([
  ['ValidationError', 400, 400, 'ValidationException'],
  ['AccessForbidden', 403, 400, 'AccessDeniedException'],
  ['ResourceNotFound', 404, 400, 'ResourceNotFound'],
  ['ConflictException', 409, 400, 'ConflictException'],
  ['ResourceInUse', 400, 400, 'ResourceInUse'],
  ['InternalFailure', 500, 500, 'InternalFailure'],
  ['ServiceUnavailable', 503, 503, 'ServiceUnavailable'],
])('%s is %d for records and %d %s for groups', (code, status, controlStatus, type) => {
  const error = new FeatureError(code, 'why');
  expect(runtimeFailure(error)).toMatchObject({ status, type: code });
  expect(controlFailure(error)).toMatchObject({ status: controlStatus, type });
});

test('what is no refusal keeps its message inside', () => {
  expect(failureBody(runtimeFailure(new Error('secret')))).not.toContain('secret');
  expect(failureBody(runtimeFailure(new FeatureError('InternalFailure', 'secret')))).not.toContain('secret');
  expect(failureBody(runtimeFailure(new FeatureError('ServiceUnavailable', 'secret')))).not.toContain('secret');
});

test('a message has at most 2,048 characters', () => {
  expect(runtimeFailure(new FeatureError('ValidationError', 'x'.repeat(5_000))).message).toHaveLength(2_048);
});
