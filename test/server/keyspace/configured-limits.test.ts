import { Config } from '#server/config/config.js';
import { configuredLimits } from '#server/keyspace/configured-limits.js';
import { defaultLimits } from '../../support/value-home.js';

describe('the configured limits', () => {
  test('are the defaults of the settings', () => {
    expect(configuredLimits(new Config())).toEqual(defaultLimits);
  });

  test('follow CONFIG SET', () => {
    const config = new Config();
    const limits = configuredLimits(config);
    config.setText('hash-max-listpack-entries', '7');
    expect(limits.hashListpackEntriesMax).toBe(7);
  });
});
