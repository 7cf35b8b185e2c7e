/**
 * The request decoder gives the same commands, and the same error, however the stream is cut, and survives any bytes.
 * The plain twin is the stream decoded in one piece, and for well-formed streams the commands that were encoded.
 */
import { FrameList, RequestDecoder } from '#server/protocol/request-decoder.js';
import { encodeCommand } from '../support/raw-connection.js';
import { argumentsOf, fromText, randomPieces, randomStream, randomText, streams } from './request-streams.js';
import { SeededRandom } from './seeded-random.js';

const limits = { bulkBytesMax: 512 * 1024 * 1024, queryBufferBytesMax: 1024 * 1024 * 1024 };
const connection = 7;

interface Decoded {
  /** The arguments of each command as latin1 text. */
  readonly commands: readonly (readonly string[])[];
  readonly error: string | undefined;
}

/** Feeds the pieces one by one; the bytes are copied, because the decoder unquotes inline commands in place. */
function decode(pieces: readonly Buffer[], decoder = new RequestDecoder(limits)): Decoded {
  const commands: string[][] = [];
  for (const piece of pieces) {
    const frames = new FrameList();
    const buffer = decoder.feed(Buffer.from(piece), frames, connection);
    commands.push(...argumentsOf(buffer, frames.words.subarray(0, frames.length), connection));
  }
  return { commands, error: decoder.error };
}

describe('the request decoder', () => {
  test('decodes the same from two pieces, cut at any byte, as from one', () => {
    for (const stream of streams) {
      const whole = fromText(stream);
      const expected = decode([whole]);
      const step = whole.length > 1_000 ? 997 : 1;
      for (let cut = 1; cut < whole.length; cut += step) {
        expect(decode([whole.subarray(0, cut), whole.subarray(cut)])).toEqual(expected);
      }
    }
  });

  test('decodes the same from single bytes as from one piece', () => {
    for (const stream of streams) {
      const whole = fromText(stream);
      expect(decode([...whole].map((byte) => Buffer.of(byte)))).toEqual(decode([whole]));
    }
  });

  test('gives back the commands that were encoded, in random pieces', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 300; round++) {
      const commands = random.times(random.between(1, 8), () =>
        random.times(random.between(1, 6), () => randomText(random, random.pick([0, 1, 5, 40, 700, 20_000]))),
      );
      const stream = Buffer.concat(commands.map((args) => encodeCommand(args.map(fromText))));
      expect(decode(randomPieces(random, stream))).toEqual({ commands, error: undefined });
    }
  });

  test('holds back nothing once every command is complete', () => {
    const decoder = new RequestDecoder(limits);
    decode([fromText('*1\r\n$4\r\nPI')], decoder);
    expect(decoder.heldBytes).toBeGreaterThan(0);
    decode([fromText('NG\r\n')], decoder);
    expect(decoder.heldBytes).toBe(0);
  });

  test('survives any bytes and decodes them the same however they are cut', () => {
    const random = new SeededRandom(2);
    for (let round = 0; round < 3_000; round++) {
      const stream = randomStream(random);
      expect(decode(randomPieces(random, stream))).toEqual(decode([stream]));
    }
  });

  test('decodes nothing after an error', () => {
    const decoder = new RequestDecoder(limits);
    const { error } = decode([fromText('*x\r\n')], decoder);
    expect(error).toBe('invalid multibulk length');
    expect(decode([fromText('PING\r\n')], decoder)).toEqual({ commands: [], error });
  });

  test('keeps a connection that has not authenticated within ten arguments and 16 KB', () => {
    const errorOf = (stream: string): string | undefined => {
      const decoder = new RequestDecoder(limits);
      decoder.unauthenticated = true;
      return decode([fromText(stream)], decoder).error;
    };
    expect(errorOf('*10\r\n')).toBeUndefined();
    expect(errorOf('*11\r\n')).toBe('unauthenticated multibulk length');
    expect(errorOf('*1\r\n$16384\r\n')).toBeUndefined();
    expect(errorOf('*1\r\n$16385\r\n')).toBe('unauthenticated bulk length');
  });

  test('ends the connection of a command that never ends within the query buffer limit', () => {
    const decoder = new RequestDecoder({ ...limits, queryBufferBytesMax: 1_000 });
    const head = fromText('*2\r\n$4\r\nECHO\r\n$5000\r\n');
    expect(decode([head, Buffer.alloc(900)], decoder).error).toBeUndefined();
    expect(decode([Buffer.alloc(200)], decoder).error).toBeDefined();
  });
});
