import { UpstreamError } from '#server/gateway/llm/upstream.js';

test('says by a code why there is no answer, and keeps the cause', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new UpstreamError('unreachable', 'Cannot reach the model', { cause });
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    'UpstreamError',
    'unreachable',
    'Cannot reach the model',
    cause,
  ]);
});
