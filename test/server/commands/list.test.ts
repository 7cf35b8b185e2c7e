/** What compat cannot see of list commands: what they say changed, and what they let go of. */
import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test.each<[string, string[]]>([
  ['RPUSH l d', ['rpush l']],
  ['LPUSH l x y', ['lpush l']],
  ['LPUSHX l x', ['lpush l']],
  ['RPUSHX none x', []],
  ['LSET l 0 x', ['lset l']],
  ['LINSERT l BEFORE b x', ['linsert l']],
  ['LINSERT l BEFORE none x', []],
  ['LTRIM l 0 1', ['ltrim l']],
  ['LTRIM l 5 9', ['ltrim l', 'del l']],
  ['LTRIM none 0 1', []],
  ['LREM l 0 a', ['lrem l']],
  ['LREM l 0 none', []],
])('%s announces its change', (line, changes) => {
  const server = startInProcess();
  const client = server.connect();
  client.call('RPUSH', 'l', 'a', 'b', 'c');
  const recorder = new ChangeRecorder(server.server);
  client.call(...line.split(' '));
  expect(recorder.take()).toEqual({ changes, effects: changes.length > 0 ? [line] : [] });
});

test('a list leaves with its last element', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('RPUSH', 'l', 'a', 'a');
  const recorder = new ChangeRecorder(server.server);
  client.call('LREM', 'l', 0, 'a');
  expect(recorder.take().changes).toEqual(['lrem l', 'del l']);
  expect(client.call('EXISTS', 'l')).toBe(0);
});

test('a push that fails for the type of the key leaves it alone', () => {
  const client = startInProcess().connect();
  client.call('SET', 's', 'v');
  expect(client.error('LPUSH', 's', 'a')).toMatch(/^WRONGTYPE/);
  expect(client.call('GET', 's')).toBe('v');
});
