import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test('MSETEX tells every key that it sets, and what replicas set', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  const recorder = new ChangeRecorder(server);
  expect(client.call('MSETEX', 2, 'a', '1', 'b', '2', 'EXAT', 4_102_444_800)).toBe(1);
  expect(client.call('MSETEX', 1, 'a', '3', 'KEEPTTL')).toBe(1);
  expect(client.call('MSETEX', 1, 'c', '4')).toBe(1);
  expect(recorder.take()).toEqual({
    changes: ['set a', 'expire a', 'set b', 'expire b', 'set a', 'set c'],
    effects: ['SET a 1 PXAT 4102444800000', 'SET b 2 PXAT 4102444800000', 'SET a 3 KEEPTTL', 'SET c 4'],
  });
});

test('MSETEX sets nothing when one key is in the way, or is missing', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('RPUSH', 'a', 'x');
  const recorder = new ChangeRecorder(server);
  expect(client.call('MSETEX', 2, 'b', '1', 'a', '1', 'NX')).toBe(0);
  expect(client.call('MSETEX', 2, 'a', '1', 'b', '1', 'XX')).toBe(0);
  expect(recorder.take()).toEqual({ changes: [], effects: [] });
  expect(client.error('MSETEX', 1, 'a', '1', 'EX', 0)).toBe("ERR invalid expire time in 'msetex' command");
  expect(client.call('MSETEX', 1, 'a', '1', 'XX')).toBe(1);
  expect(client.call('GET', 'a')).toBe('1');
});
