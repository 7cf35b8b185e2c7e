import { ByteSlice } from '#server/base/byte-slice.js';
import { type ExpiryWord, expiryAtMs, expiryTime } from '#server/commands/expiry-option.js';
import { ReplyError } from '#server/errors.js';

const nowMs = 1_700_000_000_000;

function atMs(word: ExpiryWord, amount: string): number | bigint {
  const time = expiryTime(word, ByteSlice.fromText(amount), 'set');
  if (time instanceof ReplyError) throw time;
  return expiryAtMs(time, nowMs, 'set');
}

function refusal(word: ExpiryWord, amount: string): string {
  try {
    atMs(word, amount);
  } catch (error) {
    if (error instanceof ReplyError) return error.message;
  }
  throw new Error(`${word} ${amount} was not refused`);
}

describe('an expiry option', () => {
  test.each([
    ['EX', '10', nowMs + 10_000],
    ['PX', '10', nowMs + 10],
    ['EXAT', '10', 10_000],
    ['PXAT', '10', 10],
    ['PXAT', '9223372036854775807', 9223372036854775807n],
    ['EXAT', '9223372036854775', 9223372036854775000n],
    ['PX', '9223370336854775807', 9223372036854775807n],
  ] as const)('%s %s is %s', (word, amount, expected) => {
    expect(atMs(word, amount)).toBe(expected);
  });

  test.each([
    ['EX', '0'],
    ['PXAT', '-1'],
    ['EX', '9223372036854776'],
    ['EXAT', '9223372036854776'],
    ['EX', '9223372036854775'],
    ['PX', '9223370336854775808'],
  ] as const)('%s %s is no time', (word, amount) => {
    expect(refusal(word, amount)).toBe("ERR invalid expire time in 'set' command");
  });

  test('must have a whole number', () => {
    for (const amount of ['', 'x', '1.5', ' 1', '9223372036854775808']) {
      expect(refusal('EX', amount)).toBe('ERR value is not an integer or out of range');
    }
  });
});
