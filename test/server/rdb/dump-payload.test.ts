/** Payloads as a whole, and what becomes of damaged ones: every type of the keyspace takes part by its line in `makers`. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { dumpPayload, openPayload } from '#server/rdb/dump-payload.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';
import { payload, rdbString, resealed } from '../../support/rdb-payload.js';

const random = seededRandom(9);

/** Commands that make a value of some size and encoding at a key. */
const makers: Readonly<Record<string, (client: InProcessClient, key: string) => void>> = {
  string: (client, key) => client.call('SET', key, 'abc'.repeat(random.below(60))),
  int: (client, key) => client.call('SET', key, random.below(100_000)),
  'hash listpack': (client, key) => {
    for (let i = random.below(20); i >= 0; i--)
      client.call('HSET', key, `f${i}`, i % 3 === 0 ? i * 1000 : 'v'.repeat(i));
  },
  'hash table': (client, key) => {
    for (let i = 10; i >= 0; i--) client.call('HSET', key, `f${i}`, 'v'.repeat(70 + random.below(9)));
  },
};

describe('a DUMP payload', () => {
  test('ends in version and checksum, as redis-server writes it', () => {
    expect(dumpPayload(ByteSlice.fromText('hello')).toString('hex')).toBe(
      payload(0, rdbString('hello')).toString('hex'),
    );
    expect(dumpPayload(ByteSlice.fromText('12')).toString('hex')).toBe('00c00c0a003c2af8515c04bcd5');
  });

  test('is opened when both are right', () => {
    const whole = payload(0, rdbString('hello'));
    const reader = openPayload(new ByteSlice(Buffer.concat([Buffer.alloc(3), whole]), 3, 3 + whole.length));
    expect([reader?.byte(), reader?.string().latin1(), reader?.remaining]).toEqual([0, 'hello', 0]);
    expect(openPayload(ByteSlice.of(payload(0, rdbString('x'), 13)))).toBeUndefined();
    expect(openPayload(ByteSlice.of(whole.subarray(0, 9)))).toBeUndefined();
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >>> 3] = (flipped[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openPayload(ByteSlice.of(flipped))).toBeUndefined();
    }
  });
});

describe.each(Object.keys(makers))('a damaged payload (%s) with a right checksum', (name) => {
  test('makes a whole value or none', () => {
    const nearkey = startInProcess();
    const client = nearkey.connect();
    const db = nearkey.server.facilities.keyspace.database(0);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      client.call('DEL', 'source');
      makers[name]?.(client, 'source');
      const bytes = Buffer.from(String(client.call('DUMP', 'source')), 'latin1');
      const end = bytes.length - 10;
      const flips = random.below(4);
      for (let i = 0; i < flips; i++) bytes[1 + random.below(end - 1)] = random.below(256);
      const cut = random.below(3) === 0 ? random.below(end) : 0;
      const damaged = resealed(Buffer.concat([bytes.subarray(0, end - cut), bytes.subarray(end)]));
      client.call('SET', 'k', 'old');
      const reply = client.call('RESTORE', 'k', 0, damaged, 'REPLACE');
      if (reply !== 'OK') {
        refused++;
        expect(reply).toEqual({ message: 'ERR Bad data format' });
        expect(client.call('GET', 'k')).toBe('old');
        continue;
      }
      const again = Buffer.from(String(client.call('DUMP', 'k')), 'latin1');
      expect(client.call('RESTORE', 'k2', 0, again, 'REPLACE')).toBe('OK');
    }
    expect(refused).toBeGreaterThan(20);
    expect(nearkey.failures).toEqual([]);
    db.validate();
    client.call('DEL', 'source', 'k', 'k2');
    expect(db.size).toBe(0);
  });
});
