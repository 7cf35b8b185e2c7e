import { ByteSlice } from '#server/base/byte-slice.js';
import { listCodec } from '#server/rdb/codecs/list-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { ListpackWriter } from '#server/rdb/packed/listpack.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { ListValue } from '#server/types/list.js';
import { rdbString, ziplist } from '../../../support/rdb-payload.js';
import { valueHome } from '../../../support/value-home.js';

const bytes = (text: string): ByteSlice => ByteSlice.fromLatin1(text);

function elementsOf(list: ListValue): string[] {
  const elements: string[] = [];
  list.forEach((element) => {
    elements.push(element.latin1());
  });
  return elements;
}

function read(code: number, object: Buffer): ListValue {
  const list = new ListValue(valueHome());
  listCodec.read(code, new RdbReader(ByteSlice.of(object)), list);
  return list;
}

function listpack(...elements: string[]): Buffer {
  const writer = new ListpackWriter();
  for (const element of elements) writer.string(bytes(element));
  return rdbString(writer.bytes());
}

test.each([1, 100, 5000])('a list of %i elements is read as it was written', (count) => {
  const list = new ListValue(valueHome());
  for (let i = 0; i < count; i++) list.push('tail', bytes(i % 3 === 0 ? String(i * 997) : 'v'.repeat(i % 90)));
  list.push('tail', bytes('w'.repeat(20_000)));
  const writer = new RdbWriter();
  listCodec.write(list, writer);
  expect(elementsOf(read(listCodec.typeOf(list), writer.bytes()))).toEqual(elementsOf(list));
});

test.each<[string, number, Buffer, string[]]>([
  ['elements', RdbType.list, Buffer.concat([Buffer.of(2), rdbString('a'), rdbString('b')]), ['a', 'b']],
  ['a ziplist', RdbType.listZiplist, rdbString(ziplist('a', 12)), ['a', '12']],
  [
    'nodes of ziplists',
    RdbType.listQuicklist,
    Buffer.concat([Buffer.of(2), rdbString(ziplist('a')), rdbString(ziplist('b', 'c'))]),
    ['a', 'b', 'c'],
  ],
  [
    'a plain node and a packed one',
    RdbType.listQuicklist2,
    Buffer.concat([Buffer.of(2, 1), rdbString('a'), Buffer.of(2), listpack('b', '7')]),
    ['a', 'b', '7'],
  ],
])('a list is read from %s', (_what, code, object, elements) => {
  expect(elementsOf(read(code, object))).toEqual(elements);
});

test.each<[string, number, Buffer]>([
  ['no elements', RdbType.list, Buffer.of(0)],
  ['no elements in a ziplist', RdbType.listZiplist, rdbString(ziplist())],
  ['no nodes', RdbType.listQuicklist2, Buffer.of(0)],
  ['a node of another kind', RdbType.listQuicklist2, Buffer.concat([Buffer.of(1, 3), rdbString('a')])],
  ['fewer nodes than it says', RdbType.listQuicklist2, Buffer.concat([Buffer.of(2, 1), rdbString('a')])],
])('%s is no list', (_what, code, object) => {
  expect(() => read(code, object)).toThrow(CorruptPayload);
});
