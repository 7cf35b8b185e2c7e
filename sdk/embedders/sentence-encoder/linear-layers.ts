/**
 * The linear layers of the encoder (y = xW + b), quantised to 16 bits and multiplied in WebAssembly SIMD.
 *
 * Weights are scaled per column, inputs per row, so that the greatest magnitude becomes `quantLimit(inputs)`: the
 * largest integer for which a whole dot product cannot leave 32 bits. That is 11 bits or so, 1 part in 2,000 of the
 * greatest value, and twice as fast as float32 (one instruction multiplies and adds 8 values).
 *
 * Invariant: the answer of `apply` is a view into shared memory, valid until the next `apply`.
 */
import { z } from 'zod';
import { matmulModule, PAIRS_PER_STEP, PANEL_COLUMNS } from './matmul-module.js';

export interface LinearLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `inputs` rows of `outputs` values. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The layers of a model, by their place in a list. */
export interface Linears {
  /**
   * Multiplies `rowCount` rows of `input` with a layer; answers `rowCount` rows of its outputs, valid until the next `apply`.
   * @param isRectified whether outputs below 0 become 0
   */
  apply(layerPosition: number, input: Float32Array, rowCount: number, isRectified?: boolean): Float32Array;
}

interface PlacedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightsOffset: number;
  readonly scalesOffset: number;
  readonly biasOffset: number;
}

type Matmul = (...offsetsAndCounts: number[]) => void;

const INT16_BYTES = 2;
const FLOAT32_BYTES = 4;
const ALIGNMENT_BYTES = 64;
const WASM_PAGE_BYTES = 65_536;
const INT32_MAX = 2 ** 31 - 1;

const exportsSchema = z.object({ matmul: z.custom<Matmul>((value) => typeof value === 'function') });

export class LinearLayers implements Linears {
  readonly #layers: readonly PlacedLayer[];
  readonly #memory: WebAssembly.Memory;
  readonly #matmul: Matmul;
  readonly #rowsMax: number;
  readonly #rows: Int16Array;
  readonly #rowScales: Float32Array;
  readonly #rowsOffset: number;
  readonly #rowScalesOffset: number;
  readonly #outputOffset: number;

  /** `rowsMax`: how many rows one `apply` may multiply. */
  constructor(layers: readonly LinearLayer[], rowsMax: number) {
    const inputsMax = Math.max(...layers.map((layer) => layer.inputs));
    const outputsMax = Math.max(...layers.map((layer) => layer.outputs));
    let endBytes = 0;
    const place = (sizeBytes: number): number => {
      const offset = endBytes;
      endBytes += Math.ceil(sizeBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      return offset;
    };
    this.#rowsMax = rowsMax;
    this.#rowsOffset = place(rowsMax * inputsMax * INT16_BYTES);
    this.#rowScalesOffset = place(rowsMax * FLOAT32_BYTES);
    this.#outputOffset = place(rowsMax * outputsMax * FLOAT32_BYTES);
    this.#layers = layers.map(({ inputs, outputs }) => ({
      inputs,
      outputs,
      weightsOffset: place(inputs * outputs * INT16_BYTES),
      scalesOffset: place(outputs * FLOAT32_BYTES),
      biasOffset: place(outputs * FLOAT32_BYTES),
    }));
    const pages = Math.ceil(endBytes / WASM_PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#rows = new Int16Array(this.#memory.buffer, this.#rowsOffset, rowsMax * inputsMax);
    this.#rowScales = new Float32Array(this.#memory.buffer, this.#rowScalesOffset, rowsMax);
    layers.forEach((layer, position) => {
      const placed = this.#layers[position];
      if (placed !== undefined) this.#store(layer, placed);
    });
    const module = new WebAssembly.Module(matmulModule());
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#matmul = exportsSchema.parse(instance.exports).matmul;
  }

  apply(layerPosition: number, input: Float32Array, rowCount: number, isRectified = false): Float32Array {
    const layer = this.#layers[layerPosition];
    if (layer === undefined) throw new RangeError(`layer ${layerPosition} of ${this.#layers.length}`);
    if (rowCount < 1 || rowCount > this.#rowsMax)
      throw new RangeError(`${rowCount} rows, expected 1 to ${this.#rowsMax}`);
    quantiseRows(input, rowCount, layer.inputs, this.#rows, this.#rowScales);
    this.#matmul(
      this.#rowsOffset,
      layer.weightsOffset,
      layer.scalesOffset,
      layer.biasOffset,
      this.#rowScalesOffset,
      this.#outputOffset,
      rowCount,
      layer.inputs / 2,
      layer.outputs,
    );
    const output = new Float32Array(this.#memory.buffer, this.#outputOffset, rowCount * layer.outputs);
    if (isRectified) rectify(output);
    return output;
  }

  #store(layer: LinearLayer, placed: PlacedLayer): void {
    const { inputs, outputs, bias } = layer;
    if (outputs % PANEL_COLUMNS !== 0 || inputs % (2 * PAIRS_PER_STEP) !== 0) {
      throw new RangeError(`a layer of ${inputs} x ${outputs} does not fill whole panels and steps`);
    }
    const { buffer } = this.#memory;
    const scales = new Float32Array(buffer, placed.scalesOffset, outputs);
    packPanels(layer, PANEL_COLUMNS, new Int16Array(buffer, placed.weightsOffset, inputs * outputs), scales);
    new Float32Array(buffer, placed.biasOffset, outputs).set(bias);
  }
}

/** The greatest quantised magnitude q with inputs * q * q < 2^31, within 16 bits. */
export function quantLimit(inputs: number): number {
  return Math.min(32_767, Math.floor(Math.sqrt(INT32_MAX / inputs)));
}

function rectify(values: Float32Array): void {
  for (let at = 0; at < values.length; at++) values[at] = Math.max(0, values[at] ?? 0);
}

/** Storing into an Int16Array cuts the fraction off, so half a step away from zero rounds. */
function quantiseRows(
  values: Float32Array,
  rowCount: number,
  inputs: number,
  quantised: Int16Array,
  scales: Float32Array,
): void {
  const limit = quantLimit(inputs);
  for (let row = 0; row < rowCount; row++) {
    const start = row * inputs;
    let greatest = 0;
    for (let at = start; at < start + inputs; at++) greatest = Math.max(greatest, Math.abs(values[at] ?? 0));
    const factor = greatest === 0 ? 0 : limit / greatest;
    for (let at = start; at < start + inputs; at++) {
      const scaled = (values[at] ?? 0) * factor;
      quantised[at] = scaled < 0 ? scaled - 0.5 : scaled + 0.5;
    }
    scales[row] = greatest / limit;
  }
}

/** Weights of a panel's columns, two inputs of a column side by side: the order in which the kernel reads them. */
export function packPanels(
  { inputs, outputs, weights }: LinearLayer,
  panelColumns: number,
  packed: Int16Array,
  scales: Float32Array,
): void {
  const limit = quantLimit(inputs);
  for (let column = 0; column < outputs; column++) {
    let greatest = 0;
    for (let input = 0; input < inputs; input++) {
      greatest = Math.max(greatest, Math.abs(weights[input * outputs + column] ?? 0));
    }
    scales[column] = greatest / limit;
    const factor = greatest === 0 ? 0 : limit / greatest;
    const panelStart = Math.floor(column / panelColumns) * panelColumns * inputs;
    const columnInPanel = column % panelColumns;
    for (let input = 0; input < inputs; input++) {
      const pairStart = panelStart + (input >> 1) * panelColumns * 2;
      packed[pairStart + columnInPanel * 2 + (input & 1)] = Math.round(
        (weights[input * outputs + column] ?? 0) * factor,
      );
    }
  }
}
