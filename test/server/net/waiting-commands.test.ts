/** The queue of commands that wait, beside a plain array. */

import { seededRandom } from '#server/base/random.js';
import { frameSlices } from '#server/commands/execution/frame.js';
import { WaitingCommands } from '#server/net/waiting-commands.js';
import { frame } from '../../support/in-process.js';

function push(waiting: WaitingCommands, argv: readonly string[]): void {
  const { buffer, words } = frame(argv);
  waiting.push(buffer, words, 0);
  buffer.fill(0);
  words.fill(0);
}

function first(waiting: WaitingCommands): string[] {
  return frameSlices(waiting.buffer, waiting.words, waiting.base).map((slice) => slice.latin1());
}

test('commands come out as they came in, whatever becomes of the batch', () => {
  const random = seededRandom(7);
  const waiting = new WaitingCommands();
  const plain: string[][] = [];
  for (let step = 0; step < 20_000; step++) {
    // More come than go for a while, then the other way round.
    if (plain.length === 0 || random.below(10) < (step % 2000 < 1000 ? 7 : 3)) {
      const argv = Array.from({ length: 1 + random.below(4) }, () =>
        String(step).repeat(random.below(random.below(20) === 0 ? 200 : 3)),
      );
      push(waiting, argv);
      plain.push(argv);
    } else {
      expect(first(waiting)).toEqual(plain.shift());
      waiting.drop();
    }
    expect(waiting.isEmpty).toBe(plain.length === 0);
    if (step % 50 === 0) waiting.validate();
  }
});

test('what is held is the arguments and their frames, empty ones too', () => {
  const waiting = new WaitingCommands();
  push(waiting, ['']);
  expect(waiting.heldBytes).toBe(12);
  push(waiting, ['ECHO', 'x'.repeat(1000)]);
  expect(waiting.heldBytes).toBe(12 + 20 + 1004);
  waiting.drop();
  expect(waiting.heldBytes).toBe(20 + 1004);
  waiting.drop();
  expect(waiting.heldBytes).toBe(0);
});

test('many small commands take no more than twice what is held', () => {
  const waiting = new WaitingCommands();
  for (let i = 0; i < 100_000; i++) push(waiting, ['PING']);
  const taken = waiting.buffer.length + waiting.words.length * 4;
  expect(taken).toBeLessThanOrEqual(2 * waiting.heldBytes);
  waiting.validate();
});

test('a queue that turns over stays as large as what waits at one time', () => {
  const waiting = new WaitingCommands();
  for (let i = 0; i < 100; i++) push(waiting, ['ECHO', 'x'.repeat(100)]);
  for (let i = 0; i < 10_000; i++) {
    waiting.drop();
    push(waiting, ['ECHO', 'x'.repeat(100)]);
  }
  expect(waiting.buffer.length + waiting.words.length * 4).toBeLessThanOrEqual(4 * waiting.heldBytes);
});

test('the first command can be read after it has been taken out', () => {
  const waiting = new WaitingCommands();
  push(waiting, ['ECHO', 'x'.repeat(10_000)]);
  const { buffer, words, base } = waiting;
  waiting.drop();
  expect(frameSlices(buffer, words, base).map(({ length }) => length)).toEqual([4, 10_000]);
});

test('nothing large is kept for nothing', () => {
  const waiting = new WaitingCommands();
  push(waiting, ['ECHO', 'x'.repeat(100_000)]);
  waiting.clear();
  waiting.validate();
  expect([waiting.isEmpty, waiting.buffer.length]).toEqual([true, 0]);
});
