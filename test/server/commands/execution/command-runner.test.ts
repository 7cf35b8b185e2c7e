/** A command that runs: its counts, and replies that come later. */
import { command, noArguments } from '#server/commands/command.js';
import { metadata, serverOf } from '../../../support/commands-of-test.js';
import { ErrorReply, startInProcess } from '../../../support/in-process.js';

test('calls are counted as run, refused and failed', () => {
  const client = startInProcess().connect();
  client.call('CONFIG', 'RESETSTAT');
  client.call('SET', 'k', 'v');
  client.call('INCRBY', 'n', '1');
  client.error('INCRBY', 'k', '1');
  client.error('INCRBY', 'k');
  expect(client.call('INFO', 'commandstats')).toContain(
    'cmdstat_incrby:calls=2,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=1\r\n',
  );
});

test('a bug in a reply that comes later takes back what was said of it', async () => {
  const half = command({
    name: 'HALF',
    arity: 1,
    ...metadata,
    parse: noArguments,
    run: () =>
      Promise.resolve((reply) => {
        reply.array(2);
        reply.simple('half');
        throw new Error('a bug');
      }),
  });
  const server = startInProcess();
  const { executor, failures } = serverOf(server, half);
  const call = server.connect(executor).blocking('HALF');
  await new Promise((resolve) => setImmediate(resolve));
  expect(call.reply).toEqual(new ErrorReply('ERR internal error'));
  expect(failures).toEqual([['HALF', new Error('a bug')]]);
});

describe('a command that waits for keys', () => {
  test('runs again for the key that is ready, and stays when it is not served', async () => {
    const server = startInProcess();
    const call = server.connect().blocking('BLMOVE', 'a', 'b', 'LEFT', 'LEFT', '0');
    const other = server.connect();
    for (const words of ['MULTI', 'LPUSH a x', 'LPOP a', 'EXEC']) other.call(...words.split(' '));
    await new Promise((resolve) => setImmediate(resolve));
    expect(call.reply).toBeUndefined();
    other.call('LPUSH', 'a', 'y');
    await new Promise((resolve) => setImmediate(resolve));
    expect(call.reply).toBe('y');
    expect(other.call('LRANGE', 'b', '0', '-1')).toEqual(['y']);
  });

  test('does not wait inside a transaction', () => {
    const client = startInProcess().connect();
    client.call('MULTI');
    client.call('BLPOP', 'a', '0');
    expect(client.call('EXEC')).toEqual([null]);
  });

  test('gets an error when it is unblocked with one', async () => {
    const server = startInProcess();
    const client = server.connect();
    const call = client.blocking('BLPOP', 'a', '0');
    server.server.facilities.clients.add(client.client);
    expect(server.connect().call('CLIENT', 'UNBLOCK', client.client.id, 'ERROR')).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(call.reply).toEqual(new ErrorReply('UNBLOCKED client unblocked via CLIENT UNBLOCK'));
  });
});
