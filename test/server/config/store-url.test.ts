import { ConfigError } from '#server/config/config-error.js';
import { shownStoreUrl, storeUrl } from '#server/config/store-url.js';

test.each(['', 'redis://127.0.0.1:6379', 'rediss://user:pass@cache.example:6380/2'])('takes %j', (text) => {
  expect(() => storeUrl(text)).not.toThrow();
});

test.each(['127.0.0.1:6379', 'http://127.0.0.1', 'redis://', 'redis'])('refuses %j', (text) => {
  expect(() => storeUrl(text)).toThrow(new ConfigError('must be redis://HOST:PORT, or rediss:// for TLS'));
});

test('shows no password', () => {
  expect(shownStoreUrl('rediss://user:secret@cache.example:6380/2')).toBe('rediss://cache.example:6380/2');
});
