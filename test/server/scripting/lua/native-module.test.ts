import { nativeModule } from '#server/scripting/lua/native-module.js';

describe('the module around native functions', () => {
  test.each([
    [1, 1, 1],
    [2, 0, 3],
    [1, 1, 200],
  ])('%i parameters, %i results, %i functions: is valid WebAssembly', (parameters, results, count) => {
    const bytes = nativeModule(parameters, results, count);
    expect([...bytes.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    expect(() => new WebAssembly.Module(Uint8Array.from(bytes))).not.toThrow();
  });
});
