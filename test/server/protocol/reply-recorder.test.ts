import { ByteSlice } from '#server/base/byte-slice.js';
import { type RecordedReply, ReplyRecorder } from '#server/protocol/reply-recorder.js';

function recorded(say: (reply: ReplyRecorder) => void): RecordedReply {
  const recorder = new ReplyRecorder();
  say(recorder);
  return recorder.take();
}

test.each<[string, (reply: ReplyRecorder) => void, RecordedReply]>([
  ['a status', (r) => r.simple('OK'), 'OK'],
  ['an integer', (r) => r.integer(7), 7],
  ['an integer beyond doubles, as text', (r) => r.integer(2n ** 63n - 1n), '9223372036854775807'],
  ['bytes, as UTF-8', (r) => r.bulk(ByteSlice.fromText('é')), 'é'],
  ['text', (r) => r.bulkText('é'), 'é'],
  ['text of one byte a character, as UTF-8', (r) => r.bulkLatin1('\xc3\xa9'), 'é'],
  ['verbatim text', (r) => r.verbatim('txt', 'a'), 'a'],
  ['null', (r) => r.nil(), null],
  ['no array', (r) => r.nilArray(), null],
  ['a double, as text', (r) => r.double(0.5), '0.5'],
  ['true', (r) => r.boolean(true), 1],
  ['nothing at all', () => undefined, null],
])('keeps %s', (_what, say, value) => {
  expect(recorded(say)).toEqual(value);
});

test('keeps aggregates as lists, maps flat, errors inside them as text', () => {
  const reply = recorded((r) => {
    r.array(5);
    r.map(1);
    r.bulkText('k');
    r.integer(1);
    r.set(1);
    r.bulkText('m');
    r.array(0);
    r.error('ERR inside');
    r.push(1);
    r.nil();
  });
  expect(reply).toEqual([['k', 1], ['m'], [], 'ERR inside', [null]]);
});

test('an error alone is thrown, with bytes read as UTF-8', () => {
  expect(() => recorded((r) => r.error('ERR no'))).toThrow(new Error('ERR no'));
  expect(() => recorded((r) => r.error('ERR \xc3\xa9', 'latin1'))).toThrow(new Error('ERR é'));
});

test('what was said can be taken back', () => {
  const recorder = new ReplyRecorder();
  recorder.array(2);
  const keep = recorder.length;
  recorder.truncate(0);
  recorder.integer(1);
  expect([keep, recorder.take()]).toEqual([1, 1]);
});
