import { ArgumentParser } from '#server/commands/argument-parser.js';
import { defaultScanOptions, randomRequest, scanCursor, scanOption } from '#server/commands/scan-arguments.js';
import { errors } from '#server/errors.js';
import { frame } from '../../support/in-process.js';

function parserOf(...args: string[]): ArgumentParser {
  const { buffer, words } = frame(args);
  const parser = new ArgumentParser();
  parser.reset(buffer, words, 0, 0, 'scan');
  return parser;
}

describe('a cursor', () => {
  test.each([
    ['0', 0],
    ['17', 17],
    ['', 0],
    ['+5', 5],
    ['007', 7],
    ['4294967295', 0xffff_ffff],
    ['18446744073709551615', 0xffff_ffff],
    ['-1', 0xffff_ffff],
  ])('reads %j as strtoul does, in its low 32 bits', (text, cursor) => {
    const parser = parserOf(text);
    expect(scanCursor(parser)).toBe(cursor);
    expect(parser.finish()).toBeUndefined();
  });

  test.each(['x', ' 0', '0 ', '1.5', '0x1', '18446744073709551616'])('refuses %j', (text) => {
    const parser = parserOf(text);
    scanCursor(parser);
    expect(parser.finish()?.message).toBe('ERR invalid cursor');
  });
});

describe('MATCH and COUNT', () => {
  test('are read in any order and the last of each counts', () => {
    const parser = parserOf('count', '5', 'MATCH', 'a*', 'COUNT', '7');
    const options = defaultScanOptions();
    while (scanOption(parser, options));
    expect(options.count).toBe(7);
    expect(options.pattern?.latin1()).toBe('a*');
    expect(parser.finish()).toBeUndefined();
  });

  test('let everything pass for the pattern that matches everything', () => {
    const options = defaultScanOptions();
    scanOption(parserOf('MATCH', '*'), options);
    expect(options).toEqual({ count: 10, pattern: undefined });
  });

  test('leave other words alone', () => {
    expect(scanOption(parserOf('TYPE', 'hash'), defaultScanOptions())).toBe(false);
    expect(scanOption(parserOf('COUNT'), defaultScanOptions())).toBe(false);
  });
});

describe('a count of random elements', () => {
  test('may be missing, negative, and ask for values', () => {
    expect(randomRequest(parserOf('k'), 'WITHVALUES')).toMatchObject({ count: undefined, withValues: false });
    expect(randomRequest(parserOf('k', '-5'), 'WITHVALUES')).toMatchObject({ count: -5, withValues: false });
    expect(randomRequest(parserOf('k', '5', 'withscores'), 'WITHSCORES')).toMatchObject({ count: 5, withValues: true });
  });

  test.each([
    [['k', '-9223372036854775808'], errors.randomCountOutOfRange],
    [['k', '4611686018427387904', 'WITHVALUES'], errors.outOfRange],
    [['k', 'x'], errors.notInteger],
    [['k', '1', 'BOGUS'], errors.syntax],
  ])('refuses %j', (args, error) => {
    const parser = parserOf(...args);
    randomRequest(parser, 'WITHVALUES');
    expect(parser.finish()).toBe(error);
  });
});
