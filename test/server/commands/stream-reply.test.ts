import { ByteSlice } from '#server/base/byte-slice.js';
import { writeEntryOf, writeId, writeRange } from '#server/commands/stream-reply.js';
import { ReplyRecorder } from '#server/protocol/reply-recorder.js';
import { StreamValue } from '#server/types/stream.js';
import { StreamId } from '#server/types/stream-id.js';
import { valueHome } from '../../support/value-home.js';

test('entries are written as their id and their fields and values', () => {
  const stream = new StreamValue(valueHome());
  for (const ms of [1, 2, 3]) stream.append(StreamId.of(ms, 4), ['f', `${ms}`].map(ByteSlice.fromLatin1));
  const reply = new ReplyRecorder();
  writeRange(reply, stream, { start: StreamId.of(2, 0), end: StreamId.max, count: 9 });
  expect(reply.take()).toEqual([
    ['2-4', ['f', '2']],
    ['3-4', ['f', '3']],
  ]);
  const single = new ReplyRecorder();
  writeEntryOf(single, stream, StreamId.of(1, 4));
  expect(single.take()).toEqual(['1-4', ['f', '1']]);
  const id = new ReplyRecorder();
  writeId(id, StreamId.max);
  expect(id.take()).toBe('18446744073709551615-18446744073709551615');
});
