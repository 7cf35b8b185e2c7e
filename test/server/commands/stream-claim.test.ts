import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

function stage() {
  const server = startInProcess();
  const client = server.connect();
  for (let i = 1; i <= 4; i++) client.call('XADD', 's', `${i}-0`, 'f', `${i}`);
  client.call('XGROUP', 'CREATE', 's', 'g', '0');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 3, 'STREAMS', 's', '>');
  server.clock.advance(1000);
  return { ...server, client, recorder: new ChangeRecorder(server.server), now: server.clock.nowMs() };
}

const claimEffect = (id: string, consumer: string, time: number, count: number, lastId = '3-0'): string =>
  `XCLAIM s g ${consumer} 0 ${id} TIME ${time} RETRYCOUNT ${count} FORCE JUSTID LASTID ${lastId}`;

test('XCLAIM takes what has been idle for long enough, and tells so', () => {
  const { client, recorder, now } = stage();
  expect(client.call('XCLAIM', 's', 'g', 'd', 1001, '1-0', '2-0')).toEqual([]);
  expect(client.call('XCLAIM', 's', 'g', 'd', 1000, '1-0', '9-0')).toEqual([['1-0', ['f', '1']]]);
  expect(client.call('XCLAIM', 's', 'g', 'd', 0, '2-0', 'IDLE', 400, 'JUSTID')).toEqual(['2-0']);
  expect(client.call('XCLAIM', 's', 'g', 'd', 0, '3-0', 'TIME', now + 5, 'RETRYCOUNT', 7, 'LASTID', '4-0')).toEqual([
    ['3-0', ['f', '3']],
  ]);
  expect(recorder.take()).toEqual({
    changes: ['xgroup-createconsumer s'],
    effects: [
      'XGROUP CREATECONSUMER s g d',
      claimEffect('1-0', 'd', now, 2),
      claimEffect('2-0', 'd', now - 400, 1),
      claimEffect('3-0', 'd', now, 7, '4-0'),
      'XGROUP SETID s g 4-0 ENTRIESREAD 3',
    ],
  });
});

test('XCLAIM forgets entries that were deleted, and makes pending ones with FORCE', () => {
  const { client, recorder, now } = stage();
  client.call('XDEL', 's', '1-0');
  recorder.take();
  expect(client.call('XCLAIM', 's', 'g', 'd', 0, '1-0', '4-0')).toEqual([]);
  expect(client.call('XCLAIM', 's', 'g', 'd', 0, '4-0', 'FORCE', 'JUSTID')).toEqual(['4-0']);
  expect(recorder.take().effects).toEqual([
    'XACK s g 1-0',
    'XGROUP CREATECONSUMER s g d',
    claimEffect('4-0', 'd', now, 1),
  ]);
});

test('XAUTOCLAIM goes on where it stopped, and names entries that were deleted', () => {
  const { client, recorder, now } = stage();
  client.call('XDEL', 's', '2-0');
  recorder.take();
  expect(client.call('XAUTOCLAIM', 's', 'g', 'd', 1000, '-', 'COUNT', 2)).toEqual([
    '3-0',
    [['1-0', ['f', '1']]],
    ['2-0'],
  ]);
  expect(client.call('XAUTOCLAIM', 's', 'g', 'd', 1000, '3-0', 'JUSTID')).toEqual(['0-0', ['3-0'], []]);
  expect(client.call('XAUTOCLAIM', 's', 'g', 'd', 1, '0')).toEqual(['0-0', [], []]);
  expect(recorder.take().effects).toEqual([
    'XGROUP CREATECONSUMER s g d',
    claimEffect('1-0', 'd', now, 2),
    'XACK s g 2-0',
    claimEffect('3-0', 'd', now, 1),
  ]);
});

test('XAUTOCLAIM looks at ten entries for each that it may claim', () => {
  const { client, clock } = startInProcessWithPending(25);
  client.call('XCLAIM', 's', 'g', 'c', 0, '25-0', 'IDLE', 5000);
  clock.advance(10);
  expect(client.call('XAUTOCLAIM', 's', 'g', 'd', 5000, '-', 'COUNT', 2, 'JUSTID')).toEqual(['21-0', [], []]);
  expect(client.call('XAUTOCLAIM', 's', 'g', 'd', 5000, '21-0', 'COUNT', 2, 'JUSTID')).toEqual(['0-0', ['25-0'], []]);
});

function startInProcessWithPending(count: number) {
  const server = startInProcess();
  const client = server.connect();
  for (let i = 1; i <= count; i++) client.call('XADD', 's', `${i}-0`, 'f', `${i}`);
  client.call('XGROUP', 'CREATE', 's', 'g', '0');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
  return { ...server, client };
}
