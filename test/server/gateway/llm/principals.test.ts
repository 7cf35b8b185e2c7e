import { Principals } from '#server/gateway/llm/principals.js';

const keys = [
  { tenant: 'acme', key: 'key-a' },
  { tenant: 'globex', key: 'key-b' },
];

describe('principals', () => {
  test('are tenants by their keys, in whatever header a client sends them', () => {
    const principals = new Principals(keys);
    expect(principals.hasKeys).toBe(true);
    expect(principals.of({ authorization: 'Bearer key-a' })).toEqual({ tenant: 'acme' });
    expect(principals.of({ 'x-api-key': 'key-b' })).toEqual({ tenant: 'globex' });
    expect(principals.of({ 'api-key': 'key-b' })).toEqual({ tenant: 'globex' });
  });

  test('are refused with a wrong key, and with none', () => {
    const principals = new Principals(keys);
    for (const headers of [{}, { authorization: 'Bearer other' }, { authorization: 'Basic key-a' }]) {
      expect(principals.of(headers)).toBeUndefined();
    }
  });

  test('without keys are told apart by their own credentials, which are not shown', () => {
    const principals = new Principals([]);
    const tenant = principals.of({ authorization: 'Bearer sk-one' })?.tenant;
    expect(tenant).toMatch(/^[0-9a-f]{32}$/);
    expect(principals.of({ 'x-api-key': 'sk-one' })?.tenant).toBe(tenant);
    expect(principals.of({ authorization: 'Bearer sk-two' })?.tenant).not.toBe(tenant);
    expect(principals.of({})).toEqual({ tenant: undefined });
  });
});
