/**
 * Frames: how a command lies in the bytes it came in. `words[base]` is the number of arguments; behind it stand offset and
 * length of each in `buffer`. A frame is borrowed: the next batch overwrites bytes and words, so what outlives its command
 * is copied.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import type { QueuedCommand } from '../../client/transaction.js';
import type { EffectToken } from '../../keyspace/keyspace-events.js';

/** The arguments of a frame as views. */
export function frameSlices(buffer: Buffer, words: Int32Array, base: number): ByteSlice[] {
  const slices: ByteSlice[] = [];
  for (let i = 0, at = base + 1; i < (words[base] ?? 0); i++, at += 2) {
    const start = words[at] ?? 0;
    slices.push(new ByteSlice(buffer, start, start + (words[at + 1] ?? 0)));
  }
  return slices;
}

/** A private copy of one frame and its bytes. */
export function copyFrame(buffer: Buffer, words: Int32Array, base: number): QueuedCommand {
  const frame = words.slice(base, base + 1 + (words[base] ?? 0) * 2);
  let start = buffer.length;
  let end = 0;
  for (let at = 1; at < frame.length; at += 2) {
    const offset = frame[at] ?? 0;
    start = Math.min(start, offset);
    end = Math.max(end, offset + (frame[at + 1] ?? 0));
  }
  // Arguments lie side by side, but for a few bytes between them.
  for (let at = 1; at < frame.length; at += 2) frame[at] = (frame[at] ?? 0) - start;
  return { buffer: Buffer.from(buffer.subarray(start, Math.max(start, end))), words: frame };
}

/** A command from its words, as a frame over bytes of its own. */
export function frameOf(tokens: readonly EffectToken[]): QueuedCommand {
  const slices = tokens.map((token) => (typeof token === 'string' ? ByteSlice.fromText(token) : token));
  const bytes = Buffer.allocUnsafe(slices.reduce((sum, slice) => sum + slice.length, 0));
  const frame = new Int32Array(1 + slices.length * 2);
  frame[0] = slices.length;
  let offset = 0;
  for (const [i, slice] of slices.entries()) {
    slice.buffer.copy(bytes, offset, slice.start, slice.end);
    frame[1 + i * 2] = offset;
    frame[2 + i * 2] = slice.length;
    offset += slice.length;
  }
  return { buffer: bytes, words: frame };
}
