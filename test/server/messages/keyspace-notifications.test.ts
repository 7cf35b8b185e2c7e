import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ByteSlice } from '#server/base/byte-slice.js';
import { type InProcess, startInProcess } from '../../support/in-process.js';

const commands = fileURLToPath(new URL('../../../../server/commands/', import.meta.url));

/** Changes that Redis makes in silence. */
const unpublished = new Set(['pfdebug', 'pfcount']);

test('every event that commands announce by name is published', () => {
  const sources = readdirSync(commands, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const announced = sources.flatMap((path) => {
    const source = readFileSync(`${commands}${path}`, 'utf8');
    return [...source.matchAll(/\bchanged\(\s*'([^']+)'/g)].map(([, event = '']) => event);
  });
  expect(announced.length).toBeGreaterThan(20);
  const server = startInProcess({ 'notify-keyspace-events': 'EA' });
  const { events } = server.server.facilities.keyspace;
  const expected = [...new Set(announced)].filter((event) => !unpublished.has(event));
  const told = heard(server, () => {
    for (const event of expected) events.keyChanged(0, event, ByteSlice.fromText('k'));
  });
  expect(told).toEqual(expected.map((event) => `__keyevent@0__:${event} k`));
});

/** What a subscriber to everything hears of some commands, as channel and message. */
function heard(server: InProcess, run: () => void): string[] {
  const subscriber = server.connect();
  subscriber.call('PSUBSCRIBE', '__key*');
  run();
  return subscriber.messages().map((message) => (Array.isArray(message) ? message.slice(2).join(' ') : ''));
}

test('a change is published on the channel of the key and on that of the event', () => {
  const server = startInProcess({ 'notify-keyspace-events': 'KEA' });
  const client = server.connect();
  client.call('SELECT', '3');
  expect(heard(server, () => client.call('SET', 'k', 'v'))).toEqual(['__keyspace@3__:k set', '__keyevent@3__:set k']);
});

test('nothing is published of what the setting does not name, nor without a kind of channel', () => {
  for (const setting of ['', 'A', 'Kh', 'Eg']) {
    const server = startInProcess({ 'notify-keyspace-events': setting });
    expect(heard(server, () => server.connect().call('SET', 'k', 'v'))).toEqual([]);
  }
});

test('new keys and keys looked up in vain are told only when asked for, and the setting may change', () => {
  const server = startInProcess({ 'notify-keyspace-events': 'EA' });
  const client = server.connect();
  expect(heard(server, () => client.call('GET', 'none'))).toEqual([]);
  client.call('CONFIG', 'SET', 'notify-keyspace-events', 'Emn');
  const told = heard(server, () => {
    client.call('GET', 'none');
    client.call('SET', 'k', 'v');
    client.call('SET', 'k', 'w');
    client.call('HSET', 'h', 'f', 'v');
    client.call('OBJECT', 'ENCODING', 'none');
  });
  expect(told).toEqual(['__keyevent@0__:keymiss none', '__keyevent@0__:new k', '__keyevent@0__:new h']);
});

test('keys that the expire cycle removes are told, too', () => {
  const server = startInProcess({ 'notify-keyspace-events': 'Ex' });
  server.connect().call('SET', 'k', 'v', 'PX', '10');
  const told = heard(server, () => {
    server.clock.advance(20);
    server.runExpireCycle();
  });
  expect(told).toEqual(['__keyevent@0__:expired k']);
});
