import { ByteOutput } from '#server/scripting/libraries/byte-output.js';

describe('growing bytes', () => {
  test('take bytes, text and copies, however many', () => {
    const output = new ByteOutput();
    const source = Buffer.from('0123456789');
    for (let i = 0; i < 1000; i++) {
      output.byte(0xff);
      output.latin1('\xe9x');
      output.copy(source, 2, 5);
    }
    const expected = Buffer.from('\xff\xe9x234'.repeat(1000), 'latin1');
    expect(output.bytes.subarray(0, output.length).equals(expected)).toBe(true);
  });

  test('start over, and give up room that was large', () => {
    const output = new ByteOutput();
    output.reserve(1_000_000);
    output.latin1('abc');
    output.reset();
    expect(output.length).toBe(0);
    expect(output.bytes.length).toBeLessThan(10_000);
  });
});
