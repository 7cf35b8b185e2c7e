/** What the tests use of the WebAssembly API: Node has it, the compiler's ES library does not describe it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): unknown[];
    static exports(module: Module): unknown[];
  }
}
