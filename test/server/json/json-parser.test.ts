import { ByteSink } from '#server/base/byte-sink.js';
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { DEPTH_LIMIT, parseJson, parseJsonInto } from '#server/json/json-parser.js';
import { JsonSyntaxError } from '#server/json/json-syntax-error.js';
import { validateTape } from '#server/json/tape.js';
import { tapeOf, textOf } from './documents.js';

function problem(json: string | Buffer): string {
  try {
    parseJson(typeof json === 'string' ? ByteSlice.fromText(json) : ByteSlice.of(json));
  } catch (failure) {
    if (failure instanceof JsonSyntaxError) return failure.message;
  }
  return 'none';
}

describe('reading JSON', () => {
  test.each([
    [' [1 , 2 ]\n', '[1,2]'],
    ['{"a" :\t{ } }', '{"a":{}}'],
    ['"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\"\\\\"', '"é😀/\\b\\f\\n\\r\\t\\"\\\\"'],
    ['"\\u0001"', '"\\u0001"'],
    ['-0', '-0.0'],
    ['1E2', '100.0'],
    ['1.0e+2', '100.0'],
    ['0.5e-1', '0.05'],
    ['18446744073709551616', '1.8446744073709552e19'],
    ['-9223372036854775809', '-9.223372036854775808e18'.replace('5808e18', '6e18')],
    ['123456789012345678901234567890', '1.2345678901234568e29'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"":1}', '{"":1}'],
  ])('%s is %s', (json, text) => {
    const tape = tapeOf(json);
    validateTape(tape);
    expect(textOf(tape)).toBe(text);
  });

  test('keeps the last of many members with one key, in the place of the first', () => {
    const keys = Array.from({ length: 200 }, (_, i) => `"k${i % 90}":${i}`);
    const expected = Array.from({ length: 90 }, (_, i) => `"k${i}":${i < 20 ? i + 180 : i + 90}`);
    const tape = tapeOf(`[{${keys.join(',')}},1]`);
    validateTape(tape);
    expect(textOf(tape)).toBe(`[{${expected.join(',')}},1]`);
  });

  test.each([
    ['', 'EOF while parsing a value at line 1 column 0'],
    [' \n', 'EOF while parsing a value at line 2 column 0'],
    ['{', 'EOF while parsing an object at line 1 column 1'],
    ['}', 'expected value at line 1 column 1'],
    ['[1', 'EOF while parsing a list at line 1 column 2'],
    ['[1 2]', 'expected `,` or `]` at line 1 column 4'],
    ['[1,]', 'trailing comma at line 1 column 4'],
    ['{"a":1,}', 'trailing comma at line 1 column 8'],
    ['{"a" 1}', 'expected `:` at line 1 column 6'],
    ['{"a":1 "b"}', 'expected `,` or `}` at line 1 column 8'],
    ['{a:1}', 'key must be a string at line 1 column 2'],
    ['{"a":1,', 'EOF while parsing a value at line 1 column 7'],
    ['1 1', 'trailing characters at line 1 column 3'],
    ['[1]\n x', 'trailing characters at line 2 column 2'],
    ['nul', 'EOF while parsing a value at line 1 column 3'],
    ['nulx', 'expected ident at line 1 column 4'],
    ["'a'", 'expected value at line 1 column 1'],
    ['01', 'invalid number at line 1 column 2'],
    ['1.', 'EOF while parsing a value at line 1 column 2'],
    ['1.x', 'invalid number at line 1 column 3'],
    ['-', 'EOF while parsing a value at line 1 column 1'],
    ['-x', 'invalid number at line 1 column 2'],
    ['1e', 'EOF while parsing a value at line 1 column 2'],
    ['1ex', 'invalid number at line 1 column 3'],
    ['1e400', 'number out of range at line 1 column 5'],
    ['"abc', 'EOF while parsing a string at line 1 column 4'],
    ['"\\x"', 'invalid escape at line 1 column 3'],
    ['"\\u12', 'EOF while parsing a string at line 1 column 5'],
    ['"\\u12xx"', 'invalid escape at line 1 column 7'],
    ['"\\udc00"', 'lone leading surrogate in hex escape at line 1 column 7'],
    ['"\\ud800x"', 'unexpected end of hex escape at line 1 column 8'],
    ['"\\ud800\\u0041"', 'lone leading surrogate in hex escape at line 1 column 13'],
    ['"a\nb"', 'control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0'],
    ['['.repeat(DEPTH_LIMIT), `recursion limit exceeded at line 1 column ${DEPTH_LIMIT}`],
  ])('complains of %.20s: %s', (json, message) => {
    expect(problem(json)).toBe(message);
  });

  test('takes containers up to the limit, and no bytes that are no UTF-8', () => {
    const deepest = '['.repeat(DEPTH_LIMIT - 1) + ']'.repeat(DEPTH_LIMIT - 1);
    expect(textOf(tapeOf(deepest))).toBe(deepest);
    expect(problem(Buffer.from([34, 0xff, 34]))).toBe("Couldn't parse as UTF-8 string");
  });

  test('reads several values into one sink', () => {
    const sink = new ByteSink();
    for (const json of ['1', '[2]', '"x"']) parseJsonInto(ByteSlice.fromText(json), sink);
    expect(sink.bytes().equals(Buffer.concat(['1', '[2]', '"x"'].map(tapeOf)))).toBe(true);
  });

  test('never fails otherwise than by a syntax error, whatever it is given', () => {
    const random = seededRandom(5);
    const alphabet = '{}[]",:\\u0e+-.1tfnrue ls\n';
    for (let i = 0; i < 20_000; i++) {
      const json = Array.from({ length: random.below(12) }, () => alphabet.charAt(random.below(alphabet.length))).join(
        '',
      );
      let expected: unknown;
      let isJson = true;
      try {
        expected = JSON.parse(json);
      } catch {
        isJson = false;
      }
      if (!isJson) expect(problem(json)).not.toBe('none');
      else if (!json.includes('e')) expect(JSON.parse(textOf(tapeOf(json)))).toEqual(expected);
    }
  });
});
