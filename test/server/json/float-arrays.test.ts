import { FloatRangeError, type FloatType, roundFloatArrays } from '#server/json/float-arrays.js';
import { tapeOf, textOf } from './documents.js';

describe('arrays of floats', () => {
  test('are rounded as 32-bit hardware does', () => {
    const values = [0.1, -1.7, 3.4e38, 1e-40, 16777217.5, 2.5];
    const rounded = roundFloatArrays(tapeOf(`[${values.join(',')}]`), 'FP32');
    expect(JSON.parse(textOf(rounded))).toEqual(values.map(Math.fround));
  });

  test.each<[FloatType, string, string]>([
    ['FP16', '[0.1,1.0,65504.0,0.00006]', '[0.0999755859375,1.0,65504.0,0.00006002187728881836]'],
    ['BF16', '[0.1,3.14]', '[0.10009765625,3.140625]'],
    ['FP64', '[0.1,2]', '[0.1,2.0]'],
    ['FP32', '{"a":[1,2],"b":["x",0.1],"c":[[0.5]],"d":0.1}', '{"a":[1,2],"b":["x",0.1],"c":[[0.5]],"d":0.1}'],
  ])('as %s: %s is %s', (type, json, expected) => {
    expect(textOf(roundFloatArrays(tapeOf(json), type))).toBe(expected);
  });

  test('hold no numbers that are too large for the type', () => {
    expect(() => roundFloatArrays(tapeOf('[0.5,70000]'), 'FP16')).toThrow(FloatRangeError);
    expect(() => roundFloatArrays(tapeOf('[1e39]'), 'FP32')).toThrow(FloatRangeError);
  });
});
