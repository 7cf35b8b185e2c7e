import { ByteSlice } from '#server/base/byte-slice.js';
import { type SortOrder, sortElements } from '#server/commands/sort-order.js';
import { sortPattern } from '#server/commands/sort-pattern.js';
import { errors } from '#server/errors.js';
import { startInProcess } from '../../support/in-process.js';

const plain: SortOrder = { by: undefined, isAlphabetic: false, isDescending: false, isStored: false };

function sorted(
  elements: readonly string[],
  order: Partial<SortOrder> = {},
  ...setup: readonly string[][]
): readonly string[] {
  const { server, connect } = startInProcess();
  const client = connect();
  for (const [name = '', ...args] of setup) client.call(name, ...args);
  return sortElements(server.facilities.keyspace.database(0), elements, { ...plain, ...order });
}

test('numbers are sorted by value, and by their bytes where values are equal', () => {
  expect(sorted(['10', '9', '1.0', '1', '01', '-inf'])).toEqual(['-inf', '01', '1', '1.0', '9', '10']);
  expect(sorted(['1', '01', '2'], { isDescending: true })).toEqual(['2', '1', '01']);
});

test.each(['x', 'nan', '1 ', ' ', '1e400', '1e-310', '1_0'])('%j is no number', (text) => {
  const failure = (): unknown => {
    try {
      return sorted(['1', text]);
    } catch (error) {
      return error;
    }
  };
  expect(failure()).toBe(errors.sortScoresNotNumbers);
});

test.each(['', '\0x', '1\0x', ' 1', '0x10'])('%j is a number', (text) => {
  expect(sorted([text])).toEqual([text]);
});

test('text is compared up to a zero byte when it is answered, and whole when it is stored', () => {
  expect(sorted(['a\0z', 'a\0b', 'Z'], { isAlphabetic: true })).toEqual(['Z', 'a\0z', 'a\0b']);
  expect(sorted(['a\0z', 'a\0b', 'Z'], { isAlphabetic: true, isStored: true })).toEqual(['Z', 'a\0b', 'a\0z']);
});

test('elements whose weight is missing come first by text, and as 0 by number', () => {
  const by = sortPattern(ByteSlice.fromLatin1('w_*'));
  const weights = ['MSET', 'w_a', '5', 'w_b', '-5'];
  expect(sorted(['a', 'b', 'c'], { by, isAlphabetic: true }, weights)).toEqual(['c', 'b', 'a']);
  expect(sorted(['a', 'b', 'c'], { by }, weights)).toEqual(['b', 'c', 'a']);
});
