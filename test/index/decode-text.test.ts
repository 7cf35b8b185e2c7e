import { decodeText } from '#index/decode-text.js';
import { text } from './documents.js';

describe('decodeText', () => {
  it.each(['', 'plain', 'naïve', '日本語', '🙂', 'x'.repeat(100), `${'é'.repeat(50)}!`, '\ufeffmark'])(
    'reads UTF-8: %s',
    (value) => {
      expect(decodeText(text(value))).toBe(value);
    },
  );

  it('reads anything else a byte at a time, so that it equals itself', () => {
    expect(decodeText(Uint8Array.of(0x61, 0xff, 0x00))).toBe('a\u00ff\u0000');
    expect(decodeText(Uint8Array.from({ length: 200 }, (_, at) => at + 56))).toHaveLength(200);
  });
});
