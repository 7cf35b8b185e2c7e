import { ConfigError } from '#server/config/config-error.js';
import { tenantKeys } from '#server/config/tenant-keys.js';

test('are lines of a tenant and a key', () => {
  expect(tenantKeys('acme key-a\n\n  globex\tkey-b ')).toEqual([
    { tenant: 'acme', key: 'key-a' },
    { tenant: 'globex', key: 'key-b' },
  ]);
  expect(tenantKeys('')).toEqual([]);
  for (const lines of ['acme', 'acme key more']) expect(() => tenantKeys(lines)).toThrow(ConfigError);
});
