import { ByteSlice } from '#server/base/byte-slice.js';
import { vectorSetCodec } from '#server/rdb/codecs/vector-set-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { VectorSetValue } from '#server/types/vector-set.js';
import { valueHome } from '../../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;

function written(): Buffer {
  const set = new VectorSetValue(valueHome());
  set.define({ dim: 2, quantisation: 'bin', m: 8, inputDim: 5 });
  set.add(bytes('a'), Float32Array.of(1, 2), bytes('{"x":1}'));
  set.add(bytes('b'), Float32Array.of(3, 4), undefined);
  const writer = new RdbWriter();
  vectorSetCodec.write(set, writer);
  return Buffer.from(writer.bytes());
}

function read(payload: Buffer): VectorSetValue {
  const set = new VectorSetValue(valueHome());
  const reader = new RdbReader(ByteSlice.of(payload));
  reader.exactLength();
  vectorSetCodec.read(RdbType.module2, reader, set);
  return set;
}

test('a vector set is read as it was written', () => {
  const copy = read(written());
  copy.validate();
  expect(copy.shape).toEqual({ dim: 2, quantisation: 'bin', m: 8, inputDim: 5 });
  expect([copy.size, copy.attributes(bytes('a'))?.latin1(), copy.attributes(bytes('b'))]).toEqual([
    2,
    '{"x":1}',
    undefined,
  ]);
  // Of a bit for each element.
  const element = Math.fround(5 / Math.SQRT2);
  expect(copy.vector(bytes('b'))).toEqual(Float32Array.of(element, element));
});

test('what is cut or changed is no vector set, or another one, and nothing worse', () => {
  const payload = written();
  for (let length = 10; length < payload.length; length++) {
    expect(() => read(payload.subarray(0, length))).toThrow(CorruptPayload);
  }
});
