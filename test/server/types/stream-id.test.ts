import { seededRandom } from '#server/base/random.js';
import { laterId, StreamId } from '#server/types/stream-id.js';

const words = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const random = seededRandom(7);
const word = (): number => words[random.below(words.length)] ?? 0;
const ids = Array.from({ length: 300 }, () => new StreamId(word(), word(), word(), word()));
const exact = ({ ms, sequence }: StreamId): bigint => (BigInt(ms) << 64n) | BigInt(sequence);
const sign = (value: number | bigint): number => (value < 0 ? -1 : value > 0 ? 1 : 0);

test('ids are ordered by milliseconds, then by sequence, as 128-bit numbers are', () => {
  const stored = new DataView(new ArrayBuffer(24));
  for (const [index, a] of ids.entries()) {
    const b = ids[(index * 7 + 1) % ids.length] ?? a;
    b.write(stored, 5);
    expect(sign(a.compare(b))).toBe(sign(exact(a) - exact(b)));
    expect(sign(a.compareStored(stored, 5))).toBe(sign(exact(a) - exact(b)));
    expect(StreamId.read(stored, 5).compare(b)).toBe(0);
    expect(laterId(a, b)).toBe(exact(a) >= exact(b) ? a : b);
  }
});

test('every id but the last has a next one, every id but the first a previous one', () => {
  for (const id of ids) {
    const [next, previous] = [id.next(), id.previous()];
    if (next !== undefined) expect(exact(next)).toBe(exact(id) + 1n);
    if (previous !== undefined) expect(exact(previous)).toBe(exact(id) - 1n);
  }
  expect([StreamId.max.next(), StreamId.zero.previous()]).toEqual([undefined, undefined]);
  expect([StreamId.max.previous()?.text(), StreamId.zero.next()?.text()]).toEqual([
    '18446744073709551615-18446744073709551614',
    '0-1',
  ]);
});

test('an id is its distance from another one away', () => {
  for (const [index, a] of ids.entries()) {
    const b = ids[(index * 11 + 3) % ids.length] ?? a;
    expect(b.plus(a.msFrom(b), a.sequenceFrom(b)).compare(a)).toBe(0);
  }
  expect(StreamId.of(5, 1).sequenceFrom(StreamId.of(3, 4))).toBe(-3);
});

test('ids are written as two numbers', () => {
  expect(StreamId.of(1_700_000_000_123, 7).text()).toBe('1700000000123-7');
  expect(StreamId.of(2n ** 64n - 1n, 2n ** 53n + 1n).text()).toBe('18446744073709551615-9007199254740993');
  expect([StreamId.zero.isZero, StreamId.of(0, 1).isZero]).toEqual([true, false]);
});
