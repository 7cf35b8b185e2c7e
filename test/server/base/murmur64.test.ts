/** The twin is the algorithm in 64-bit integers. */
import { type Hash64, murmur64 } from '#server/base/murmur64.js';
import { seededRandom } from '#server/base/random.js';

function plain(bytes: Buffer, seed: number): bigint {
  const m = 0xc6a4a7935bd1e995n;
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  let h = BigInt(seed) ^ wrap(BigInt(bytes.length) * m);
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    let k = wrap(bytes.readBigUInt64LE(at) * m);
    k = wrap((k ^ (k >> 47n)) * m);
    h = wrap((h ^ k) * m);
  }
  if (at < bytes.length) {
    let tail = 0n;
    for (let i = bytes.length - 1; i >= at; i--) tail = (tail << 8n) | BigInt(bytes[i] ?? 0);
    h = wrap((h ^ tail) * m);
  }
  h = wrap((h ^ (h >> 47n)) * m);
  return h ^ (h >> 47n);
}

test('murmur64 is the algorithm, whatever the length and the seed', () => {
  const random = seededRandom(3);
  const hash: Hash64 = { high: 0, low: 0 };
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(Array.from({ length: random.below(70) }, () => random.below(256)));
    const seed = round % 2 === 0 ? 0xadc83b19 : random.nextUint32();
    murmur64(Buffer.concat([Buffer.alloc(3), bytes]), 3, 3 + bytes.length, seed, hash);
    expect((BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0)).toBe(plain(bytes, seed));
  }
});
