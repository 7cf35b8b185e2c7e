/** What lua-machine.ts uses of the WebAssembly API: Node has it, the compiler's ES library does not describe it. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    readonly length: number;
    grow(entries: number): number;
    get(index: number): unknown;
    set(index: number, entry: unknown): void;
  }
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { module: string; name: string }[];
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...args: number[]) => unknown>>);
    readonly exports: unknown;
  }
}
