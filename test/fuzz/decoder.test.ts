/**
 * The request decoder gives the same commands, and the same error, however the stream is cut, and survives any bytes.
 * The plain twin is the stream decoded in one piece, and for well-formed streams the commands that were encoded.
 */
import { FrameList, RequestDecoder } from '#server/protocol/request-decoder.js';
import { encodeCommand } from '../support/raw-connection.js';
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
    for (let at = 0; at < frames.length; ) {
      const [owner, count = 0] = frames.words.subarray(at, at + 2);
      if (owner !== connection) throw new Error(`a frame of connection ${owner}`);
      const bounds = frames.words.subarray(at + 2, at + 2 + 2 * count);
      const args: string[] = [];
      for (let index = 0; index < bounds.length; index += 2) {
        const [offset = 0, bytes = 0] = bounds.subarray(index, index + 2);
        if (offset < 0 || offset + bytes > buffer.length) throw new Error('an argument lies outside the buffer');
        args.push(buffer.toString('latin1', offset, offset + bytes));
      }
      commands.push(args);
      at += 2 + 2 * count;
    }
  }
  return { commands, error: decoder.error };
}

const fromText = (text: string): Buffer => Buffer.from(text, 'latin1');

const streams: readonly string[] = [
  '*1\r\n$4\r\nPING\r\n',
  '*3\r\n$3\r\nSET\r\n$5\r\nk\0\r\n\xff\r\n$0\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n',
  'PING\r\nSET k "a \\x41\\n\\"b" \'it\\\'s\'\n\r\n  GET\tk  \r\n',
  '*0\r\n*-1\r\n\r\nPING\r\n*1\r\n$4\r\nPING\r\nPING x\n',
  '*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n',
  '*2\r\n$4\r\nECHO\r\n$-1\r\n',
  '*2\r\n$4\r\nECHO\r\n$536870913\r\n',
  '*1\r\n:1\r\nPING\r\n',
  'PING\r\nECHO "open\r\nPING\r\n',
  'ECHO "a"b\r\n',
  '*2147483648\r\n',
  `*2\r\n$4\r\nECHO\r\n$40000\r\n${'x'.repeat(40_000)}\r\nPING\r\n`,
];

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
    const alphabet = '*$:+-\r\n\r\n\r\n0123456789"\'\\x PINGget\0\xff';
    for (let round = 0; round < 3_000; round++) {
      const stream = fromText(
        random.chance(0.5)
          ? random.times(random.below(80), () => alphabet[random.below(alphabet.length)] ?? '').join('')
          : mutilated(random, random.pick(streams).slice(0, 400)),
      );
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

function randomText(random: SeededRandom, lengthMax: number): string {
  return String.fromCharCode(...random.times(random.below(lengthMax + 1), () => random.below(256)));
}

function randomPieces(random: SeededRandom, stream: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < stream.length; ) {
    const end = start + random.between(1, random.pick([1, 3, 20, 1_000, 30_000]));
    pieces.push(stream.subarray(start, end));
    start = end;
  }
  return pieces;
}

function mutilated(random: SeededRandom, stream: string): string {
  const at = random.below(stream.length);
  const inserted = random.pick(['', '\r\n', '*1\r\n', '$1\r\n', '"', '\0', '-', '9']);
  return stream.slice(0, at) + inserted + stream.slice(at + random.below(4));
}
