import { elementBytes, elementsOver, elementTypes, firstNotFinite, toFloats } from '#index/vector/elements.js';

describe('elements', () => {
  it('have the width of their type', () => {
    for (const type of elementTypes)
      expect(elementsOver(type, new ArrayBuffer(24), 8, 16 / elementBytes[type]).byteLength).toBe(16);
  });

  it('are numbers, half-precision ones by their bits', () => {
    expect(toFloats('FLOAT16', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000))).toEqual(
      Float32Array.of(1, -2, 2 ** -24, 65_504, -0),
    );
    expect(toFloats('BFLOAT16', Uint16Array.of(0x3f80, 0xc000, 0x4049))).toEqual(Float32Array.of(1, -2, 3.140625));
    expect(toFloats('INT8', Int8Array.of(-128, 127))).toEqual(Float32Array.of(-128, 127));
    expect(toFloats('UINT8', Uint8Array.of(0, 255))).toEqual(Float32Array.of(0, 255));
    expect(toFloats('FLOAT64', Float64Array.of(0.1))).toEqual(Float32Array.of(0.1));
  });

  it('may be NaN or infinite only where a type has such', () => {
    expect(firstNotFinite('FLOAT16', Uint16Array.of(0x7bff, 0x7c00))).toBe(1);
    expect(firstNotFinite('BFLOAT16', Uint16Array.of(0x7f7f, 0xff81))).toBe(1);
    expect(firstNotFinite('FLOAT64', Float64Array.of(Number.NaN))).toBe(0);
    expect(firstNotFinite('FLOAT32', Float32Array.of(1, Number.NEGATIVE_INFINITY))).toBe(1);
    expect(firstNotFinite('INT8', Int8Array.of(-1))).toBe(-1);
    expect(firstNotFinite('UINT8', Uint8Array.of(255))).toBe(-1);
  });
});
