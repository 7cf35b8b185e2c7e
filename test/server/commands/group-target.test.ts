import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test('what a group does is told entry by entry, with consumers it creates and how far it has read', () => {
  const { server, connect, clock } = startInProcess();
  const client = connect();
  for (let i = 1; i <= 3; i++) client.call('XADD', 's', `${i}-0`, 'f', 'v');
  client.call('XGROUP', 'CREATE', 's', 'g', '0');
  const recorder = new ChangeRecorder(server);
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 2, 'STREAMS', 's', '>');
  const time = clock.nowMs();
  expect(recorder.take()).toEqual({
    changes: ['xgroup-createconsumer s'],
    effects: [
      'XGROUP CREATECONSUMER s g c',
      `XCLAIM s g c 0 1-0 TIME ${time} RETRYCOUNT 1 FORCE JUSTID LASTID 1-0`,
      `XCLAIM s g c 0 2-0 TIME ${time} RETRYCOUNT 1 FORCE JUSTID LASTID 2-0`,
      'XGROUP SETID s g 2-0 ENTRIESREAD 2',
    ],
  });
  clock.advance(10);
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', 's', '0');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'NOACK', 'STREAMS', 's', '>');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
  expect(recorder.take()).toEqual({
    changes: [],
    effects: [
      `XCLAIM s g c 0 1-0 TIME ${time + 10} RETRYCOUNT 2 FORCE JUSTID LASTID 2-0`,
      'XGROUP SETID s g 3-0 ENTRIESREAD 3',
    ],
  });
});

test('a consumer is seen whenever it reads or claims', () => {
  const { connect, clock } = startInProcess();
  const client = connect();
  client.call('XGROUP', 'CREATE', 's', 'g', '0', 'MKSTREAM');
  client.call('XADD', 's', '1-0', 'f', 'v');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
  clock.advance(100);
  const idle = (): unknown => client.call('XINFO', 'CONSUMERS', 's', 'g');
  expect(idle()).toEqual([['name', 'c', 'pending', 1, 'idle', 100]]);
  client.call('XCLAIM', 's', 'g', 'c', 0, '1-0');
  expect(idle()).toEqual([['name', 'c', 'pending', 1, 'idle', 0]]);
});
