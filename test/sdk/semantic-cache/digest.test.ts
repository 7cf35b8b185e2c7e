import fc from 'fast-check';
import { digestOf, digestPattern } from '#sdk/semantic-cache/digest.js';

const part = fc.option(fc.string({ unit: 'binary', maxLength: 6 }), { nil: undefined });
const parts = fc.array(part, { maxLength: 4 });

describe('digestOf', () => {
  test('is 32 lowercase hex digits and the same every time', () => {
    expect(digestOf('d', ['a', undefined])).toMatch(digestPattern);
    expect(digestOf('d', ['a', undefined])).toBe(digestOf('d', ['a', undefined]));
  });

  test('differs whenever the parts differ', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((value, index) => value === b[index]);
        expect(digestOf('d', a) === digestOf('d', b)).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [
      ['', 'a'],
      ['a', ''],
    ],
    [[''], [undefined]],
    [[], ['']],
    [['1;a'], ['1', 'a']],
    [['\ud800'], ['\ud801']],
  ])('tells %j from %j', (a, b) => {
    expect(digestOf('d', a)).not.toBe(digestOf('d', b));
  });

  test('keeps domains apart', () => {
    expect(digestOf('one', ['a'])).not.toBe(digestOf('two', ['a']));
  });
});
