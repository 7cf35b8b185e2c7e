import { ArgumentParser } from '#server/commands/argument-parser.js';
import { errors } from '#server/errors.js';
import { frame } from '../../support/in-process.js';

/** A parser over the arguments of a command, its name passed over. */
function parserOver(...args: (string | Buffer)[]): ArgumentParser {
  const parser = new ArgumentParser(4);
  const { buffer, words } = frame(['NAME', ...args]);
  parser.reset(buffer, words, 0, 1, 'name');
  return parser;
}

describe('ArgumentParser', () => {
  test('reads from left to right and is done when nothing is left', () => {
    const args = parserOver('a', Buffer.from([0xff]), 'b', 'c');
    expect([args.text(), args.bytes().latin1(), args.remaining]).toEqual(['a', '\xff', 2]);
    expect(args.peek()?.utf8()).toBe('b');
    expect(args.rest().map((each) => each.utf8())).toEqual(['b', 'c']);
    expect(args.peek()).toBeUndefined();
    expect(args.finish()).toBeUndefined();
  });

  test('arguments left over, or missing, are a syntax error', () => {
    expect(parserOver('a').finish()).toBe(errors.syntax);
    const args = parserOver();
    expect(args.bytes().length).toBe(0);
    expect(args.finish()).toBe(errors.syntax);
  });

  test('the first error latches and stops the reading', () => {
    const args = parserOver('x', '5', 'NX');
    expect(args.integer()).toBe(0);
    expect([args.remaining, args.flag('NX'), args.integer(), args.text()]).toEqual([0, false, 0, '']);
    args.fail(errors.outOfRange);
    expect(args.finish()).toBe(errors.notInteger);
  });

  test('keywords match in any case, options only with an argument behind them', () => {
    const args = parserOver('nX', 'count', '5', 'COUNT');
    expect([args.flag('XX'), args.flag('NX'), args.flag('NX')]).toEqual([false, true, false]);
    expect([args.option('COUNT'), args.integer(), args.option('COUNT')]).toEqual([true, 5, false]);
  });

  test('reads int64 exactly, or as the nearest double', () => {
    const args = parserOver('9223372036854775807', '9223372036854775807', '-7', '42');
    expect(args.int64()).toBe(9223372036854775807n);
    expect(args.integer()).toBe(2 ** 63);
    expect(args.int64()).toBe(-7);
    expect(args.asInt64(args.bytes())).toBe(42);
    expect(args.finish()).toBeUndefined();
    for (const text of ['', 'x', '1.5', '+1', '01', ' 1', '-', '-0', '9223372036854775808']) {
      const bad = parserOver(text);
      bad.int64();
      expect(bad.finish()).toBe(errors.notInteger);
    }
  });

  test('tells apart what is no integer and what is too large for 32 bits, unless one error serves both', () => {
    const errorOf = (text: string, one?: typeof errors.syntax): unknown => {
      const args = parserOver(text);
      args.int32(one);
      return args.finish();
    };
    expect(['2147483647', '-2147483648'].map((text) => errorOf(text))).toEqual([undefined, undefined]);
    expect(['x', '2147483648'].map((text) => errorOf(text))).toEqual([errors.notInteger, errors.notInt32]);
    expect(['x', '2147483648'].map((text) => errorOf(text, errors.syntax))).toEqual([errors.syntax, errors.syntax]);
  });

  test('a database must exist', () => {
    expect(parserOver('3').databaseIndex()).toBe(3);
    for (const text of ['4', '-1']) {
      const args = parserOver(text);
      args.databaseIndex();
      expect(args.finish()).toBe(errors.dbIndexOutOfRange);
    }
  });

  test('an integer keeps to its bounds, both included', () => {
    expect(parserOver('1').integerBetween(1, 2)).toBe(1);
    expect(parserOver('2').integerBetween(1, 2)).toBe(2);
    const args = parserOver('3');
    args.integerBetween(1, 2);
    expect(args.finish()).toBe(errors.outOfRange);
  });

  test('argv is everything, read or not', () => {
    const args = parserOver('a', 'b');
    args.bytes();
    expect(args.argv().map((each) => each.utf8())).toEqual(['NAME', 'a', 'b']);
  });

  test('a float is whole text and never NaN', () => {
    expect(parserOver('-1.5e3').float()).toBe(-1_500);
    for (const text of ['', 'nan', '1.5x', ' 1']) {
      const args = parserOver(text);
      args.float();
      expect(args.finish()).toBe(errors.notFloat);
    }
  });
});
