import { loggedError } from '#server/base/logged-error.js';

test('an error is told by what it says, and not by what hangs on it', () => {
  const error = Object.assign(new Error('ERR syntax error'), {
    code: 'store-failed',
    command: { name: 'hset', args: ['What is the capital of France?'] },
    cause: new TypeError('deeper'),
  });
  const logged = JSON.stringify(loggedError(error));
  expect(JSON.parse(logged)).toEqual({
    name: 'Error',
    code: 'store-failed',
    message: 'ERR syntax error',
    stack: expect.stringContaining('logged-error.test'),
    cause: { name: 'TypeError', message: 'deeper', stack: expect.any(String) },
  });
  expect(logged).not.toContain('France');
});

test('causes that lead back to themselves come to an end', () => {
  const error: Error & { cause?: unknown } = new Error('round');
  error.cause = error;
  expect(JSON.stringify(loggedError(error)).split('"message":"round"')).toHaveLength(6);
});

test('what is no error stays what it is', () => {
  expect([loggedError('closed'), loggedError(undefined), loggedError({ code: 1 })]).toEqual([
    'closed',
    undefined,
    { code: 1 },
  ]);
});
