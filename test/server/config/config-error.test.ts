import { ConfigError } from '#server/config/config-error.js';

test('is an error with a name of its own, which people read', () => {
  expect(String(new ConfigError("unknown directive 'x'"))).toBe("ConfigError: unknown directive 'x'");
});
