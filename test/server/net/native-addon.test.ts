/** The compiled front end as a module: found, or told why not. */
import { loadNativeAddon, protocolErrorText } from '#server/net/native-addon.js';
import { nativeAddon } from '../../support/native-addon.js';

test('is loaded, or it is said why it is not', () => {
  expect(nativeAddon()).toMatchObject({ Front: expect.any(Function), FramerTrial: expect.any(Function) });
  expect(loadNativeAddon('../../native/none.node')).toMatch(/Cannot find module/);
  expect(loadNativeAddon('node:path')).toBe('node:path is not the front end');
});

test('protocol errors are told in the words of Redis', () => {
  expect(protocolErrorText(5, 58)).toBe("expected '$', got ':'");
  expect(protocolErrorText(5, 36)).toBe("expected '$', got '$'");
  expect(protocolErrorText(6, 0)).toBe('invalid bulk length');
});
