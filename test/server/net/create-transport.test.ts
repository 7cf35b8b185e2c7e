/** Which transport serves, by what is demanded and what was built. */
import { createTransport } from '#server/net/create-transport.js';
import { nativeAddon } from '../../support/native-addon.js';

const notices: string[] = [];
const logger = {
  notice: (message: string) => void notices.push(message),
  warning: (message: string) => void notices.push(message),
  error: (message: string) => void notices.push(message),
};
const missing = (): string => 'no compiler';

beforeEach(() => {
  notices.length = 0;
});

test('auto takes the native one where it was built, and says so when it was not', () => {
  expect(createTransport({ transport: 'auto', ioThreads: 1 }, logger, nativeAddon).name).toBe('native');
  expect(notices).toEqual([]);
  expect(createTransport({ transport: 'auto', ioThreads: 1 }, logger, missing).name).toBe('net');
  expect(notices).toEqual(['serving by net, which is slower: the native transport was not built (no compiler)']);
});

test('what is demanded is served, or the server does not start', () => {
  expect(createTransport({ transport: 'net', ioThreads: 1 }, logger, nativeAddon).name).toBe('net');
  expect(createTransport({ transport: 'native', ioThreads: 1 }, logger, nativeAddon).name).toBe('native');
  expect(() => createTransport({ transport: 'native', ioThreads: 1 }, logger, missing)).toThrow(
    'the native transport was not built: no compiler',
  );
});
