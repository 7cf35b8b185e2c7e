/**
 * Who does the encoder's arithmetic: WebAssembly and JavaScript, which run everywhere, or an addon where there is one. Both give the
 * same vectors: an embedder's id promises them.
 */
import { attend } from './attention.js';
import { type LinearLayer, LinearLayers, type Linears } from './linear-layers.js';

export interface Arithmetic {
  /** In words for people. */
  readonly name: string;
  /** @param rowsMax how many rows one `apply` may multiply */
  linears(layers: readonly LinearLayer[], rowsMax: number): Linears;
  /** As `attend` in attention.ts. */
  attend(queryKeyValue: Float32Array, count: number, width: number, heads: number, output: Float32Array): void;
}

export const portableArithmetic: Arithmetic = {
  name: 'wasm',
  linears: (layers, rowsMax) => new LinearLayers(layers, rowsMax),
  attend,
};
