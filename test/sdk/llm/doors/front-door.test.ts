import { plainDoor } from '../../../server/gateway/llm/plain-door.js';

const call = (body: string) => ({ path: '/ask', headers: {}, body: Buffer.from(body) });

describe('a front door', () => {
  test('replays as a stream what came as a stream, in the same pieces', () => {
    const parsed = plainDoor.parse(call('{"ask":"why?","model":"m"}'));
    if (parsed === undefined) throw new Error('not understood');
    const decoder = plainDoor.streamDecoder();
    const events = ['Bec', 'ause of\nthe', ' rain\n.\n'].flatMap((bytes) => decoder.push(Buffer.from(bytes)));
    const reading = plainDoor.assemble(events);
    if (reading.outcome !== 'answer') throw new Error(reading.reason);
    expect(plainDoor.replayStream(reading.answer, parsed)).toEqual(events);
    expect(plainDoor.replayJson(reading.answer, parsed)).toBe('{"say":"Because of the rain"}');
  });

  test('reads no answer from a stream that was cut, and no question from other bodies', () => {
    expect(plainDoor.assemble([{ data: 'Because' }])).toEqual({ outcome: 'none', reason: 'incomplete' });
    expect(plainDoor.parse(call('{"ask":'))).toBeUndefined();
  });
});
