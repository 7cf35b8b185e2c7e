import { ByteSlice } from '#server/base/byte-slice.js';
import {
  contentBytes,
  hasLength,
  integerAt,
  integerBytes,
  lengthBytes,
  nextElement,
  previousElement,
  sizingBytes,
  textAt,
  textBytes,
  writeInteger,
  writeText,
} from '#server/base/listpack.js';

const slice = ByteSlice.fromLatin1;
const hex = (text: string): string => {
  const buffer = Buffer.alloc(textBytes(slice(text)));
  expect(writeText(buffer, 0, slice(text))).toBe(buffer.length);
  return buffer.toString('hex');
};

/** As redis-server's DUMP shows them. */
test.each([
  ['0', '0001'],
  ['127', '7f01'],
  ['128', 'c08002'],
  ['-1', 'dfff02'],
  ['4095', 'cfff02'],
  ['-4096', 'd00002'],
  ['4096', 'f1001003'],
  ['-32768', 'f1008003'],
  ['32768', 'f200800004'],
  ['-8388608', 'f200008004'],
  ['8388608', 'f30000800005'],
  ['2147483648', 'f4000000800000000009'],
  ['-9223372036854775808', 'f4000000000000008009'],
  ['', '8001'],
  ['a', '816102'],
  ['01', '82303103'],
  ['a'.repeat(64), `e040${'61'.repeat(64)}42`],
  ['9223372036854775808', `93${Buffer.from('9223372036854775808').toString('hex')}14`],
])('the text %s is written as Redis writes it', (text, expected) => {
  expect(hex(text)).toBe(expected);
});

test('long texts have long lengths', () => {
  expect(hex('a'.repeat(130)).slice(-4)).toBe('0184');
  expect(hex('a'.repeat(5000)).slice(0, 10)).toBe('f088130000');
  expect(hex('a'.repeat(16_381)).slice(-6)).toBe(Buffer.from([1, 0x80, 0x82]).toString('hex'));
});

const integers = [0, 1, 127, 128, 4095, 4096, 32_767, 32_768, 8_388_607, 8_388_608, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1];
const texts = [
  '',
  'x',
  'text',
  '007',
  'a'.repeat(63),
  'b'.repeat(64),
  'c'.repeat(125),
  'd'.repeat(126),
  'e'.repeat(127),
];
const longTexts = ['f'.repeat(4095), 'g'.repeat(4096), 'h'.repeat(16_376), 'i'.repeat(16_378), 'j'.repeat(3_000_000)];

test('elements are read back, forwards and backwards', () => {
  const elements = [
    ...integers.flatMap((integer) => [`${integer}`, `-${integer + 1}`]),
    ...[...texts, ...longTexts, '9223372036854775807', '\0\r\n\xff'],
  ];
  const buffer = Buffer.alloc(elements.reduce((sum, text) => sum + textBytes(slice(text)), 0));
  const starts: number[] = [];
  let at = 0;
  for (const text of elements) {
    starts.push(at);
    at = writeText(buffer, at, slice(text));
  }
  expect(at).toBe(buffer.length);
  for (const [index, text] of elements.entries()) {
    expect(textAt(buffer, starts[index] ?? 0).latin1() === text).toBe(true);
    expect(nextElement(buffer, starts[index] ?? 0)).toBe(starts[index + 1] ?? buffer.length);
    expect(previousElement(buffer, starts[index + 1] ?? buffer.length)).toBe(starts[index]);
    const isInteger = /^(0|-?[1-9]\d*)$/.test(text);
    expect(integerAt(buffer, starts[index] ?? 0)?.toString()).toBe(isInteger ? text : undefined);
  }
});

test.each([1, 127, 128, 16_382, 16_383, 2_097_150, 2_097_151, 300_000_000])('the length %i is known again', (bytes) => {
  const buffer = Buffer.alloc(8);
  let rest = bytes;
  for (let at = lengthBytes(bytes); at > 0; at--) {
    buffer[at] = (rest % 128) + (at > 1 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
  expect([hasLength(buffer, 1, bytes), hasLength(buffer, 1, bytes + 1), hasLength(buffer, 2, bytes)]).toEqual([
    ...[true, false, false],
  ]);
});

test('an element can be measured once its first bytes are there', () => {
  for (const text of ['5', '-5', '70000', 'a', 'b'.repeat(100), 'c'.repeat(5000)]) {
    const buffer = Buffer.alloc(textBytes(slice(text)));
    writeText(buffer, 0, slice(text));
    const content = contentBytes(buffer, 0);
    expect(content + lengthBytes(content)).toBe(buffer.length);
    expect(contentBytes(Buffer.concat([buffer.subarray(0, sizingBytes(buffer[0] ?? 0)), Buffer.alloc(8)]), 0)).toBe(
      content,
    );
  }
});

test.each([...integers, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n])(
  'the integer %d takes what it says',
  (integer) => {
    const buffer = Buffer.alloc(16);
    expect(writeInteger(buffer, 2, integer)).toBe(2 + integerBytes(integer));
    expect(integerAt(buffer, 2)).toBe(integer);
  },
);
