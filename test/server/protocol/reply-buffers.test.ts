import { ReplyBuffers } from '#server/protocol/reply-buffers.js';

const kib = 1024;

test('a buffer comes back when it has been sent, and not before', () => {
  const buffers = new ReplyBuffers();
  const first = buffers.take(64 * kib);
  buffers.lend(first);
  const second = buffers.take(64 * kib);
  expect(second).not.toBe(first);
  buffers.giveBack(first);
  expect(buffers.take(64 * kib)).toBe(first);
  expect(buffers.take(64 * kib)).not.toBe(first);
});

test('a buffer that was not lent, or is given back twice, is not taken', () => {
  const buffers = new ReplyBuffers();
  const stranger = Buffer.alloc(64 * kib);
  buffers.giveBack(stranger);
  const own = buffers.take(64 * kib);
  expect(own).not.toBe(stranger);
  buffers.lend(own);
  buffers.giveBack(own);
  buffers.giveBack(own);
  expect([buffers.take(64 * kib) === own, buffers.take(64 * kib) === own]).toEqual([true, false]);
});

test('the smallest that fits is taken, and none that is far too large', () => {
  const buffers = new ReplyBuffers();
  for (const size of [400, 150, 120, 90]) buffers.keep(Buffer.alloc(size * kib));
  const taken = [100, 100, 100, 80].map((size) => buffers.take(size * kib).length / kib);
  expect(taken).toEqual([120, 150, 100, 90]);
});

test('so much is kept, the newest', () => {
  const buffers = new ReplyBuffers();
  const all = Array.from({ length: 20 }, () => Buffer.allocUnsafeSlow(1024 * kib));
  for (const buffer of all) buffers.keep(buffer);
  const kept = new Set(all.map(() => buffers.take(1024 * kib)));
  expect(all.map((buffer) => kept.has(buffer))).toEqual(all.map((_, i) => i >= 4));
});

test('a buffer that is larger than all that may be kept is let go, and no other for it', () => {
  const buffers = new ReplyBuffers();
  const small = buffers.take(64 * kib);
  buffers.keep(small);
  buffers.keep(Buffer.allocUnsafeSlow(17 * 1024 * kib));
  expect(buffers.take(64 * kib)).toBe(small);
});
