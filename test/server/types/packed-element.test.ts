import { ByteSlice } from '#server/base/byte-slice.js';
import { ElementDraft, elementSize, readElement, sizeBefore } from '#server/types/packed-element.js';

const bytes = ByteSlice.fromLatin1;

/** The element's bytes in hexadecimal, without those that repeat its length. */
function packed(text: string): { hex: string; size: number } {
  const draft = new ElementDraft();
  draft.prepare(bytes(text));
  const buffer = Buffer.alloc(draft.size + 8);
  const end = draft.write(buffer, 3);
  expect(end).toBe(3 + draft.size);
  return { hex: buffer.toString('hex', 3, end), size: draft.size };
}

// What redis-server 7.0.15 writes into the listpack of a list for the same elements (DUMP).
test.each<[string, string]>([
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
  ['-2147483648', 'f30000008005'],
  ['2147483648', 'f4000000800000000009'],
  ['-5000000000', 'f4000efad5feffffff09'],
  ['9007199254740993', 'f4010000000000200009'],
  ['-9223372036854775808', 'f4000000000000008009'],
  ['', '8001'],
  ['a', '816102'],
  ['007', '8330303704'],
  ['-0', '822d3003'],
])('%j is packed as %s', (text, hex) => {
  expect(packed(text).hex).toBe(hex);
});

test.each<[number, string, string]>([
  [63, 'bf', '40'],
  [64, 'e040', '42'],
  [125, 'e07d', '7f'],
  [126, 'e07e', '0180'],
  [4095, 'efff', '2081'],
  [4096, 'f000100000', '2085'],
  [20_000, 'f0204e0000', '019ca5'],
])('%i bytes have a head and a length behind them', (length, head, tail) => {
  const { hex } = packed('x'.repeat(length));
  expect(hex.slice(0, head.length)).toBe(head);
  expect(hex.slice(head.length + length * 2)).toBe(tail);
});

const texts = [
  '',
  '0',
  '127',
  '128',
  '-1',
  '-4096',
  '4096',
  '-40000',
  '9000000',
  '-9000000000',
  '9007199254740993',
  'a',
  '01',
];
const long = [63, 64, 126, 127, 4095, 4096, 16_377, 16_378, 16_379, 70_000].map((length) => 'x'.repeat(length));

test('elements are read from either side, and are the bytes they were', () => {
  const draft = new ElementDraft();
  const all = [...texts, ...long, ...texts];
  const buffer = Buffer.alloc(300_000);
  let end = 5;
  for (const text of all) {
    draft.prepare(bytes(text));
    end = draft.write(buffer, end);
  }
  const forwards: string[] = [];
  for (let at = 5; at < end; at += elementSize(buffer, at)) forwards.push(readElement(buffer, at).latin1());
  const backwards: string[] = [];
  for (let at = end; at > 5; ) {
    at -= sizeBefore(buffer, at);
    backwards.push(readElement(buffer, at).latin1());
  }
  expect(forwards).toEqual(all);
  expect(backwards).toEqual(all.toReversed());
});

test('an element equals itself and nothing else', () => {
  const [first, second] = [new ElementDraft(), new ElementDraft()];
  const buffer = Buffer.alloc(80_000);
  for (const text of [...texts, ...long]) {
    first.prepare(bytes(text));
    first.write(buffer, 0);
    for (const other of [...texts, ...long, '1270', '-0']) {
      second.prepare(bytes(other));
      expect([text.slice(0, 20), other.slice(0, 20), second.equals(buffer, 0)]).toEqual([
        text.slice(0, 20),
        other.slice(0, 20),
        text === other,
      ]);
    }
  }
});
