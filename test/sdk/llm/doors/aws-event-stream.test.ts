import fc from 'fast-check';
import { awsEventDecoder, encodeAwsEvent } from '#sdk/llm/doors/aws-event-stream.js';
import { frame } from '../../../support/fake-bedrock.js';

const event = frame({ ':event-type': 'messageStart', ':message-type': 'event' }, { role: 'assistant' });
const exception = frame({ ':exception-type': 'throttlingException', ':message-type': 'exception' }, { message: 'no' });

test('reads events and exceptions of frames built by hand', () => {
  expect(awsEventDecoder().push(Buffer.concat([event, exception]))).toEqual([
    { name: 'messageStart', data: '{"role":"assistant"}' },
    { name: 'exception/throttlingException', data: '{"message":"no"}' },
  ]);
});

test('writes what it reads, exceptions too', () => {
  for (const bytes of [event, exception]) {
    const [read = { data: '' }] = awsEventDecoder().push(bytes);
    expect(awsEventDecoder().push(encodeAwsEvent(read))).toEqual([read]);
  }
});

test('reads the same events however their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ unit: 'grapheme' })), { minLength: 1 }),
      fc.array(fc.nat(400), { maxLength: 12 }),
      (pairs, cuts) => {
        const events = pairs.map(([name, text]) => ({ name: `e${name}`, data: JSON.stringify({ text }) }));
        const bytes = Buffer.concat(events.map(encodeAwsEvent));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const decoder = awsEventDecoder();
        const read = places.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(places[index], end)));
        expect(read).toEqual(events);
      },
    ),
    { seed: 11 },
  );
});

test('refuses a frame with a byte that is another, and a length that cannot be', () => {
  for (let place = 0; place < event.length; place++) {
    const wrong = Buffer.from(event);
    wrong.writeUInt8(wrong.readUInt8(place) ^ 1, place);
    const read = (): unknown => awsEventDecoder().push(wrong);
    // A length that is another may wait for more; whatever is read is not wrong.
    if (place < 4) {
      try {
        expect(read()).toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    } else expect(read).toThrow();
  }
  expect(() => awsEventDecoder().push(Buffer.from([0, 0, 0, 15]))).toThrow('15 bytes');
  expect(() => awsEventDecoder().push(Buffer.from([255, 0, 0, 0]))).toThrow();
});
