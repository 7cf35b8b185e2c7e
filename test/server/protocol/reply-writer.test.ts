import { ByteSlice } from '#server/base/byte-slice.js';
import { type ProtocolVersion, type ReplyWriter, RespWriter } from '#server/protocol/reply-writer.js';

/** What is said, as bytes one character each. */
function written(protocol: ProtocolVersion, say: (reply: ReplyWriter) => void): string {
  const writer = new RespWriter();
  writer.protocol = protocol;
  say(writer);
  return writer.buffer.toString('latin1', 0, writer.length);
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

test.each<[string, (reply: ReplyWriter) => void, string, string]>([
  ['a status', (r) => r.simple('OK'), '+OK\r\n', '+OK\r\n'],
  ['an error', (r) => r.error('ERR no'), '-ERR no\r\n', '-ERR no\r\n'],
  ['an error over two lines', (r) => r.error('ERR a\r\nb'), '-ERR a  b\r\n', '-ERR a  b\r\n'],
  ['an error that quotes bytes', (r) => r.error('ERR \xff', 'latin1'), '-ERR \xff\r\n', '-ERR \xff\r\n'],
  ['an integer', (r) => r.integer(7), ':7\r\n', ':7\r\n'],
  ['a long integer', (r) => r.integer(1_234_567_890_123), ':1234567890123\r\n', ':1234567890123\r\n'],
  ['a negative one', (r) => r.integer(-3), ':-3\r\n', ':-3\r\n'],
  ['a 64-bit one', (r) => r.integer(2n ** 63n - 1n), ':9223372036854775807\r\n', ':9223372036854775807\r\n'],
  ['bytes', (r) => r.bulk(ByteSlice.of(Buffer.from([0, 13, 10, 255]))), '$4\r\n\0\r\n\xff\r\n', '$4\r\n\0\r\n\xff\r\n'],
  ['no bytes', (r) => r.bulkText(''), '$0\r\n\r\n', '$0\r\n\r\n'],
  ['text', (r) => r.bulkText('é'), `$2\r\n${utf8('é')}\r\n`, `$2\r\n${utf8('é')}\r\n`],
  ['text of one byte a character', (r) => r.bulkLatin1('\xe9'), '$1\r\n\xe9\r\n', '$1\r\n\xe9\r\n'],
  ['verbatim text', (r) => r.verbatim('txt', 'é'), `$2\r\n${utf8('é')}\r\n`, `=6\r\ntxt:${utf8('é')}\r\n`],
  ['null', (r) => r.nil(), '$-1\r\n', '_\r\n'],
  ['no array', (r) => r.nilArray(), '*-1\r\n', '_\r\n'],
  ['an array', (r) => r.array(12), '*12\r\n', '*12\r\n'],
  ['a map', (r) => r.map(2), '*4\r\n', '%2\r\n'],
  ['a set', (r) => r.set(2), '*2\r\n', '~2\r\n'],
  ['a push', (r) => r.push(2), '*2\r\n', '>2\r\n'],
  ['a double', (r) => r.double(0.5), '$3\r\n0.5\r\n', ',0.5\r\n'],
  ['infinity', (r) => r.double(Number.POSITIVE_INFINITY), '$3\r\ninf\r\n', ',inf\r\n'],
  ['true', (r) => r.boolean(true), ':1\r\n', '#t\r\n'],
  ['false', (r) => r.boolean(false), ':0\r\n', '#f\r\n'],
])('writes %s', (_what, say, resp2, resp3) => {
  expect([written(2, say), written(3, say)]).toEqual([resp2, resp3]);
});

test('integers of every length', () => {
  for (const value of [0, 9, 10, 99, 100, 65_535, 999_999_999, 1_000_000_000, Number.MAX_SAFE_INTEGER]) {
    expect(written(2, (reply) => reply.integer(value))).toBe(`:${value}\r\n`);
  }
});

test('short and long text, ASCII and not', () => {
  for (const text of [
    '',
    'a',
    'é',
    'abcé',
    'éabc',
    'x'.repeat(24),
    `${'x'.repeat(23)}é`,
    'y'.repeat(300),
    'é'.repeat(300),
  ]) {
    expect(written(3, (reply) => reply.simple(text))).toBe(`+${utf8(text)}\r\n`);
    expect(written(3, (reply) => reply.bulkText(text))).toBe(`$${Buffer.byteLength(text)}\r\n${utf8(text)}\r\n`);
  }
});

test('the buffer grows with what it holds, and what was said can be taken back', () => {
  const writer = new RespWriter();
  writer.simple('OK');
  const keep = writer.length;
  const large = Buffer.alloc(1_000_000, 'v');
  writer.bulk(ByteSlice.of(large));
  expect(writer.buffer.toString('latin1', keep, writer.length)).toBe(`$1000000\r\n${large}\r\n`);
  writer.truncate(keep);
  writer.integer(1);
  expect(writer.buffer.toString('latin1', 0, writer.length)).toBe('+OK\r\n:1\r\n');
  writer.reset();
  expect(writer.length).toBe(0);
});

test('a buffer that is lent is not written before it is given back', () => {
  const writer = new RespWriter();
  writer.simple('first');
  const lent = writer.buffer;
  writer.lendBuffer();
  writer.simple('other');
  expect(lent.toString('latin1', 0, 8)).toBe('+first\r\n');
  expect(writer.buffer.toString('latin1', 0, writer.length)).toBe('+other\r\n');
  writer.giveBack(lent);
  writer.lendBuffer();
  expect(writer.buffer).toBe(lent);
});

test('large replies that are sent and given back take no new memory', () => {
  const writer = new RespWriter();
  const large = ByteSlice.of(Buffer.alloc(1_000_000, 'v'));
  const used = new Set<Buffer>();
  for (let i = 0; i < 50; i++) {
    writer.bulk(large);
    const { buffer } = writer;
    used.add(buffer);
    writer.lendBuffer();
    used.add(writer.buffer);
    writer.giveBack(buffer);
  }
  expect(used.size).toBeLessThanOrEqual(3);
});

test('bytes that are encoded already are taken as they are, however many', () => {
  const bytes = Buffer.alloc(200_000, 'x');
  expect(
    written(3, (reply) => {
      reply.integer(1);
      if (reply instanceof RespWriter) reply.append(bytes);
      reply.integer(2);
    }),
  ).toBe(`:1\r\n${'x'.repeat(200_000)}:2\r\n`);
});
