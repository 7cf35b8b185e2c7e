import { ByteSlice } from '#server/base/byte-slice.js';
import {
  type Context,
  command,
  container,
  countedKeys,
  countedPairs,
  helpCommand,
  keysAt,
  noArguments,
} from '#server/commands/command.js';
import { CommandTable } from '#server/commands/command-table.js';
import { Executor } from '#server/commands/execute-command.js';
import { errors } from '#server/errors.js';
import { ReplyRecorder } from '#server/protocol/reply-recorder.js';
import { frame, startInProcess } from '../../support/in-process.js';

const metadata = {
  arity: -1,
  flags: [],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Says what it parsed',
  syntax: '[word]',
} as const;

/** What a parsed command saw, by running it in a whole server. */
function runOnce(...argv: string[]): { reply: unknown; ran: string[] } {
  const ran: string[] = [];
  const say = command<{ word: string }>({
    name: 'SAY',
    ...metadata,
    parse: (args) => ({ word: args.text() }),
    run: (context: Context, { word }) => {
      ran.push(word);
      context.reply.bulkText(word);
    },
  });
  const { server, connect } = startInProcess();
  const executor = new Executor({ ...server.facilities, commands: new CommandTable([[say]]) }, () => undefined);
  const { buffer, words } = frame(argv);
  const recorder = new ReplyRecorder();
  executor.execute(connect().client, buffer, words, 0, recorder);
  try {
    return { reply: recorder.take(), ran };
  } catch (error) {
    return { reply: error instanceof Error ? error.message : error, ran };
  }
}

test('a command runs with what its parser made', () => {
  expect(runOnce('SAY', 'hello')).toEqual({ reply: 'hello', ran: ['hello'] });
});

test('a command does not run when its parser failed or left something over', () => {
  expect(runOnce('SAY')).toEqual({ reply: errors.syntax.message, ran: [] });
  expect(runOnce('SAY', 'a', 'b')).toEqual({ reply: errors.syntax.message, ran: [] });
});

test('a subcommand counts two words as its name', () => {
  const entry = command({ name: 'BOX OPEN', ...metadata, parse: noArguments, run: () => undefined });
  expect(entry).toMatchObject({ fullName: 'box|open', nameArguments: 2, calls: 0 });
  expect(container({ name: 'BOX', ...metadata }, [entry])).toMatchObject({ fullName: 'box', nameArguments: 1 });
});

test('a container has its subcommands by their own names', () => {
  const open = command({ name: 'BOX OPEN', ...metadata, parse: noArguments, run: () => undefined });
  const box = container({ name: 'BOX', ...metadata }, [open, helpCommand('BOX', 'server', [], ['OPEN'])]);
  expect([...(box.subcommands?.keys() ?? [])]).toEqual(['OPEN', 'HELP']);
});

test('keys at fixed places are one specification', () => {
  expect(keysAt(1, -1, 2, 'RW')).toEqual([{ first: 1, last: -1, step: 2, flags: ['RW'] }]);
});

test('HELP lists the usage between a heading and itself', () => {
  const lines = startInProcess().connect().call('MEMORY', 'HELP');
  expect(Array.isArray(lines) && [lines[0], lines.at(-2), lines.at(-1)]).toEqual([
    'MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
    'HELP',
    '    Prints this help.',
  ]);
});

describe('keys behind their number', () => {
  test.each([
    ['2 a b WITHSCORES', [2, 3]],
    ['1 a', [2]],
    [' 2x a b', []],
    ['2x a b', [2, 3]],
    ['3 a b', []],
    ['0 a', []],
    ['-1 a', []],
    ['x a', []],
  ])('in ZUNION %s are arguments %j', (line, positions) => {
    const argv = ['ZUNION', ...line.split(' ')].map((word) => ByteSlice.fromLatin1(word));
    expect(countedKeys(1, 'RO').movable?.(argv)).toEqual(positions);
  });

  test.each([
    ['2 a 1 b 2 NX', [2, 4]],
    ['2 a 1 b', []],
  ])('in MSETEX %s are arguments %j', (line, positions) => {
    const argv = ['MSETEX', ...line.split(' ')].map((word) => ByteSlice.fromLatin1(word));
    expect(countedPairs(1, 'OW').movable?.(argv)).toEqual(positions);
  });
});
