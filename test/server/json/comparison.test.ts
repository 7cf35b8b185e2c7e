import { compareScalars, equalValues } from '#server/json/comparison.js';
import { tapeOf } from './documents.js';

const node = (json: string): { tape: Buffer; at: number } => ({ tape: tapeOf(json), at: 0 });

describe('comparing values', () => {
  test.each([
    ['1', '1', true, true],
    ['1', '1.0', true, false],
    ['9007199254740993', '9007199254740992', false, false],
    ['"a"', '"a"', true, true],
    ['null', 'false', false, false],
    ['[1,[2]]', '[1,[2]]', true, true],
    ['[1,2]', '[2,1]', false, false],
    ['[1]', '[1,2]', false, false],
    ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1}', true, false],
    ['{"a":1}', '{"b":1}', false, false],
    ['{}', '[]', false, false],
  ])('%s and %s are equal by value: %s, by type: %s', (a, b, byValue, byType) => {
    expect([equalValues(node(a), node(b), 'by value'), equalValues(node(a), node(b), 'by type')]).toEqual([
      byValue,
      byType,
    ]);
  });

  test.each([
    ['1', '2', -1],
    ['2.5', '2', 1],
    ['18446744073709551615', '1', 1],
    ['"a"', '"b"', -1],
    ['"ab"', '"a"', 1],
    ['false', 'true', -1],
    ['null', 'null', 0],
    ['1', '"1"', undefined],
    ['[1]', '[1]', undefined],
  ])('%s comes before or after %s: %s', (a, b, expected) => {
    const order = compareScalars(node(a), node(b));
    expect(order === undefined ? undefined : Math.sign(order)).toBe(expected);
  });
});
