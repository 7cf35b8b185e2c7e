import { openRemoteStore } from '#server/remote-store.js';
import { type RunningNearkey, StartError } from '#server/start.js';
import { EmbeddedNearkeys } from '../support/embedded-nearkey.js';
import { freePort } from '../support/free-port.js';

const nearkeys = new EmbeddedNearkeys();
const start = (settings: Readonly<Record<string, string>>): Promise<RunningNearkey> => nearkeys.start(settings);

afterEach(() => nearkeys.stop());

const silence = (): undefined => undefined;
const logger = { notice: silence, warning: silence, error: silence };

async function post(nearkey: RunningNearkey, path: string, body: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${nearkey.httpPort}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

test('what one gateway stores another finds, in the store and not in itself', async () => {
  const store = await start({ http: 'no', requirepass: 'secret' });
  const url = `redis://default:secret@127.0.0.1:${store.port}`;
  const [first, second] = [await start({ store: url }), await start({ store: url })];
  const entries = '/v1/caches/shared/entries';
  await post(first, entries, { prompt: 'How do I reset my password?', response: 'Click on the link.' });
  expect(await post(second, `${entries}/search`, { prompt: 'how do i reset my password' })).toMatchObject({
    data: [{ response: 'Click on the link.' }],
  });
  expect(await first.server.commander.call('DBSIZE')).toBe(0);
  expect(await store.server.commander.call('DBSIZE')).toBeGreaterThan(0);
});

test('a store that is not there is one clear line without its password', async () => {
  const port = await freePort();
  await expect(start({ store: `redis://:secret@127.0.0.1:${port}` })).rejects.toThrow(
    new StartError(
      `can't reach the store at redis://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port} (--store)`,
    ),
  );
});

test('a store that goes away fails the calls of that time, and is used again when it is back', async () => {
  // It comes back on the same port, which nobody may have taken meanwhile.
  const store = await start({ http: 'no', port: String(await freePort()) });
  const remote = await openRemoteStore({ url: `redis://127.0.0.1:${store.port}`, isCluster: false, logger });
  try {
    expect(await remote.commander.call('SET', 'key', 'value')).toBe('OK');
    await store.stop();
    await expect(remote.commander.call('GET', 'key')).rejects.toThrow();
    await start({ http: 'no', port: String(store.port) });
    expect(await remote.commander.call('GET', 'key')).toBeNull();
  } finally {
    remote.close();
  }
});
