import { ErrorReply, type InProcess, startInProcess } from '../../support/in-process.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const entry = (id: string): [string, string[]] => [id, ['f', 'v']];

function stage(): InProcess {
  const server = startInProcess();
  const client = server.connect();
  client.call('XADD', 's', '1-0', 'f', 'v');
  client.call('XADD', 't', '1-0', 'f', 'v');
  for (const key of ['s', 't']) client.call('XGROUP', 'CREATE', key, 'g', '$');
  return server;
}

describe('XREAD', () => {
  test('answers streams that have something to read: pairs, in RESP3 a map', () => {
    const client = stage().connect();
    expect(client.call('XREAD', 'STREAMS', 's', 'none', 't', '0', '0', '1-0')).toEqual([['s', [entry('1-0')]]]);
    expect(client.call('XREAD', 'STREAMS', 's', '$')).toBeNull();
    client.call('HELLO', 3);
    expect(client.call('XREAD', 'STREAMS', 's', '0')).toEqual(new Map([['s', [entry('1-0')]]]));
  });

  test('waits for what is added after it blocked, whatever `$` has become by then', async () => {
    const server = stage();
    const [waiting, writing] = [server.connect(), server.connect()];
    const call = waiting.blocking('XREAD', 'COUNT', 1, 'BLOCK', 0, 'STREAMS', 's', 't', '$', '$');
    writing.call('XDEL', 't', '1-0');
    writing.call('DEL', 't');
    for (const word of ['MULTI', 'PING']) writing.call(word);
    writing.call('XADD', 's', '2-0', 'f', 'v');
    writing.call('XADD', 's', '3-0', 'f', 'v');
    expect(call.reply).toBeUndefined();
    writing.call('EXEC');
    await settled();
    expect(call.reply).toEqual([['s', [entry('2-0')]]]);
  });

  test('gives up when its time is over', async () => {
    const { connect, clock, scheduler } = stage();
    const call = connect().blocking('XREAD', 'BLOCK', 100, 'STREAMS', 's', '$');
    clock.advance(100);
    scheduler.runTimers();
    await settled();
    expect(call.reply).toBeNull();
  });

  test('does not wait inside a transaction', () => {
    const client = stage().connect();
    client.call('MULTI');
    client.call('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$');
    client.call('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', 0, 'STREAMS', 's', '>');
    expect(client.call('EXEC')).toEqual([null, null]);
  });
});

describe('XREADGROUP', () => {
  test('gives each new entry to one of those who wait, in the order they came', async () => {
    const server = stage();
    const writing = server.connect();
    const read = (consumer: string) =>
      server.connect().blocking('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', 1, 'BLOCK', 0, 'STREAMS', 's', '>');
    const calls = ['c', 'd', 'e'].map(read);
    writing.call('XADD', 's', '2-0', 'f', 'v');
    writing.call('XADD', 's', '3-0', 'f', 'v');
    await settled();
    expect(calls.map(({ reply }) => reply)).toEqual([[['s', [entry('2-0')]]], [['s', [entry('3-0')]]], undefined]);
    expect(writing.call('XPENDING', 's', 'g')).toEqual([
      2,
      '2-0',
      '3-0',
      [
        ['c', '1'],
        ['d', '1'],
      ],
    ]);
  });

  test.each([
    ['DEL s', 'UNBLOCKED the stream key no longer exists'],
    ['SET s v', 'UNBLOCKED the stream key no longer exists'],
    ['RENAME t s', undefined],
    ['XGROUP DESTROY s g', 'NOGROUP the consumer group this client was blocked on no longer exists'],
    ['XGROUP SETID s g 0', undefined],
    ['FLUSHALL', 'UNBLOCKED the stream key no longer exists'],
  ])('a client that waits when somebody says %s is told %s', async (line, message) => {
    const server = stage();
    const [waiting, writing] = [server.connect(), server.connect()];
    const call = waiting.blocking('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', 0, 'STREAMS', 's', '>');
    writing.call(...line.split(' '));
    await settled();
    expect(call.reply).toEqual(message === undefined ? undefined : new ErrorReply(message));
  });

  test('answers the history of a consumer at once, deleted entries without fields', () => {
    const client = stage().connect();
    for (const id of ['2-0', '3-0']) client.call('XADD', 's', id, 'f', 'v');
    client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
    client.call('XDEL', 's', '2-0');
    const history = client.call('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', 0, 'STREAMS', 's', '0');
    expect(history).toEqual([['s', [['2-0', null], entry('3-0')]]]);
    const counts = client.call('XPENDING', 's', 'g', '-', '+', 9);
    expect(counts).toEqual([
      ['2-0', 'c', 0, 1],
      ['3-0', 'c', 0, 2],
    ]);
  });

  test('a consumer comes into being with the first thing it reads', () => {
    const client = stage().connect();
    client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>');
    expect(client.call('XINFO', 'CONSUMERS', 's', 'g')).toEqual([]);
    client.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '0');
    expect(client.call('XINFO', 'CONSUMERS', 's', 'g')).toEqual([['name', 'c', 'pending', 0, 'idle', 0]]);
  });
});
