/**
 * Limits of the decoder, what it holds, and what its frames are. That the result does not depend on where the stream is
 * cut, and the texts of protocol errors, are test/fuzz/decoder.test.ts and test/compat.
 */
import { type DecoderLimits, FrameList, RequestDecoder } from '#server/protocol/request-decoder.js';

const wide: DecoderLimits = { bulkBytesMax: 512 * 1024 * 1024, queryBufferBytesMax: 1024 * 1024 * 1024 };

function feed(decoder: RequestDecoder, text: string): { buffer: Buffer; words: number[] } {
  const frames = new FrameList();
  const buffer = decoder.feed(Buffer.from(text, 'latin1'), frames, 5);
  return { buffer, words: [...frames.words.subarray(0, frames.length)] };
}

test('a frame is connection, argument count, and offset and length of each', () => {
  const chunk = Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n');
  const frames = new FrameList();
  const buffer = new RequestDecoder(wide).feed(chunk, frames, 5);
  expect(buffer).toBe(chunk);
  expect([...frames.words.subarray(0, frames.length)]).toEqual([5, 2, 8, 3, 17, 1]);
});

test('half a command gives no frame, and is held until the rest comes', () => {
  const decoder = new RequestDecoder(wide);
  expect(feed(decoder, '*2\r\n$3\r\nGET\r\n$1').words).toEqual([]);
  expect(decoder.heldBytes).toBe(15);
  const { buffer, words } = feed(decoder, '\r\nk\r\n');
  const [, count, nameAt = 0, , keyAt = 0] = words;
  expect([count, buffer.toString('latin1', nameAt, nameAt + 3), buffer[keyAt]]).toEqual([2, 'GET', 107]);
  expect(decoder.heldBytes).toBe(0);
});

test('what is held grows with what came, not with what a header promises', () => {
  const decoder = new RequestDecoder(wide);
  feed(decoder, '*2\r\n$3\r\nSET\r\n$536870912\r\nabc');
  expect(decoder.heldBytes).toBeLessThan(64);
  expect(decoder.error).toBeUndefined();
});

test('an unfinished command above the limit of the query buffer ends the stream', () => {
  const decoder = new RequestDecoder({ ...wide, queryBufferBytesMax: 1000 });
  feed(decoder, `*2\r\n$3\r\nSET\r\n$5000\r\n${'x'.repeat(900)}`);
  expect(decoder.error).toBeUndefined();
  feed(decoder, 'x'.repeat(200));
  expect(decoder.error).toBe('query buffer limit exceeded');
  expect(decoder.heldBytes).toBe(0);
});

test('complete commands do not count against the limit of the query buffer', () => {
  const decoder = new RequestDecoder({ ...wide, queryBufferBytesMax: 100 });
  const { words } = feed(decoder, '*1\r\n$4\r\nPING\r\n'.repeat(100));
  expect([words.length, decoder.error]).toEqual([400, undefined]);
});

test('limits may change between two reads', () => {
  const limits = { ...wide };
  const decoder = new RequestDecoder(limits);
  limits.bulkBytesMax = 3;
  feed(decoder, '*1\r\n$4\r\nPING\r\n');
  expect(decoder.error).toBe('invalid bulk length');
});

test('a client that has not authenticated may send little', () => {
  const stranger = (text: string): string | undefined => {
    const decoder = new RequestDecoder(wide);
    decoder.unauthenticated = true;
    feed(decoder, text);
    return decoder.error;
  };
  expect(stranger('*10\r\n')).toBeUndefined();
  expect(stranger('*11\r\n')).toBe('unauthenticated multibulk length');
  expect(stranger('*1\r\n$16384\r\n')).toBeUndefined();
  expect(stranger('*1\r\n$16385\r\n')).toBe('unauthenticated bulk length');
});

test('after an error nothing more is decoded', () => {
  const decoder = new RequestDecoder(wide);
  feed(decoder, '*x\r\n');
  expect(decoder.error).toBe('invalid multibulk length');
  expect(feed(decoder, 'PING\r\n').words).toEqual([]);
});

test('a frame list grows, and keeps its words', () => {
  const frames = new FrameList();
  for (let word = 0; word < 1000; word++) frames.push(word);
  expect([frames.length, frames.words[0], frames.words[999]]).toEqual([1000, 0, 999]);
  frames.clear();
  expect(frames.length).toBe(0);
});
