import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

function stage() {
  const server = startInProcess();
  const client = server.connect();
  for (let i = 1; i <= 6; i++) client.call('XADD', 's', `${i}-0`, 'f', 'v');
  client.call('XGROUP', 'CREATE', 's', 'g', '0');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 3, 'STREAMS', 's', '>');
  server.clock.advance(500);
  client.call('XREADGROUP', 'GROUP', 'g', 'd', 'COUNT', 2, 'STREAMS', 's', '>');
  return { ...server, client, recorder: new ChangeRecorder(server.server) };
}

test('XACK takes entries off the pending ones; its effect names those that were', () => {
  const { client, recorder } = stage();
  expect(client.call('XACK', 's', 'g', '1-0', '9-0', '4-0', '1-0')).toBe(2);
  expect(client.call('XACK', 's', 'g', '1-0')).toBe(0);
  expect(recorder.take()).toEqual({ changes: [], effects: ['XACK s g 1-0 4-0'] });
  expect(client.call('XPENDING', 's', 'g')).toEqual([
    3,
    '2-0',
    '5-0',
    [
      ['c', '2'],
      ['d', '1'],
    ],
  ]);
});

test('XPENDING tells since when entries are pending, and finds those that are for long', () => {
  const { client, clock } = stage();
  clock.advance(100);
  expect(client.call('XPENDING', 's', 'g', '3', '+', 10)).toEqual([
    ['3-0', 'c', 600, 1],
    ['4-0', 'd', 100, 1],
    ['5-0', 'd', 100, 1],
  ]);
  expect(client.call('XPENDING', 's', 'g', 'IDLE', 600, '-', '+', 2)).toEqual([
    ['1-0', 'c', 600, 1],
    ['2-0', 'c', 600, 1],
  ]);
  expect(client.call('XPENDING', 's', 'g', 'IDLE', 601, '-', '+', 2)).toEqual([]);
  expect(client.call('XPENDING', 's', 'g', '-', '+', 9, 'd')).toEqual([
    ['4-0', 'd', 100, 1],
    ['5-0', 'd', 100, 1],
  ]);
  clock.advance(-5000);
  expect(client.call('XPENDING', 's', 'g', '-', '+', 1)).toEqual([['1-0', 'c', 0, 1]]);
});
