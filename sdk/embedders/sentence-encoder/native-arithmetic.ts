/**
 * The encoder's arithmetic by an addon in C++ (server/native/encoder.cc), which whoever embeds the SDK may have compiled: instructions of
 * 256 and 512 bits that WebAssembly lacks. Where it is not there, or the processor has none of its instructions, nothing is lost but time.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Arithmetic } from './arithmetic.js';
import { type LinearLayer, type Linears, packPanels, quantLimit } from './linear-layers.js';

type Multiply = (
  isa: number,
  limit: number,
  input: Float32Array,
  rowCount: number,
  inputs: number,
  weights: Int16Array,
  columnScales: Float32Array,
  bias: Float32Array,
  isRectified: boolean,
  output: Float32Array,
) => void;

const addonSchema = z.object({
  /** What it has for this processor, the best first. */
  isas: z.array(z.string()),
  multiply: z.custom<Multiply>((value) => typeof value === 'function'),
  attend: z.custom<Arithmetic['attend']>((value) => typeof value === 'function'),
});
type Addon = z.output<typeof addonSchema>;

/** As kPanelColumns in encoder_kernels.h. */
const PANEL_COLUMNS = 16;

/**
 * @param path of the addon
 * @returns the best for this processor first; none where the addon is missing or not made for it
 */
export function nativeArithmetics(path: string): readonly Arithmetic[] {
  const addon = loaded(path);
  if (addon === undefined) return [];
  return addon.isas.map((name, isa) => ({
    name,
    linears: (layers, rowsMax) => new NativeLinears(addon, isa, layers, rowsMax),
    attend: addon.attend,
  }));
}

function loaded(path: string): Addon | undefined {
  try {
    return addonSchema.parse(createRequire(import.meta.url)(path));
  } catch {
    return undefined;
  }
}

interface PackedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly limit: number;
  readonly weights: Int16Array;
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

class NativeLinears implements Linears {
  readonly #addon: Addon;
  readonly #isa: number;
  readonly #rowsMax: number;
  readonly #layers: readonly PackedLayer[];
  readonly #output: Float32Array;

  constructor(addon: Addon, isa: number, layers: readonly LinearLayer[], rowsMax: number) {
    this.#addon = addon;
    this.#isa = isa;
    this.#rowsMax = rowsMax;
    this.#layers = layers.map(packed);
    this.#output = new Float32Array(rowsMax * Math.max(...layers.map(({ outputs }) => outputs)));
  }

  apply(layerPosition: number, input: Float32Array, rowCount: number, isRectified = false): Float32Array {
    const layer = this.#layers[layerPosition];
    if (layer === undefined) throw new RangeError(`layer ${layerPosition} of ${this.#layers.length}`);
    if (rowCount < 1 || rowCount > this.#rowsMax)
      throw new RangeError(`${rowCount} rows, expected 1 to ${this.#rowsMax}`);
    const { inputs, outputs, limit, weights, scales, bias } = layer;
    const output = this.#output;
    this.#addon.multiply(this.#isa, limit, input, rowCount, inputs, weights, scales, bias, isRectified, output);
    return output.subarray(0, rowCount * outputs);
  }
}

function packed(layer: LinearLayer): PackedLayer {
  const { inputs, outputs } = layer;
  if (outputs % PANEL_COLUMNS !== 0 || inputs % 2 !== 0) {
    throw new RangeError(`a layer of ${inputs} x ${outputs} does not fill whole panels`);
  }
  const weights = new Int16Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  packPanels(layer, PANEL_COLUMNS, weights, scales);
  return { inputs, outputs, limit: quantLimit(inputs), weights, scales, bias: layer.bias.slice() };
}
