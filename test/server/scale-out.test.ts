/** The user that docs/scale-out.md gives to gateways may do all that gateways do, and is denied nothing on the way. */
import { readFileSync } from 'node:fs';
import { isoText } from '#sdk/features/event-time.js';
import { FeatureStore } from '#sdk/features/feature-store.js';
import { openRemoteStore } from '#server/remote-store.js';
import { newGroup, values } from '../contract/feature-store.js';
import { EmbeddedNearkeys } from '../support/embedded-nearkey.js';

const nearkeys = new EmbeddedNearkeys();
afterEach(() => nearkeys.stop());

const silence = (): undefined => undefined;
const logger = { notice: silence, warning: silence, error: silence };

/** The rules and key patterns of the document's recipe. */
function recipe(): string[] {
  const text = readFileSync('docs/scale-out.md', 'utf8').replace(/\s+/g, ' ');
  const rules = /\(`(\+@all [^`]+)` will do\)/.exec(text)?.[1]?.split(' ') ?? [];
  const patterns = [...text.matchAll(/`(~(?:nearkey|fs\w*):\*)`/g)].map(([, pattern = '']) => pattern);
  return [...rules, ...patterns];
}

test('the user of the document runs a cache and a feature store', async () => {
  const store = await nearkeys.start({ http: 'no' });
  const { commander: admin } = store.server;
  await admin.call('ACL', 'SETUSER', 'gateway', 'on', '>secret', ...recipe());
  const url = `redis://gateway:secret@127.0.0.1:${store.port}`;

  const gateway = await nearkeys.start({ store: url });
  const ask = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/v1/caches/help${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  await ask('/entries', { prompt: 'How do I reset my password?', response: 'Click on the link.' });
  expect(await ask('/entries/search', { prompt: 'How can I reset my password?' })).toMatchObject({
    data: [{ response: 'Click on the link.' }],
  });

  const remote = await openRemoteStore({ url, isCluster: false, logger });
  try {
    const clock = { nowMs: () => Date.parse('2026-01-01T00:00:00Z') };
    const features = new FeatureStore({ commander: remote.commander, clock });
    const online = { storageType: 'InMemory' as const, history: { versions: 10 }, changes: { maxLength: 100 } };
    const group = await features.createGroup({
      ...newGroup('items', 0),
      online,
      search: { metric: 'L2', filterable: ['a'] },
    });
    await features.put(group, { record: values({ id: '1', t: isoText(clock.nowMs()), v: ['1', '0'], a: '1' }) });
    expect(await features.search(group, { vector: [0, 0], count: 1, filters: [] })).toMatchObject([{ recordId: '1' }]);
    await features.deleteGroup('items');
  } finally {
    remote.close();
  }
  expect(await admin.call('ACL', 'LOG')).toEqual([]);
});
