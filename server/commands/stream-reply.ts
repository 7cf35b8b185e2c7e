/** How ids and entries are written. */
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { EntryRange, StreamValue } from '../types/stream.js';
import type { StreamId } from '../types/stream-id.js';
import type { StreamEntry } from '../types/stream-node.js';

export function writeId(reply: ReplyWriter, id: StreamId): void {
  reply.bulkLatin1(id.text());
}

/** An entry as its id and a list of fields and values in turn. */
export function writeEntry(reply: ReplyWriter, entry: StreamEntry): void {
  reply.array(2);
  writeId(reply, entry.id);
  reply.array(entry.fieldCount * 2);
  entry.forEachText((text) => reply.bulk(text));
}

/** The entries of a range as a list. */
export function writeRange(reply: ReplyWriter, stream: StreamValue, range: EntryRange): void {
  reply.array(stream.countIn(range));
  stream.forEach(range, (entry) => writeEntry(reply, entry));
}

/** The entry of an id, which exists. */
export function writeEntryOf(reply: ReplyWriter, stream: StreamValue, id: StreamId): void {
  stream.forEach({ start: id, end: id, count: 1 }, (entry) => writeEntry(reply, entry));
}
