/**
 * Streams in RDB: nodes as they are, what the stream remembers of itself, groups with their consumers and what is
 * pending. Written as redis-server 7.0 does; older and newer forms are read.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import type { Int64 } from '../../base/int64-words.js';
import { integerAt, LIST_HEAD_BYTES, nextElement } from '../../base/listpack.js';
import type { ConsumerGroup } from '../../types/consumer-group.js';
import { StreamValue } from '../../types/stream.js';
import { StreamId } from '../../types/stream-id.js';
import { CorruptPayload, demand } from '../corrupt-payload.js';
import { readListpack } from '../packed/listpack.js';
import type { RdbReader } from '../rdb-reader.js';
import { RdbType } from '../rdb-types.js';
import type { RdbWriter } from '../rdb-writer.js';
import type { ValueCodec } from '../value-codec.js';

const DELETED = 1;
const SAME_FIELDS = 2;
/** Numbers of entries, of deleted ones, of fields. */
const MASTER_ELEMENTS = 3;
/** Flags and two distances. */
const ENTRY_HEAD_ELEMENTS = 3;
/** A name, a time, a count. */
const CONSUMER_BYTES_MIN = 1 + 8 + 1;
/** An id, a time, and at least one byte of a count. */
const PENDING_BYTES_MIN = StreamId.bytes + 8 + 1;

export const streamCodec: ValueCodec<StreamValue> = {
  type: StreamValue,
  reads: [RdbType.streamListpacks, RdbType.streamListpacks2, RdbType.streamListpacks3],

  typeOf: () => RdbType.streamListpacks2,

  write(stream, writer) {
    writer.length(stream.nodeCount);
    stream.forEachNode((firstId, list) => {
      writer.string(ByteSlice.of(idBytes(firstId)));
      writer.string(ByteSlice.of(list));
    });
    writer.length(stream.size);
    for (const id of [stream.lastId, stream.firstId, stream.maxDeletedId]) writeId(writer, id);
    writeNumber(writer, stream.entriesAdded);
    writer.length(stream.groupCount);
    for (const [name, group] of stream.groups()) {
      writer.string(ByteSlice.fromLatin1(name));
      writeGroup(writer, group);
    }
  },

  read(code, reader, into) {
    for (let left = reader.count(2); left > 0; left--) readNode(reader, into);
    demand(reader.length() === into.size, 'a stream has another number of entries');
    readMemory(code, reader, into);
    for (let left = reader.count(2); left > 0; left--) readGroup(code, reader, into);
  },
};

function writeGroup(writer: RdbWriter, group: ConsumerGroup): void {
  writeId(writer, group.lastId);
  writeNumber(writer, group.entriesRead);
  writer.length(group.pendingCount);
  group.forEachPending(StreamId.zero, undefined, ({ id, deliveredMs, deliveries }) => {
    writer.raw(idBytes(id));
    writer.int64(deliveredMs);
    writeNumber(writer, deliveries);
    return true;
  });
  writer.length(group.consumerCount);
  for (const consumer of group.consumers()) {
    writer.string(ByteSlice.fromLatin1(consumer.name));
    writer.int64(consumer.seenMs);
    writer.length(consumer.pending.size);
    group.forEachPending(StreamId.zero, consumer, ({ id }) => {
      writer.raw(idBytes(id));
      return true;
    });
  }
}

/** What a stream remembers beside its entries; the first form did not keep all of it. */
function readMemory(code: number, reader: RdbReader, into: StreamValue): void {
  const lastEntry = into.lastId;
  into.lastId = readId(reader);
  demand(lastEntry.compare(into.lastId) <= 0, 'an entry comes after the last id');
  if (code === RdbType.streamListpacks) {
    into.entriesAdded = into.size;
    return;
  }
  readId(reader);
  into.maxDeletedId = readId(reader);
  into.entriesAdded = readNumber(reader);
}

function readGroup(code: number, reader: RdbReader, into: StreamValue): void {
  const name = reader.string().latin1();
  demand(into.group(name) === undefined, 'a group comes twice');
  const lastId = readId(reader);
  const entriesRead = code === RdbType.streamListpacks ? into.readsUpTo(lastId) : readNumber(reader);
  const group = into.addGroup(name, lastId, entriesRead);
  const pending = readPending(reader);
  for (let left = reader.count(CONSUMER_BYTES_MIN); left > 0; left--) {
    const consumerName = reader.string().latin1();
    demand(group.consumer(consumerName) === undefined, 'a consumer comes twice');
    const consumer = group.addConsumer(consumerName, Number(reader.int64()));
    // Redis 7.2 tells when it was last given something, too.
    if (code === RdbType.streamListpacks3) reader.int64();
    for (let ids = reader.count(StreamId.bytes); ids > 0; ids--) {
      const id = idOfBytes(reader.bytes(StreamId.bytes));
      const delivery = pending.get(id.text());
      demand(delivery !== undefined && group.pendingEntry(id) === undefined, 'a pending entry is not one of the group');
      group.assign(id, consumer, delivery.deliveredMs, delivery.deliveries);
    }
  }
  demand(group.pendingCount === pending.size, 'a pending entry has no consumer');
}

function readPending(reader: RdbReader): Map<string, { readonly deliveredMs: number; readonly deliveries: Int64 }> {
  const pending = new Map<string, { readonly deliveredMs: number; readonly deliveries: Int64 }>();
  for (let left = reader.count(PENDING_BYTES_MIN); left > 0; left--) {
    const id = idOfBytes(reader.bytes(StreamId.bytes)).text();
    demand(!pending.has(id), 'an entry is pending twice');
    pending.set(id, { deliveredMs: Number(reader.int64()), deliveries: readNumber(reader) });
  }
  return pending;
}

function readNode(reader: RdbReader, into: StreamValue): void {
  const key = reader.string();
  demand(key.length === StreamId.bytes, 'a node begins with no id');
  const firstId = idOfBytes(key);
  const list = reader.string();
  const lastId = checkNode(list, firstId);
  demand(into.nodeCount === 0 || into.lastId.compare(firstId) < 0, 'nodes are out of order');
  into.appendNode(firstId, list.view());
  into.lastId = lastId;
}

/** Checks that a listpack is a node of a stream. @returns the last id in it. @throws CorruptPayload */
function checkNode(list: ByteSlice, firstId: StreamId): StreamId {
  const elements = new NodeElements(list);
  const [live, deleted, fields] = [elements.number(0), elements.number(1), Number(elements.number(2))];
  demand(fields >= 0 && elements.number(MASTER_ELEMENTS + fields) === 0, 'the fields of a node do not end');
  const counted = { live: 0, deleted: 0 };
  let last: StreamId | undefined;
  for (let at = MASTER_ELEMENTS + fields + 1; at < elements.length; at++) {
    const flags = Number(elements.number(at));
    demand(flags >= 0 && flags <= DELETED + SAME_FIELDS, 'an entry has unknown flags');
    const id = firstId.plus(elements.number(at + 1), elements.number(at + 2));
    if ((flags & DELETED) !== 0) {
      counted.deleted++;
    } else {
      demand(last === undefined || last.compare(id) < 0, 'entries are out of order');
      last = id;
      counted.live++;
    }
    const hasFields = (flags & SAME_FIELDS) === 0;
    const body = hasFields ? 1 + 2 * Number(elements.number(at + ENTRY_HEAD_ELEMENTS)) : fields;
    at += ENTRY_HEAD_ELEMENTS + body;
    demand(body >= 0 && elements.number(at) === ENTRY_HEAD_ELEMENTS + body, 'an entry has another length');
  }
  demand(counted.live === live && counted.deleted === deleted, 'a node has another number of entries');
  if (last === undefined) throw new CorruptPayload('a node has no entries');
  return last;
}

/** The elements of a listpack, of which some must be integers. */
class NodeElements {
  readonly #starts: number[] = [];

  /** @throws CorruptPayload when it is no listpack */
  constructor(private readonly list: ByteSlice) {
    const { length } = readListpack(list);
    let at = list.start + LIST_HEAD_BYTES;
    for (let index = 0; index < length; index++) {
      this.#starts.push(at);
      at = nextElement(list.buffer, at);
    }
  }

  get length(): number {
    return this.#starts.length;
  }

  /** @throws CorruptPayload when there is no such element, or it is text */
  number(index: number): Int64 {
    const at = this.#starts[index];
    const value = at === undefined ? undefined : integerAt(this.list.buffer, at);
    if (value === undefined) throw new CorruptPayload('a node has no number where one belongs');
    return value;
  }
}

function writeId(writer: RdbWriter, id: StreamId): void {
  writer.length(id.ms);
  writer.length(id.sequence);
}

function readId(reader: RdbReader): StreamId {
  return StreamId.of(reader.exactLength(), reader.exactLength());
}

/** An int64 in the place of a length. */
function writeNumber(writer: RdbWriter, value: Int64): void {
  writer.length(value < 0 ? BigInt.asUintN(64, BigInt(value)) : value);
}

function readNumber(reader: RdbReader): Int64 {
  const exact = BigInt.asIntN(64, reader.exactLength());
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** An id as 16 bytes in the order in which ids are sorted. */
function idBytes(id: StreamId): Buffer {
  const bytes = Buffer.alloc(StreamId.bytes);
  for (const [index, word] of [id.msHigh, id.msLow, id.sequenceHigh, id.sequenceLow].entries()) {
    bytes.writeUInt32BE(word, index * 4);
  }
  return bytes;
}

function idOfBytes({ buffer, start }: ByteSlice): StreamId {
  const word = (index: number): number => buffer.readUInt32BE(start + index * 4);
  return new StreamId(word(0), word(1), word(2), word(3));
}
