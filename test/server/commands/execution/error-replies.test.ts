/** What refusals and failures become. */
import { command, noArguments } from '#server/commands/command.js';
import { ErrorReplies } from '#server/commands/execution/error-replies.js';
import { errors } from '#server/errors.js';
import { RespWriter } from '#server/protocol/reply-writer.js';
import { metadata, serverWith } from '../../../support/commands-of-test.js';
import { startInProcess } from '../../../support/in-process.js';

test('an unexpected failure takes back what was said, is reported by name, and stays inside', () => {
  const buggy = command({
    name: 'BUGGY',
    arity: 1,
    ...metadata,
    parse: noArguments,
    run: ({ reply }) => {
      reply.array(2);
      reply.bulkText('half');
      throw new Error('a bug');
    },
  });
  const { run, failures, commands } = serverWith(buggy);
  expect(run('BUGGY')).toBe('-ERR internal error\r\n');
  expect(failures).toEqual([['BUGGY', new Error('a bug')]]);
  expect(run('PING')).toBe('+PONG\r\n');
  expect(commands.get('BUGGY')).toMatchObject({ calls: 1, failedCalls: 1, rejectedCalls: 0 });
});

test('errors are counted by their first word', () => {
  const { stats } = startInProcess().server.facilities;
  const writer = new RespWriter();
  const replies = new ErrorReplies(stats, () => undefined);
  for (const error of [errors.wrongType, errors.syntax, errors.wrongType]) replies.write(writer, error);
  expect(stats.errorReplies).toBe(3);
  expect([...stats.errorsByCode]).toEqual([
    ['WRONGTYPE', 2],
    ['ERR', 1],
  ]);
});
