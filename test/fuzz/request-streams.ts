/** Byte streams for framing: good ones, broken ones, and ways to cut them. */
import type { SeededRandom } from './seeded-random.js';

/** As a decoder sees them: one character a byte. */
export const streams: readonly string[] = [
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
  '*2147483647\r\n$1\r\na\r\n',
  '*-9223372036854775808\r\n*-9223372036854775809\r\n',
  '*9223372036854775808\r\n',
  '*1\r\n$99999999999999999999999\r\n',
  '*01\r\n',
  '*-0\r\n',
  '*+1\r\n',
  '*1\r\n$00\r\n',
  '*1\r\n$\r\n',
  '*\r\n',
  '*1\rX$4\rXPING\rX',
  '\\x4 "\\xzz \\x4g \\q" \'\\x41\'\r\n',
  `*2\r\n$4\r\nECHO\r\n$40000\r\n${'x'.repeat(40_000)}\r\nPING\r\n`,
];

export const fromText = (text: string): Buffer => Buffer.from(text, 'latin1');

export function randomText(random: SeededRandom, lengthMax: number): string {
  return String.fromCharCode(...random.times(random.below(lengthMax + 1), () => random.below(256)));
}

/** Anything at all, with what means something in RESP more often than chance has it. */
export function randomStream(random: SeededRandom): Buffer {
  const alphabet = '*$:+-\r\n\r\n\r\n0123456789"\'\\x PINGget\0\xff';
  const text = random.chance(0.5)
    ? random.times(random.below(80), () => alphabet[random.below(alphabet.length)] ?? '').join('')
    : mutilated(random, random.pick(streams).slice(0, 400));
  return fromText(text);
}

export function randomPieces(random: SeededRandom, stream: Buffer): Buffer[] {
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

/** The arguments of every frame, as latin1 text. */
export function argumentsOf(buffer: Buffer, words: Int32Array, connection: number): string[][] {
  const commands: string[][] = [];
  for (let at = 0; at < words.length; ) {
    const [owner, count = 0] = words.subarray(at, at + 2);
    if (owner !== connection) throw new Error(`a frame of connection ${owner}`);
    const bounds = words.subarray(at + 2, at + 2 + 2 * count);
    const args: string[] = [];
    for (let index = 0; index < bounds.length; index += 2) {
      const [offset = 0, bytes = 0] = bounds.subarray(index, index + 2);
      if (offset < 0 || offset + bytes > buffer.length) throw new Error('an argument lies outside the buffer');
      args.push(buffer.toString('latin1', offset, offset + bytes));
    }
    commands.push(args);
    at += 2 + 2 * count;
  }
  return commands;
}
