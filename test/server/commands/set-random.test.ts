/** What compat cannot see of random choices: the effect that repeats them elsewhere, and the bounds of a reply. */
import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test('SPOP tells which members it chose', () => {
  const server = startInProcess();
  const client = server.connect();
  client.call('SADD', 's', 'a', 'b', 'c', 'd');
  const recorder = new ChangeRecorder(server.server);
  const one = client.call('SPOP', 's');
  expect(recorder.take()).toEqual({ changes: ['spop s'], effects: [`SREM s ${String(one)}`] });
  const two = client.call('SPOP', 's', 2);
  expect(recorder.take()).toEqual({ changes: ['spop s'], effects: [`SREM s ${[two].flat().join(' ')}`] });
  client.call('SPOP', 's', 5);
  expect(recorder.take()).toEqual({ changes: ['spop s', 'del s'], effects: ['DEL s'] });
  client.call('SPOP', 's');
  expect(recorder.take()).toEqual({ changes: [], effects: [] });
});

test('a reply of members that repeat is bounded', () => {
  const client = startInProcess().connect();
  client.call('SADD', 's', 'x'.repeat(1_000_000));
  expect(client.error('SRANDMEMBER', 's', -1000)).toBe('ERR value is out of range');
  expect(client.error('SRANDMEMBER', 's', '-9223372036854775807')).toBe('ERR value is out of range');
});

test('a scan of a large set ends, and meets every member', () => {
  const client = startInProcess().connect();
  const members = Array.from({ length: 1000 }, (_, i) => `m${i}`);
  client.call('SADD', 's', ...members);
  const seen = new Set<unknown>();
  let cursor: unknown = '0';
  do {
    const [next, page] = [client.call('SSCAN', 's', String(cursor), 'COUNT', 50)].flat();
    cursor = next;
    for (const member of [page].flat()) seen.add(member);
  } while (cursor !== '0');
  expect(seen).toEqual(new Set(members));
});
