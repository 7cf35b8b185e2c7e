import { ByteSink } from '#server/base/byte-sink.js';

describe('a byte sink', () => {
  test('writes numbers lowest byte first, or highest where asked', () => {
    const sink = new ByteSink();
    sink.byte(1);
    sink.uint(0x0302, 2);
    sink.uintBE(0x0405, 2);
    sink.int(-2, 3);
    sink.int64(-1n);
    sink.int64BE(1n);
    sink.double(1);
    sink.patchUint(9, 1, 1);
    expect(sink.bytes().toString('hex')).toBe(
      `01090304 05feffff ${'ff'.repeat(8)} ${'00'.repeat(7)}01 000000000000f03f`.replaceAll(' ', ''),
    );
    expect(sink.length).toBe(sink.bytes().length);
  });

  test('grows as it is written, by any kind of write', () => {
    const sink = new ByteSink();
    const expected: number[] = [];
    for (let i = 0; i < 300; i++) {
      sink.byte(i & 0xff);
      sink.uint(i, 2);
      sink.raw(Buffer.alloc(i, 7));
      expected.push(i & 0xff, i & 0xff, i >>> 8, ...Buffer.alloc(i, 7));
    }
    expect(sink.bytes().equals(Buffer.from(expected))).toBe(true);
  });
});

test('a byte sink starts over, takes back, and takes ranges, text and floats', () => {
  const sink = new ByteSink();
  sink.raw(Buffer.alloc(1000));
  sink.reset(100);
  sink.range(Buffer.from('abcdef'), 1, 4);
  sink.latin1('\u00e4');
  sink.float(1.5);
  sink.uint64(2n ** 64n - 1n);
  expect(sink.bytes().toString('hex')).toBe(`626364e40000c03f${'ff'.repeat(8)}`);
  sink.truncate(2);
  expect(sink.bytes().toString('latin1')).toBe('bc');
});
