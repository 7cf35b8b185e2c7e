import { ByteSlice, compareBytes, copyBytes, equalBytes, equalsWord } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';

describe('ByteSlice', () => {
  test('is a view: it sees later writes, its copy does not', () => {
    const bytes = Buffer.from('hello');
    const slice = new ByteSlice(bytes, 1, 4);
    const copy = slice.copy();
    bytes[1] = 0x45;
    expect(slice.latin1()).toBe('Ell');
    expect(slice.view().toString()).toBe('Ell');
    expect(copy.toString()).toBe('ell');
    expect(slice.length).toBe(3);
  });

  test('reads text as UTF-8 or as one character a byte', () => {
    expect(ByteSlice.fromText('é').length).toBe(2);
    expect(ByteSlice.fromText('é').utf8()).toBe('é');
    expect(ByteSlice.fromText('é').latin1()).toBe('\xc3\xa9');
    const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    expect(ByteSlice.fromLatin1(everyByte).length).toBe(256);
    expect(ByteSlice.fromLatin1(everyByte).latin1()).toBe(everyByte);
  });

  test('equals a slice with the same bytes, wherever they are', () => {
    const bytes = Buffer.from('ababc');
    expect(new ByteSlice(bytes, 0, 2).equals(new ByteSlice(bytes, 2, 4))).toBe(true);
    expect(new ByteSlice(bytes, 0, 2).equals(new ByteSlice(bytes, 1, 3))).toBe(false);
    expect(new ByteSlice(bytes, 0, 2).equals(new ByteSlice(bytes, 0, 3))).toBe(false);
    expect(new ByteSlice(bytes, 3, 3).equals(ByteSlice.fromText(''))).toBe(true);
  });
});

describe('equalBytes and copyBytes', () => {
  test('agree with Buffer at every length around their shortcuts', () => {
    const random = seededRandom(5);
    const source = Buffer.from(Array.from({ length: 200 }, () => random.below(256)));
    for (let length = 0; length <= 130; length++) {
      const target = Buffer.alloc(200);
      copyBytes(source, 7, 7 + length, target, 3);
      expect(target.subarray(3, 3 + length).equals(source.subarray(7, 7 + length))).toBe(true);
      expect(target.subarray(3 + length).every((byte) => byte === 0)).toBe(true);
      expect(equalBytes(source, 7, 7 + length, target, 3, 3 + length)).toBe(true);
      if (length === 0) continue;
      const at = 3 + random.below(length);
      target.writeUInt8(target.readUInt8(at) ^ 1, at);
      expect(equalBytes(source, 7, 7 + length, target, 3, 3 + length)).toBe(false);
    }
  });
});

describe('equalsWord', () => {
  test('ignores the case of ASCII letters and nothing else', () => {
    const bytes = Buffer.from('xxMatCHxx');
    expect(equalsWord(bytes, 2, 7, 'MATCH')).toBe(true);
    expect(equalsWord(bytes, 2, 6, 'MATCH')).toBe(false);
    expect(equalsWord(bytes, 1, 7, 'MATCH')).toBe(false);
    // 0x20 apart from a letter is not enough: @ and `, [ and { are different.
    expect(equalsWord(Buffer.from('`'), 0, 1, '@')).toBe(false);
    expect(equalsWord(Buffer.from('{'), 0, 1, '[')).toBe(false);
  });
});

describe('compareBytes', () => {
  test('orders as memcmp does, the shorter first', () => {
    const texts = [
      '',
      '\0',
      '\0\xff',
      'a',
      'aa',
      'ab',
      'b',
      '\x7f',
      '\x80',
      '\xff',
      'x'.repeat(70),
      `${'x'.repeat(70)}a`,
    ];
    for (const [i, a] of texts.entries()) {
      for (const [j, b] of texts.entries()) {
        const [left, right] = [Buffer.from(`-${a}`, 'latin1'), Buffer.from(`--${b}`, 'latin1')];
        const order = compareBytes(left, 1, left.length, right, 2, right.length);
        expect(Math.sign(order)).toBe(Math.sign(Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))));
        expect(ByteSlice.fromLatin1(a).compare(ByteSlice.fromLatin1(b))).toBe(order);
        if (i === j) expect(order).toBe(0);
      }
    }
  });
});
