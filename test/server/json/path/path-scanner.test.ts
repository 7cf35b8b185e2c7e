import { JsonPathError } from '#server/json/path/json-path.js';
import { PathScanner } from '#server/json/path/path-scanner.js';

describe('a scanner', () => {
  test('reads tokens and expressions, and skips blanks before them', () => {
    const scanner = new PathScanner('  a  12b ');
    expect([scanner.sees('a'), scanner.take('b'), scanner.take('a')]).toEqual([true, false, true]);
    const { at } = scanner;
    expect(scanner.match(/\d+/y)).toBe('12');
    scanner.rewind(at);
    expect([scanner.match(/\d+/y), scanner.match(/\d+/y), scanner.isAtEnd]).toEqual(['12', undefined, false]);
    expect([scanner.take('b'), scanner.isAtEnd]).toEqual([true, true]);
  });

  test('quotes the text and the place when it complains', () => {
    const scanner = new PathScanner(Buffer.from('aé').toString('latin1'));
    scanner.take('a');
    expect(() => scanner.fail('x', 'y')).toThrow(
      new JsonPathError('Error occurred on position 1, "a ---->>>> é", expected one of the following: x, y.'),
    );
  });
});
