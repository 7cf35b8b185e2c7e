/** How a command lies in its bytes. */
import { ByteSlice } from '#server/base/byte-slice.js';
import type { QueuedCommand } from '#server/client/transaction.js';
import { copyFrame, frameOf, frameSlices } from '#server/commands/execution/frame.js';
import { frame } from '../../../support/in-process.js';

function argumentsOf({ buffer, words }: QueuedCommand): string[] {
  return frameSlices(buffer, words, 0).map((slice) => slice.latin1());
}

test('a copied frame is the same arguments over bytes of its own', () => {
  const { buffer, words } = frame(['SET', 'key', Buffer.from([0, 255]), '']);
  const copy = copyFrame(buffer, words, 0);
  buffer.fill(1);
  expect(argumentsOf(copy)).toEqual(['SET', 'key', '\0\xff', '']);
});

test('of several frames, one is copied with no more than its bytes', () => {
  const { buffer, words } = frame(['SET', 'k', 'v', 'GET', 'key']);
  const second = Int32Array.of(2, ...words.subarray(7));
  const copy = copyFrame(buffer, Int32Array.of(99, ...second), 1);
  expect(argumentsOf(copy)).toEqual(['GET', 'key']);
  expect(copy.buffer.toString()).toBe('GETkey');
});

test('words become a frame, whether they are text or bytes', () => {
  const bytes = new ByteSlice(Buffer.from('a key and more'), 2, 5);
  expect(argumentsOf(frameOf(['XREAD', bytes, '']))).toEqual(['XREAD', 'key', '']);
});
