import { ByteSlice } from '#server/base/byte-slice.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { objectType, readObject, writeObject } from '#server/rdb/object-codec.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { HashValue } from '#server/types/hash.js';
import { rdbString } from '../../support/rdb-payload.js';
import { bytes, held, smallKeyspace } from '../../support/small-keyspace.js';

describe('objects in RDB', () => {
  test('are read back at a key, whatever was there, without an expiry', () => {
    const db = smallKeyspace().database(0);
    db.forWrite(HashValue, bytes('h')).set(bytes('f'), bytes('v'));
    db.setString(bytes('s'), bytes('text'), 4_000_000_000_000);
    for (const [from, to] of [
      ['h', 's2'],
      ['s', 'h2'],
      ['h', 's'],
    ] as const) {
      const object = db.held(bytes(from));
      if (object === undefined) throw new Error('the key is there');
      const writer = new RdbWriter();
      writeObject(object, writer);
      const expected = held(db, from);
      readObject(objectType(object), new RdbReader(ByteSlice.of(Buffer.from(writer.bytes()))), db, bytes(to));
      expect(held(db, to)).toEqual(expected);
      expect(db.expiryMs(bytes(to))).toBe(-1);
    }
    db.validate();
  });

  test('that are none leave the key alone, and no memory behind', () => {
    const db = smallKeyspace().database(0);
    db.setString(bytes('s'), bytes('text'), 4_000_000_000_000);
    const before = db.liveBytes;
    const half = Buffer.concat([Buffer.of(3), rdbString('f'), rdbString('v'), rdbString('g'), Buffer.of(0, 0)]);
    for (const [code, object] of [
      [RdbType.hash, half],
      [RdbType.string, Buffer.of(9)],
      [99, half],
    ] as const) {
      expect(() => readObject(code, new RdbReader(ByteSlice.of(object)), db, bytes('s'))).toThrow(CorruptPayload);
    }
    expect(held(db, 's')).toBe('text');
    expect(db.expiryMs(bytes('s'))).toBe(4_000_000_000_000);
    expect(db.liveBytes).toBe(before);
    db.validate();
  });
});
