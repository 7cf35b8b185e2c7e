import { Digests, digestOf } from '#index/digest.js';
import { Random } from './random.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('values that differ have other digests, whatever their length and place in memory', () => {
  const random = new Random(1);
  const seen = new Map<number, string>();
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random.integer(40) }, () => random.pick(['a', 'b', '\0'])).join('');
    const digest = digestOf(bytes(text));
    expect(Number.isSafeInteger(digest) && digest >= 0).toBe(true);
    expect(seen.get(digest) ?? text).toBe(text);
    seen.set(digest, text);
    expect(digestOf(bytes(`xyz${text}`).subarray(3))).toBe(digest);
  }
});

test('what comes before counts', () => {
  expect(digestOf(bytes('b'), digestOf(bytes('a')))).not.toBe(digestOf(bytes('a'), digestOf(bytes('b'))));
  expect(digestOf(bytes(''), digestOf(bytes('ab')))).not.toBe(digestOf(bytes('ab')));
});

test('a document is as it was until it has another digest, or none', () => {
  const digests = new Digests();
  expect([digests.changed(100, 0), digests.changed(100, 0), digests.changed(100, 5)]).toEqual([true, false, true]);
  expect([digests.isSame(100, 5), digests.isSame(100, 0), digests.isSame(3, 0), digests.isSame(9999, 0)]).toEqual([
    ...[true, false, false, false],
  ]);
  expect(digests.memoryBytes).toBeGreaterThanOrEqual(8 * 101);
  digests.forget(100);
  digests.forget(9999);
  expect(digests.changed(100, 5)).toBe(true);
  digests.clear();
  expect([digests.memoryBytes, digests.changed(100, 5)]).toEqual([0, true]);
});
