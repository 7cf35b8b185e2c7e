/** Thousands of connections that are opened and dropped at random leave no client and no descriptor behind. */
import { readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';
import { parseReply } from '../support/reply-tree.js';
import { churn } from './connection-churn.js';

const opened = 4_000;
const atOnce = 500;
const goneMs = 60_000;

let nearkey: Nearkey;
let bystander: RawConnection;

beforeAll(async () => {
  nearkey = await startNearkey({ args: ['--no-http'] });
  bystander = await RawConnection.open({ port: nearkey.port, timeoutMs: goneMs });
});

afterAll(async () => {
  bystander?.close();
  await nearkey?.stop();
});

const descriptors = (): number => readdirSync(`/proc/${nearkey.process.pid}/fd`).length;

async function connectedClients(): Promise<number> {
  const text = parseReply(await bystander.call('INFO', 'clients')).text ?? '';
  return Number(/^connected_clients:(\d+)/m.exec(text)?.[1]);
}

test('connections opened and dropped at random leave nothing behind', async () => {
  await bystander.call('SET', 'large', 'x'.repeat(3_000_000));
  const before = descriptors();
  const random = new SeededRandom(11);
  const goesOn = (count: number): boolean => count < opened;
  expect(await churn({ port: nearkey.port, connections: atOnce, goesOn, random, largeKey: 'large' })).toBe(opened);
  // A connection that was dropped before it was accepted may still come.
  const left = async (): Promise<object> => ({ clients: await connectedClients(), descriptors: descriptors() });
  const none = { clients: 1, descriptors: before };
  const deadlineMs = Date.now() + goneMs;
  let seen = await left();
  while (!isDeepStrictEqual(seen, none) && Date.now() < deadlineMs) seen = await left();
  expect(seen).toEqual(none);
}, 180_000);
