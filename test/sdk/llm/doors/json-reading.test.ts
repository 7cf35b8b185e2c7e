import fc from 'fast-check';
import * as reading from '#sdk/llm/doors/json-reading.js';

describe('reading JSON of others', () => {
  test('answers undefined, or nothing, for what is of another kind', () => {
    expect([reading.membersOf([]), reading.membersOf(null), reading.membersOf('x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([reading.listOf({}), reading.listOf(undefined), reading.listOf([1])]).toEqual([[], [], [1]]);
    expect(reading.membersList([{ a: 1 }, 2, null, [3]])).toEqual([{ a: 1 }]);
    expect([reading.stringOf(1), reading.stringOf('1'), reading.numberOf('1'), reading.numberOf(1)]).toEqual([
      undefined,
      '1',
      undefined,
      1,
    ]);
  });

  test('reads objects alone from text', () => {
    expect(['{"a":1}', '[1]', '{', '1'].map(reading.parseMembers)).toEqual([{ a: 1 }, undefined, undefined, undefined]);
    expect(reading.parseJson('[1,{"a":null}]')).toEqual([1, { a: null }]);
  });

  test('takes members, leaves members, and sets them', () => {
    expect(reading.picked({ a: 1, b: undefined, c: null }, ['a', 'b', 'c', 'd'])).toEqual({ a: 1, c: null });
    expect(reading.without({ a: 1, b: 2, c: undefined }, new Set(['a']))).toEqual({ b: 2 });
    const target = { a: 1 };
    reading.setMembers(target, { a: undefined, b: 2 });
    reading.setMembers(target, undefined);
    expect(target).toEqual({ a: 1, b: 2 });
  });

  test('cuts texts into pieces that are the text, and cuts no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const pieces = reading.pieces(text);
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => Buffer.from(piece).toString() === piece)).toBe(true);
      }),
    );
    expect(reading.pieces('One two three four five six seven').length).toBeGreaterThan(1);
  });
});
