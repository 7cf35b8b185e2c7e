import { ByteSlice } from '#server/base/byte-slice.js';
import { ReplyTape } from '#server/protocol/reply-tape.js';
import { type ProtocolVersion, type ReplySink, RespWriter } from '#server/protocol/reply-writer.js';

const replies: readonly ((reply: ReplySink) => void)[] = [
  (r) => r.simple('OK'),
  (r) => r.error('ERR no'),
  (r) => r.error('ERR \xff', 'latin1'),
  (r) => r.integer(7),
  (r) => r.integer(2n ** 63n - 1n),
  (r) => r.bulk(ByteSlice.fromLatin1('\xff\0')),
  (r) => r.bulkText('é'),
  (r) => r.bulkLatin1('\xe9'),
  (r) => r.verbatim('txt', 'a'),
  (r) => r.nil(),
  (r) => r.nilArray(),
  (r) => r.array(2),
  (r) => r.map(1),
  (r) => r.set(3),
  (r) => r.push(1),
  (r) => r.double(0.5),
  (r) => r.decimal('0.25'),
  (r) => r.boolean(true),
];

function written(protocol: ProtocolVersion, say: (reply: ReplySink) => void): string {
  const writer = new RespWriter();
  writer.protocol = protocol;
  say(writer);
  return writer.buffer.toString('latin1', 0, writer.length);
}

test.each<[ProtocolVersion]>([[2], [3]])('what is said is what was said, in RESP%i', (protocol) => {
  const tape = new ReplyTape(protocol);
  for (const say of replies) say(tape);
  const atOnce = written(protocol, (reply) => {
    for (const say of replies) say(reply);
  });
  expect(written(protocol, (reply) => tape.replay(reply))).toBe(atOnce);
});

test('bytes are copied: what they were a view of may change', () => {
  const tape = new ReplyTape(2);
  const bytes = Buffer.from('abc');
  tape.bulk(ByteSlice.of(bytes));
  bytes.fill('x');
  expect(written(2, (reply) => tape.replay(reply))).toBe('$3\r\nabc\r\n');
});

test('what was said from a point on can be taken back', () => {
  const tape = new ReplyTape(2);
  tape.simple('a');
  const { length } = tape;
  tape.array(2);
  tape.truncate(length);
  tape.simple('b');
  expect(written(2, (reply) => tape.replay(reply))).toBe('+a\r\n+b\r\n');
});
