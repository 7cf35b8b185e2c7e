import { ByteSlice } from '#server/base/byte-slice.js';
import { memberWriter, writeMembersHead } from '#server/commands/sorted-set-reply.js';
import { RespWriter } from '#server/protocol/reply-writer.js';

test.each([
  [2, false, '*1\r\n$1\r\na\r\n'],
  [3, false, '*1\r\n$1\r\na\r\n'],
  [2, true, '*2\r\n$1\r\na\r\n$3\r\n1.5\r\n'],
  [3, true, '*1\r\n*2\r\n$1\r\na\r\n,1.5\r\n'],
] as const)('members in RESP%i, with scores: %s', (protocol, withScores, expected) => {
  const reply = new RespWriter();
  reply.protocol = protocol;
  writeMembersHead(reply, 1, withScores);
  memberWriter(reply, withScores)(ByteSlice.fromLatin1('a'), 1.5);
  expect(reply.buffer.toString('latin1', 0, reply.length)).toBe(expected);
});
