import { ByteSlice } from '#server/base/byte-slice.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { moduleTypeId, readModuleString, writeModuleString } from '#server/rdb/module-type.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';

const type = { name: 'ReJSON-RL', version: 3 };

describe('a module type', () => {
  test('is a number of 64 bits', () => {
    // Letters are as in base64 for addresses: AM are the ten bits of version 3 and two more.
    expect(moduleTypeId(type)).toBe(Buffer.from('ReJSON-RLAM', 'base64url').readBigUInt64BE());
    // "AAAAAAAAA" version 0 is all zeros, and letters come before the version.
    expect([moduleTypeId({ name: 'AAAAAAAAA', version: 0 }), moduleTypeId({ name: 'AAAAAAAAB', version: 1 })]).toEqual([
      0n,
      1025n,
    ]);
  });

  test('stands before the string that is its value', () => {
    const writer = new RdbWriter();
    writeModuleString(writer, type, ByteSlice.fromText('{"a":1}'));
    const bytes = ByteSlice.of(Buffer.from(writer.bytes()));
    const reader = new RdbReader(bytes);
    expect([reader.exactLength(), readModuleString(reader).utf8()]).toEqual([moduleTypeId(type), '{"a":1}']);
    const other = Buffer.from(writer.bytes());
    other[other.length - 1] = 1;
    const broken = new RdbReader(ByteSlice.of(other));
    broken.exactLength();
    expect(() => readModuleString(broken)).toThrow(CorruptPayload);
  });
});
