/** Looking ahead at the keys of a batch. */
import { KeyWarmer } from '#server/commands/execution/key-warmer.js';
import { WARMED_MAX } from '#server/keyspace/database.js';
import { frame } from '../../../support/in-process.js';

/** The keys that are warmed for commands of one batch, pass by pass. */
function warmed(...commands: readonly (readonly string[])[]): string[][] {
  const passes: string[][] = [];
  const bytes: Buffer[] = [];
  const words: number[] = [];
  let offset = 0;
  for (const argv of commands) {
    const { buffer, words: of } = frame(argv);
    words.push(7, ...of.map((word, i) => (i % 2 === 1 ? word + offset : word)));
    bytes.push(buffer);
    offset += buffer.length;
  }
  const database = {
    warm: (buffer: Buffer, places: Int32Array, count: number) => {
      const keyAt = (i: number): string => {
        const start = places[2 * i] ?? 0;
        return buffer.toString('latin1', start, start + (places[2 * i + 1] ?? 0));
      };
      passes.push(Array.from({ length: count }, (_, i) => keyAt(i)));
    },
  };
  new KeyWarmer().warm(database, Buffer.concat(bytes), Int32Array.from(words), words.length);
  return passes;
}

test('first arguments are taken for keys, unless they are missing, empty or too long', () => {
  expect(warmed(['GET', 'a'], ['PING'], ['EVAL', 'x'.repeat(65)], ['GET', ''], ['SET', 'b', 'c'])).toEqual([
    ['a', 'b'],
  ]);
});

test('one key alone is not looked ahead at', () => {
  expect(warmed(['GET', 'a'], ['PING'])).toEqual([]);
});

test('many keys are taken in passes', () => {
  const keys = Array.from({ length: WARMED_MAX + 2 }, (_, i) => `key:${i}`);
  expect(warmed(...keys.map((key) => ['GET', key]))).toEqual([keys.slice(0, WARMED_MAX), keys.slice(WARMED_MAX)]);
});
