/**
 * A WebAssembly module that exports the JavaScript functions it imports. Lua calls native functions through a table of
 * WebAssembly functions; a JavaScript function gets in there only as the export of a module.
 */

/** Imports `count` functions `n.0`, `n.1`, ... and exports each under its number. */
export function nativeModule(parameters: number, results: number, count: number): Uint8Array {
  const int32s = (amount: number): number[] => [amount, ...new Array<number>(amount).fill(0x7f)];
  const type = section(1, [1, 0x60, ...int32s(parameters), ...int32s(results)]);
  const imports: number[] = [...unsigned(count)];
  const exports: number[] = [...unsigned(count)];
  for (let i = 0; i < count; i++) {
    imports.push(...name('n'), ...name(String(i)), 0, 0);
    exports.push(...name(String(i)), 0, ...unsigned(i));
  }
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...type, ...section(2, imports), ...section(7, exports)]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text, 'ascii')];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}
