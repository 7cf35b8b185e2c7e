import { ByteSlice } from '#server/base/byte-slice.js';
import { suggestionsCodec } from '#server/rdb/codecs/suggestions-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { moduleTypeId } from '#server/rdb/module-type.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { SuggestionsValue } from '#server/types/suggestions.js';
import { valueHome } from '../../../support/value-home.js';

function written(): Buffer {
  const suggestions = new SuggestionsValue(valueHome());
  suggestions.add('hé', { score: 1.5, isIncrement: false, payload: ByteSlice.fromText('p') });
  suggestions.add('no', { score: 2, isIncrement: false, payload: undefined });
  const writer = new RdbWriter();
  suggestionsCodec.write(suggestions, writer);
  return Buffer.from(writer.bytes());
}

function read(payload: Buffer): SuggestionsValue {
  const suggestions = new SuggestionsValue(valueHome());
  const reader = new RdbReader(ByteSlice.of(payload));
  expect(reader.exactLength()).toBe(moduleTypeId({ name: 'trietype0', version: 1 }));
  suggestionsCodec.read(RdbType.module2, reader, suggestions);
  return suggestions;
}

test('suggestions are read as they were written', () => {
  const copy = read(written());
  copy.validate();
  expect(copy.size).toBe(2);
  expect([copy.get('hé')?.score, copy.get('hé')?.payload?.latin1()]).toEqual([1.5, 'p']);
  expect([copy.get('no')?.score, copy.get('no')?.payload]).toEqual([2, undefined]);
});

test('they have the form of RediSearch: a count, then text, score and payload, each string with a zero byte', () => {
  const pieces = written().subarray(9);
  expect(pieces.toString('latin1')).toBe(
    ['\x02\x02', '\x05\x04h\xc3\xa9\0', '\x04\0\0\0\0\0\0\xf8?', '\x05\x02p\0'].join('') +
      ['\x05\x03no\0', '\x04\0\0\0\0\0\0\0@', '\x05\x01\0', '\0'].join(''),
  );
});

test('what is cut is no list of suggestions', () => {
  const payload = written();
  for (let length = 10; length < payload.length; length++) {
    expect(() => read(payload.subarray(0, length))).toThrow(CorruptPayload);
  }
});
