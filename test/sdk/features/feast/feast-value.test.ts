import { feastTimestamp, feastValueJson } from '#sdk/features/feast/feast-value.js';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

/** As Feast's own code writes them. */
test.each([
  ['350000c03f', '1.5'],
  ['35cdcccc3d', '0.1'],
  ['299a9999999999b93f', '0.1'],
  ['20e807', '1000'],
  ['20ffffffffffffffffff01', '-1'],
  ['1807', '7'],
  ['120368c3a9', '"hé"'],
  ['3801', 'true'],
  ['3800', 'false'],
  ['0a0200ff', '"AP8="'],
  ['4080e2cfaa06', '1700000000'],
  ['82010e0a0ccdcccc3dcdcc4c3e9a99993e', '[0.1,0.2,0.3]'],
  ['62060a01610a0162', '["a","b"]'],
  ['72050a0301ac02', '[1,300]'],
  ['8a01040a020100', '[true,false]'],
  ['6200', '[]'],
  ['980100', 'null'],
  ['', 'null'],
  ['29000000000000f03f', '1.0'],
  ['29000000000000f87f', 'null'],
  ['8202077b2261223a317d', '"{\\"a\\":1}"'],
  ['ba01060a01610a0162', '["a","b"]'],
])('%s is %s', (hex, json) => {
  expect(feastValueJson(bytes(hex))).toBe(json);
});

test('a map is not read, and what is no message is an error', () => {
  expect(feastValueJson(bytes('a20100'))).toBeUndefined();
  for (const broken of ['12', '1205', '12ff', '1b', '20ffffffffffffffffffffffff01']) {
    expect(() => feastValueJson(bytes(broken))).toThrow('no message');
  }
});

test('timestamps have nanoseconds', () => {
  expect(feastTimestamp(bytes('0880e2cfaa0610c0a9d33a'))).toBe(1_700_000_000_123_000_000n);
  expect(feastTimestamp(bytes('0880e2cfaa06'))).toBe(1_700_000_000_000_000_000n);
});
