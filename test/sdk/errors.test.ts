import { EmbedderError } from '#sdk/embedders/embedder.js';
import { CacheError, embedderError, storeError } from '#sdk/errors.js';

describe('CacheError', () => {
  test('is recognised by its marker, also when it comes from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('nearkey.cache-error')]: true });
    expect(CacheError.isInstance(new CacheError('store-failed', 'x'))).toBe(true);
    expect(CacheError.isInstance(foreign)).toBe(true);
    expect(CacheError.isInstance(new Error('x'))).toBe(false);
    expect(CacheError.isInstance(null)).toBe(false);
    expect(CacheError.isInstance('store-failed')).toBe(false);
  });
});

describe('storeError', () => {
  const replyError = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

  test.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'store-out-of-memory'],
    ['LOADING the dataset is in memory', 'store-unavailable'],
    ['CLUSTERDOWN The cluster is down', 'store-unavailable'],
    ['NOAUTH Authentication required.', 'store-access-denied'],
    ['WRONGPASS invalid username-password pair', 'store-access-denied'],
    ["NOPERM this user has no permissions to run the 'ft.search' command", 'store-access-denied'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'store-failed'],
    ['ERR syntax error', 'store-failed'],
    ['Invalid filter expression: `@`. Missing', 'store-failed'],
  ])('gives the reply "%s" the code %s', (message, code) => {
    const error = replyError(message);
    expect(storeError(error, 'HSET')).toMatchObject({ code, cause: error, message: `Cannot run HSET: ${message}` });
  });

  test.each(['Connection is closed.', 'connect ECONNREFUSED 127.0.0.1:6379'])('takes "%s" for no store', (message) => {
    expect(storeError(new Error(message), 'GET').code).toBe('store-unavailable');
  });

  test('leaves a CacheError as it is', () => {
    const error = new CacheError('unexpected-reply', 'x');
    expect(storeError(error, 'GET')).toBe(error);
  });
});

describe('embedderError', () => {
  test('tells a full queue and a mistake of the caller from other failures, and keeps the cause', () => {
    const full = new EmbedderError('queue-full', 'too many');
    expect(embedderError(full)).toMatchObject({ code: 'embedder-busy', cause: full });
    expect(embedderError(new EmbedderError('invalid-request', 'too long')).code).toBe('invalid-request');
    expect(embedderError(new EmbedderError('failed', 'x')).code).toBe('embedder-failed');
    expect(embedderError('x')).toMatchObject({ code: 'embedder-failed', message: 'Cannot embed the prompt: x' });
  });
});
