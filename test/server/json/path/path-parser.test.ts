import { ByteSlice } from '#server/base/byte-slice.js';
import { PATH_BYTES_MAX, parsePath, STEPS_MAX } from '#server/json/path/path-parser.js';

const parse = (text: string): ReturnType<typeof parsePath> => parsePath(ByteSlice.fromText(text));
const member = (...keys: string[]): object => ({ type: 'members', keys: keys.map((key) => Buffer.from(key)) });

describe('a path', () => {
  test.each([
    ['$', []],
    ['$.a.b', [member('a'), member('b')]],
    ['$["a b"]["c\\"d"]', [member('a b'), member('c"d')]],
    ["$['a','b']", [member('a', 'b')]],
    ['$.a[0].b', [member('a'), { type: 'elements', indexes: [0] }, member('b')]],
    ['$[0, -1]', [{ type: 'elements', indexes: [0, -1] }]],
    ['$.[1]', [{ type: 'elements', indexes: [1] }]],
    ['$[1:3]', [{ type: 'slice', start: 1, end: 3, step: 1 }]],
    ['$[:-1:2]', [{ type: 'slice', start: 0, end: -1, step: 2 }]],
    ['$[2:]', [{ type: 'slice', start: 2, end: undefined, step: 1 }]],
    ['$[::3]', [{ type: 'slice', start: 0, end: undefined, step: 3 }]],
    ['$.*[*]', [{ type: 'all' }, { type: 'all' }]],
    ['$..a', [{ type: 'descend' }, member('a')]],
    ['$..*', [{ type: 'descend' }, { type: 'all' }]],
    ['$..[\'a\',"b"]', [{ type: 'descend' }, member('a', 'b')]],
    ['$.$a-b:c/d%', [member('$a-b:c/d%')]],
    ['$. a [ 0 ]', [member('a'), { type: 'elements', indexes: [0] }]],
    ['$.in', [member('in')]],
  ])('%s has the steps it says', (text, steps) => {
    expect(parse(text)).toMatchObject({ text, isLegacy: false, steps });
  });

  test.each([
    ['.', []],
    ['.a', [member('a')]],
    ['a.b', [member('a'), member('b')]],
    ['[1]', [{ type: 'elements', indexes: [1] }]],
    ['..a', [{ type: 'descend' }, member('a')]],
    ['$a', [member('$a')]],
  ])('%s is one below the root', (text, steps) => {
    expect(parse(text)).toMatchObject({ text, isLegacy: true, steps });
  });

  test('is static when it can match no more than one value', () => {
    expect(['$', '$.a[0]["b"]'].map((text) => parse(text).isStatic)).toEqual([true, true]);
    expect(['$.*', '$..a', '$[0,1]', '$["a","b"]', '$[0:1]', '$[?@]'].map((text) => parse(text).isStatic)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
  });

  test.each([
    ['$.', 2],
    ['', 2],
    ['$..', 3],
    ['$[', 2],
    ['$[]', 2],
    ['$[1', 3],
    ['$[1,]', 4],
    ['$["a"', 5],
    ['$[0:1:0]', 6],
    ['$.a b', 4],
    ['$.é', 2],
    ['$[?]', 3],
    ['$[?(@.a]', 7],
    ['$[?@.a==]', 8],
    ['$[01]', 3],
  ])('%s is none: the complaint names position %d', (text, position) => {
    expect(() => parse(text)).toThrow(`Error occurred on position ${position}, "`);
  });

  test('quotes itself in complaints', () => {
    expect(() => parse('$.a[')).toThrow('"$.a[ <<<<----", expected one of the following: ');
    expect(() => parse('$.a ]')).toThrow('"$.a  ---->>>> ]", expected one of the following: ');
  });

  test('has limits', () => {
    expect(() => parse(`$.${'a'.repeat(PATH_BYTES_MAX)}`)).toThrow('ERR path is longer');
    expect(() => parse(`$${'.a'.repeat(STEPS_MAX + 1)}`)).toThrow('ERR path has more than');
    expect(parse(`$${'.a'.repeat(STEPS_MAX)}`).steps.length).toBe(STEPS_MAX);
  });
});
