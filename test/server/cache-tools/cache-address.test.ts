import { addressOf, headersOf, urlOf } from '#server/cache-tools/cache-address.js';

test('an address ends in no slash of its own, and names the cache safely', () => {
  const address = addressOf('a b', new Map([['--url', 'http://h:1//']]));
  expect(urlOf(address, '/import')).toBe('http://h:1/v1/caches/a%20b/import');
  expect(headersOf(address)).toEqual({});
  expect(headersOf({ ...address, apiKey: 'k' })).toEqual({ authorization: 'Bearer k' });
});
