import { ByteSlice } from '#server/base/byte-slice.js';
import { setCodec } from '#server/rdb/codecs/set-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { writeIntset } from '#server/rdb/packed/intset.js';
import { ListpackWriter } from '#server/rdb/packed/listpack.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { SetValue } from '#server/types/set.js';
import { rdbString } from '../../../support/rdb-payload.js';
import { valueHome } from '../../../support/value-home.js';

const bytes = (text: string): ByteSlice => ByteSlice.fromLatin1(text);

function membersOf(set: SetValue): string[] {
  const members: string[] = [];
  set.forEach((member) => {
    members.push(member.latin1());
  });
  return members.sort();
}

function read(code: number, object: Buffer): SetValue {
  const set = new SetValue(valueHome());
  setCodec.read(code, new RdbReader(ByteSlice.of(object)), set);
  return set;
}

test.each([
  { count: 1, name: (i: number): string => String(i) },
  { count: 500, name: (i: number): string => String(i * 100_003 - 7) },
  { count: 800, name: (i: number): string => String(i) },
  { count: 300, name: (i: number): string => `m${i}` },
])('a set of $count members is read as it was written', ({ count, name }) => {
  const set = new SetValue(valueHome());
  for (let i = 0; i < count; i++) set.add(bytes(name(i)));
  const writer = new RdbWriter();
  setCodec.write(set, writer);
  const copy = read(setCodec.typeOf(set), writer.bytes());
  expect([copy.encoding, membersOf(copy)]).toEqual([set.encoding, membersOf(set)]);
});

function listpack(...elements: string[]): Buffer {
  const writer = new ListpackWriter();
  for (const element of elements) writer.string(bytes(element));
  return rdbString(writer.bytes());
}

test('a set is read from a listpack', () => {
  expect(membersOf(read(RdbType.setListpack, listpack('a', '7')))).toEqual(['7', 'a']);
});

test.each<[string, number, Buffer]>([
  ['no members', RdbType.set, Buffer.of(0)],
  ['no integers', RdbType.setIntset, rdbString(writeIntset([]))],
  ['a member twice', RdbType.set, Buffer.concat([Buffer.of(2), rdbString('a'), rdbString('a')])],
  ['a member twice in a listpack', RdbType.setListpack, listpack('a', 'a')],
  ['fewer members than it says', RdbType.set, Buffer.concat([Buffer.of(2), rdbString('a')])],
])('%s is no set', (_what, code, object) => {
  expect(() => read(code, object)).toThrow(CorruptPayload);
});
