import { ByteSink } from '#server/base/byte-sink.js';
import { Tag, validateTape } from '#server/json/tape.js';
import {
  closeContainer,
  openContainer,
  writeBoolean,
  writeDouble,
  writeInteger,
  writeKeyHead,
  writeStringHead,
} from '#server/json/tape-writer.js';
import { textOf } from './documents.js';

test('values are written that read back as themselves', () => {
  const sink = new ByteSink();
  const object = openContainer(sink, Tag.object);
  writeKeyHead(sink, 1);
  sink.latin1('k');
  const array = openContainer(sink, Tag.array);
  const integers = [0, -33, 160, 70_000, -70_000, 2 ** 40, 2n ** 63n, -(2n ** 63n)];
  for (const integer of integers) writeInteger(sink, integer);
  for (const double of [0.5, 0.1]) writeDouble(sink, double);
  writeBoolean(sink, true);
  writeStringHead(sink, 300);
  sink.latin1('s'.repeat(300));
  closeContainer(sink, array, integers.length + 4);
  closeContainer(sink, object, 1);
  const tape = sink.bytes();
  validateTape(tape);
  expect(textOf(tape)).toBe(`{"k":[${integers.join(',')},0.5,0.1,true,"${'s'.repeat(300)}"]}`);
});
