import {
  addInt64,
  formatInt64,
  INT64_MAX,
  INT64_MIN,
  multiplyInt64,
  parseInt64,
  parseInteger,
} from '#server/base/integer.js';
import { seededRandom } from '#server/base/random.js';

function parse(text: string): number | bigint | undefined {
  const padded = Buffer.from(`9${text}9`, 'latin1');
  return parseInt64(padded, 1, padded.length - 1);
}

describe('parseInt64', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    ['-1', -1],
    ['999999999999999', 999999999999999],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775807', INT64_MAX],
    ['-9223372036854775808', INT64_MIN],
  ])('reads %s exactly', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each([
    ...['', '-', '+1', '01', '-0', '-01', ' 1', '1 ', '1.0', '1e2', '0x10', 'abc', '1\0'],
    ...['9223372036854775808', '-9223372036854775809', '99999999999999999999', '100000000000000000000'],
  ])('does not read %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('looks at no byte beyond the end', () => {
    const text = Buffer.from('-12');
    expect(parseInt64(text, 0, 1)).toBeUndefined();
    expect(parseInt64(text, 0, 2)).toBe(-1);
    expect(parseInt64(text, 1, 1)).toBeUndefined();
  });

  test('reads back what formatInt64 writes, over every length', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 5000; i++) {
      const digits = 1 + random.below(19);
      const exact = BigInt.asIntN(64, (BigInt(random.nextUint32()) << 32n) | BigInt(random.nextUint32()));
      const value = exact % 10n ** BigInt(digits);
      const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
      const expected = isSafe ? Number(value) : value;
      const text = formatInt64(expected);
      expect(text.latin1()).toBe(value.toString());
      expect(parseInt64(text.buffer, text.start, text.end)).toBe(expected);
    }
  });
});

describe('parseInteger', () => {
  test('answers the nearest double beyond 2^53', () => {
    const text = Buffer.from('9223372036854775807');
    expect(parseInteger(text, 0, text.length)).toBe(2 ** 63);
    expect(parseInteger(text, 0, 3)).toBe(922);
    expect(parseInteger(text, 0, 0)).toBeUndefined();
  });
});

describe('formatInt64', () => {
  test.each([0, 9, 10, 999999999, 1000000000, -1, -1000000000, Number.MAX_SAFE_INTEGER, INT64_MIN, INT64_MAX])(
    'writes %s',
    (value) => {
      expect(formatInt64(value).latin1()).toBe(value.toString());
    },
  );
});

describe('addInt64 and multiplyInt64', () => {
  test('answer numbers while a double is exact, bigints beyond it, and nothing beyond 64 bits', () => {
    expect(addInt64(1, 2)).toBe(3);
    expect(addInt64(Number.MAX_SAFE_INTEGER, 1)).toBe(9007199254740992n);
    expect(addInt64(9007199254740992n, -1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(addInt64(INT64_MAX, 0)).toBe(INT64_MAX);
    expect(addInt64(INT64_MAX, 1)).toBeUndefined();
    expect(addInt64(INT64_MIN, -1)).toBeUndefined();
    expect(addInt64(INT64_MIN, INT64_MAX)).toBe(-1);
    expect(multiplyInt64(3, 1000)).toBe(3000);
    expect(multiplyInt64(9223372036854775n, 1000)).toBe(9223372036854775000n);
    expect(multiplyInt64(9223372036854776n, 1000)).toBeUndefined();
    expect(multiplyInt64(INT64_MIN, -1)).toBeUndefined();
  });
});
