/**
 * Native framing against its plain twin, RequestDecoder: fed the same pieces, both give the same commands, hold back as many
 * bytes and end with the same error.
 */
import { protocolErrorText } from '#server/net/native-addon.js';
import { FrameList, RequestDecoder } from '#server/protocol/request-decoder.js';
import { nativeAddon } from '../support/native-addon.js';
import { encodeCommand } from '../support/raw-connection.js';
import { argumentsOf, fromText, randomPieces, randomStream, randomText, streams } from './request-streams.js';
import { SeededRandom } from './seeded-random.js';

const { FramerTrial } = nativeAddon();
const generous = { bulkBytesMax: 512 * 1024 * 1024, queryBufferBytesMax: 1024 * 1024 * 1024 };
const connection = 7;

interface Settings {
  readonly limits: typeof generous;
  readonly authenticated: boolean;
}

/** What is known after each piece, from either side. */
function compare(pieces: readonly Buffer[], { limits, authenticated }: Settings): void {
  const decoder = new RequestDecoder(limits);
  decoder.unauthenticated = !authenticated;
  const framer = new FramerTrial(limits.bulkBytesMax, limits.queryBufferBytesMax, authenticated);
  for (const piece of pieces) {
    const frames = new FrameList();
    const buffer = decoder.feed(Buffer.from(piece), frames, connection);
    const words = framer.feed(piece, connection);
    const native = {
      commands: argumentsOf(framer.bytes, words, connection),
      error: framer.error === 0 ? undefined : protocolErrorText(framer.error, framer.offender),
      heldBytes: framer.heldBytes,
    };
    expect(native).toEqual({
      commands: argumentsOf(buffer, frames.words.subarray(0, frames.length), connection),
      error: decoder.error,
      heldBytes: decoder.heldBytes,
    });
  }
}

const open = { limits: generous, authenticated: true };
const narrow = { limits: { bulkBytesMax: 30, queryBufferBytesMax: 60 }, authenticated: false };

describe('native framing', () => {
  test('agrees with its twin on streams cut in two at any byte', () => {
    for (const stream of streams) {
      const whole = fromText(stream);
      const step = whole.length > 1_000 ? 997 : 1;
      for (let cut = 0; cut < whole.length; cut += step) {
        for (const settings of [open, narrow]) compare([whole.subarray(0, cut), whole.subarray(cut)], settings);
      }
    }
  });

  test('agrees with its twin on single bytes', () => {
    for (const stream of streams) {
      const bytes = [...fromText(stream.slice(0, 2_000))].map((byte) => Buffer.of(byte));
      for (const settings of [open, narrow]) compare(bytes, settings);
    }
  });

  test('agrees with its twin on any bytes in any pieces', () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 3_000; round++) {
      compare(randomPieces(random, randomStream(random)), random.chance(0.7) ? open : narrow);
    }
  });

  test('agrees with its twin on commands in random pieces', () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 150; round++) {
      const commands = random.times(random.between(1, 8), () =>
        random.times(random.between(1, 12), () => randomText(random, random.pick([0, 1, 5, 40, 700, 20_000]))),
      );
      compare(randomPieces(random, Buffer.concat(commands.map((args) => encodeCommand(args.map(fromText))))), open);
    }
  });

  test('agrees with its twin on headers and lines that never end', () => {
    for (const start of ['', '*', '*1\r\n$', '*1\r\n', 'PING "']) {
      const pieces = Array.from({ length: 70 }, () => Buffer.alloc(1_024, '1'));
      compare([fromText(start), ...pieces], open);
    }
  });
});
