import { ByteSlice } from '#server/base/byte-slice.js';
import { accessRequest } from '#server/commands/access-request.js';
import { CommandTable } from '#server/commands/command-table.js';
import { commandGroups } from '#server/create-server.js';

const table = new CommandTable(commandGroups);

function requestOf(line: string): ReturnType<typeof accessRequest> {
  const argv = line.split(' ').map(ByteSlice.fromText);
  const entry = table.named(argv);
  if (entry === undefined) throw new Error(`no command: ${line}`);
  return accessRequest(entry, argv);
}

const keysOf = (line: string): string[] =>
  requestOf(line).keys.map(({ at, reads, writes }) => `${at}${reads ? 'r' : ''}${writes ? 'w' : ''}`);

test.each([
  ['GET k', ['1r']],
  ['SET k v', ['1w']],
  ['SET k v GET', ['1rw']],
  ['EXISTS a b', ['1', '2']],
  ['COPY a b', ['1r', '2w']],
  ['MSET a 1 b 2', ['1w', '3w']],
  ['ZUNIONSTORE d 2 a b', ['1w', '3r', '4r']],
  ['EVAL s 1 k', ['3rw']],
  ['OBJECT ENCODING k', ['2']],
  ['PING', []],
  ['SPUBLISH c m', []],
])('%s uses the keys %j', (line, uses) => {
  expect(keysOf(line)).toEqual(uses);
});

test.each([
  ['PUBLISH c m', [{ at: 1, isPattern: false }]],
  [
    'SUBSCRIBE a b',
    [
      { at: 1, isPattern: false },
      { at: 2, isPattern: false },
    ],
  ],
  ['PSUBSCRIBE a*', [{ at: 1, isPattern: true }]],
  ['SSUBSCRIBE a', [{ at: 1, isPattern: false }]],
  ['UNSUBSCRIBE a', []],
  ['GET a', []],
])('%s uses the channels %j', (line, uses) => {
  expect(requestOf(line).channels).toEqual(uses);
});

test('what runs without authentication is for everyone', () => {
  expect([requestOf('AUTH x').isForEveryone, requestOf('PING').isForEveryone]).toEqual([true, false]);
});
