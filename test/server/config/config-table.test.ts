import { Config, parseSetting } from '#server/config/config.js';
import { SETTING_ALIASES, SETTING_NAMES, SETTINGS, type Setting, settingNamed } from '#server/config/config-table.js';

test.each(SETTING_NAMES)('%s has a default that it would accept, and says what it is for', (name) => {
  const setting: Setting = SETTINGS[name];
  expect(parseSetting(setting, new Config().text(name))).toBe(setting.default);
  expect(setting.summary).toMatch(/^[A-Z].*\.$/);
  expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
});

test('settings are found in any case, and by their older names', () => {
  expect(settingNamed('MaxMemory')).toBe('maxmemory');
  expect(settingNamed('HASH-max-ziplist-entries')).toBe('hash-max-listpack-entries');
  expect(settingNamed('max-memory')).toBeUndefined();
  for (const name of SETTING_ALIASES.values()) expect(SETTING_NAMES).toContain(name);
});
