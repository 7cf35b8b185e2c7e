import { ConfigError } from '#server/config/config-error.js';
import { tenantQuotas } from '#server/config/tenant-quotas.js';

test('are lines of a tenant, requests a minute and tokens a day', () => {
  expect(tenantQuotas('acme 60 100000\n\n *\t0 5')).toEqual([
    { tenant: 'acme', requestsPerMinute: 60, tokensPerDay: 100_000 },
    { tenant: '*', requestsPerMinute: 0, tokensPerDay: 5 },
  ]);
  expect(tenantQuotas('')).toEqual([]);
  for (const line of [
    'acme',
    'acme 1',
    'acme 1 x',
    'acme -1 1',
    'acme 1.5 1',
    'acme 1 1 1',
    'acme 1 99999999999999999',
  ]) {
    expect(() => tenantQuotas(line)).toThrow(ConfigError);
  }
});
