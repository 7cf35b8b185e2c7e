import { matmulModule } from '#sdk/embedders/sentence-encoder/matmul-module.js';

test('the module is valid, imports a memory and exports matmul', () => {
  const module = new WebAssembly.Module(matmulModule());
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: 'matmul', kind: 'function' }]);
});
