import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { streamCodec } from '#server/rdb/codecs/stream-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { StreamValue } from '#server/types/stream.js';
import { StreamId } from '#server/types/stream-id.js';
import { valueHome } from '../../../support/value-home.js';

const idOf = (number: number): StreamId => StreamId.of(1_700_000_000_000 + number, number % 3);

/** A stream with nodes, gaps, groups, consumers and pending entries. */
function sample(): StreamValue {
  const stream = new StreamValue(valueHome({ streamNodeEntriesMax: 20 }));
  for (let i = 0; i < 90; i++) {
    stream.append(idOf(i), (i % 4 === 0 ? ['g', `${i}`] : ['f', 'x'.repeat(i)]).map(ByteSlice.fromLatin1));
  }
  for (let i = 0; i < 90; i += 7) stream.delete(idOf(i));
  stream.trim({ threshold: 60, approximate: false, limit: 0 });
  const group = stream.addGroup('g\xff', idOf(30), 17);
  const [one, two] = [group.addConsumer('c', 5), group.addConsumer('', 6)];
  for (let i = 10; i < 30; i++)
    group.assign(idOf(i), i % 2 === 0 ? one : two, 1_700_000_000_500 + i, i === 11 ? 2n ** 62n : i);
  stream.addGroup('', StreamId.zero, -1).addConsumer('idle', 7);
  return stream;
}

function written(stream: StreamValue): Buffer {
  const writer = new RdbWriter();
  streamCodec.write(stream, writer);
  return Buffer.from(writer.bytes());
}

function read(object: Buffer, code: number = RdbType.streamListpacks2): StreamValue {
  const stream = new StreamValue(valueHome());
  streamCodec.read(code, new RdbReader(ByteSlice.of(object)), stream);
  stream.validate();
  return stream;
}

describe('a stream in RDB', () => {
  test('is read as it was written, with all it remembers', () => {
    const stream = sample();
    const bytes = written(stream);
    const copy = read(bytes);
    expect(written(copy).equals(bytes)).toBe(true);
    expect([copy.size, copy.firstId, copy.lastId, copy.maxDeletedId, copy.entriesAdded]).toEqual([
      ...[stream.size, stream.firstId, stream.lastId, stream.maxDeletedId, stream.entriesAdded],
    ]);
    expect(copy.group('g\xff')?.pendingEntry(idOf(11))).toMatchObject({
      consumer: { name: '', seenMs: 6 },
      deliveredMs: 1_700_000_000_511,
      deliveries: 2n ** 62n,
    });
    expect(copy.group('')?.entriesRead).toBe(-1);
  });

  test('may be empty', () => {
    const copy = read(written(new StreamValue(valueHome())));
    expect([copy.size, copy.nodeCount, copy.lastId.text()]).toEqual([0, 0, '0-0']);
  });

  test('of the first form counts what it has, of the third has one time more for each consumer', () => {
    const stream = new StreamValue(valueHome());
    stream.append(idOf(1), ['f', 'v'].map(ByteSlice.fromLatin1));
    const bytes = written(stream);
    // First id, last deleted id and number of entries added are not in it.
    const first = Buffer.concat([bytes.subarray(0, -(10 + 2 + 1 + 1)), bytes.subarray(-1)]);
    expect(read(first, RdbType.streamListpacks)).toMatchObject({ size: 1, entriesAdded: 1 });
    stream.addGroup('g', StreamId.zero, 0).addConsumer('c', 5);
    const withConsumer = written(stream);
    const third = Buffer.concat([withConsumer.subarray(0, -1), Buffer.alloc(8), withConsumer.subarray(-1)]);
    expect(read(third, RdbType.streamListpacks3).group('g')?.consumer('c')?.seenMs).toBe(5);
  });

  test('is refused, or sound, whatever bytes are changed in it', () => {
    const bytes = written(sample());
    const random = seededRandom(9);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const broken = Buffer.from(bytes.subarray(0, random.below(8) === 0 ? random.below(bytes.length) : bytes.length));
      for (let flips = 1 + random.below(3); flips > 0; flips--) {
        const at = random.below(Math.max(1, broken.length));
        if (at < broken.length) broken[at] = random.below(256);
      }
      try {
        read(broken);
      } catch (failure) {
        expect(failure).toBeInstanceOf(CorruptPayload);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
