import { ByteSlice } from '#server/base/byte-slice.js';
import { jsonCodec } from '#server/rdb/codecs/json-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { writeModuleString } from '#server/rdb/module-type.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { JsonValue } from '#server/types/json.js';
import { valueHome } from '../../../support/value-home.js';
import { tapeOf, textOf } from '../../json/documents.js';

function read(writer: RdbWriter): JsonValue {
  const document = new JsonValue(valueHome());
  const reader = new RdbReader(ByteSlice.of(writer.bytes()));
  reader.exactLength();
  jsonCodec.read(RdbType.module2, reader, document);
  return document;
}

test('a document is read as it was written', () => {
  const json = '{"a":[1,2.0,-9223372036854775808,"x"],"b":{"c":null}}';
  const document = new JsonValue(valueHome());
  document.setRoot(tapeOf(json));
  const writer = new RdbWriter();
  jsonCodec.write(document, writer);
  expect([jsonCodec.typeOf(document), textOf(read(writer).tape)]).toEqual([RdbType.module2, json]);
});

test('what is no JSON is no document', () => {
  const writer = new RdbWriter();
  writeModuleString(writer, { name: 'ReJSON-RL', version: 3 }, ByteSlice.fromText('{'));
  expect(() => read(writer)).toThrow(CorruptPayload);
});
