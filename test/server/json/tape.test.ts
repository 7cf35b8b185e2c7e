import { ByteSlice } from '#server/base/byte-slice.js';
import {
  countAt,
  depthOf,
  doubleAt,
  elementAt,
  endOf,
  findEntry,
  forEachMember,
  integerAt,
  isContainer,
  isNumber,
  isString,
  keyAt,
  stringAt,
  Tag,
  tagAt,
  typeAt,
  validateTape,
  valueOfEntry,
} from '#server/json/tape.js';
import { tapeOf, textOf } from './documents.js';

describe('a tape', () => {
  test.each([
    ['null', 1, 'null'],
    ['true', 1, 'boolean'],
    ['-32', 1, 'integer'],
    ['159', 1, 'integer'],
    ['-33', 2, 'integer'],
    ['160', 3, 'integer'],
    ['-40000', 5, 'integer'],
    ['9007199254740993', 9, 'integer'],
    ['18446744073709551615', 9, 'integer'],
    ['1.5', 5, 'number'],
    ['0.1', 9, 'number'],
    ['"abc"', 5, 'string'],
    [`"${'x'.repeat(300)}"`, 303, 'string'],
    [`"${'x'.repeat(70_000)}"`, 70_005, 'string'],
    ['[]', 9, 'array'],
    ['{"a":1}', 12, 'object'],
    [`{"${'k'.repeat(300)}":1}`, 9 + 5 + 300 + 1, 'object'],
  ])('holds %.20s in %d bytes as %s', (json, bytes, type) => {
    const tape = tapeOf(json);
    expect([tape.length, endOf(tape, 0), typeAt(tape, 0)]).toEqual([bytes, bytes, type]);
    validateTape(tape);
    expect(textOf(tape)).toBe(json);
  });

  test('finds members and elements', () => {
    const tape = tapeOf(`{"a":1,"b":[10,"x",2.5],"${'k'.repeat(255)}":true}`);
    const at = (key: string): number => valueOfEntry(tape, findEntry(tape, 0, ByteSlice.fromText(key)));
    expect(integerAt(tape, at('a'))).toBe(1);
    expect([countAt(tape, 0), countAt(tape, at('b')), depthOf(tape, 0)]).toEqual([3, 3, 2]);
    expect(stringAt(tape, elementAt(tape, at('b'), 1)).utf8()).toBe('x');
    expect(doubleAt(tape, elementAt(tape, at('b'), 2))).toBe(2.5);
    expect(tagAt(tape, at('k'.repeat(255)))).toBe(Tag.true);
    expect(findEntry(tape, 0, ByteSlice.fromText('k'))).toBe(-1);
    const keys: string[] = [];
    forEachMember(tape, 0, (entry) => {
      keys.push(keyAt(tape, entry).utf8());
    });
    expect(keys).toEqual(['a', 'b', 'k'.repeat(255)]);
    expect([isContainer(tape, at('b')), isNumber(tape, at('a')), isString(tape, at('a'))]).toEqual([true, true, false]);
  });

  test('keeps integers exact that a double does not', () => {
    const exact = ['9007199254740993', '-9223372036854775808', '18446744073709551615'];
    expect(exact.map((json) => integerAt(tapeOf(json), 0))).toEqual(exact.map(BigInt));
    expect(integerAt(tapeOf('5000000000'), 0)).toBe(5_000_000_000);
  });

  test('is found broken when a count or a length is wrong', () => {
    for (const offset of [1, 5]) {
      const tape = tapeOf('{"a":[1,2],"b":{}}');
      tape[offset] = (tape[offset] ?? 0) + 1;
      expect(() => validateTape(tape)).toThrow();
    }
  });
});
