import fc from 'fast-check';
import { encodeServerSentEvent, eventStreamDecoder, eventStreamType } from '#sdk/llm/doors/server-sent-events.js';

const decode = (parts: readonly Uint8Array[]) => {
  const decoder = eventStreamDecoder();
  return parts.flatMap((part) => decoder.push(part));
};

describe('server-sent events', () => {
  test('come back as they were, wherever their bytes are cut', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => `x${text.replace(/[\r\n]/g, '')}`);
    const data = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
    const event = fc.record({ name: line, data }, { requiredKeys: ['data'] });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.array(fc.nat(200), { maxLength: 6 }), (events, cuts) => {
        const bytes = Buffer.concat(events.map(encodeServerSentEvent));
        const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        expect(decode(ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)))).toEqual(events);
      }),
    );
  });

  test('are read with other line ends, comments and unknown fields', () => {
    const text = ': hello\r\nevent: a\r\nid: 7\r\ndata:1\r\n\r\ndata: 2\n\nretry: 5\n\nevent: none\n\n';
    expect(decode([Buffer.from(text)])).toEqual([{ name: 'a', data: '1' }, { data: '2' }]);
    expect(eventStreamType).toBe('text/event-stream');
  });

  test('that have not ended are none', () => {
    expect(decode([Buffer.from('data: half')])).toEqual([]);
  });
});
