/**
 * Universal Sentence Encoder lite: a transformer of two layers, the mean over the tokens, one tanh layer, unit length.
 *
 * This is the published TensorFlow.js graph written as a plain forward pass over one text at a time, with the linear
 * layers in `LinearLayers`. One text at a time because there is nothing to gain from padding a batch: the layers are
 * bound by arithmetic from six tokens on.
 *
 * The graph looks at the first 128 tokens only, so that two long texts with the same beginning would get the same
 * vector. Longer texts are cut into windows of equal size, each encoded by itself; the mean is then taken over the
 * tokens of all windows. Up to 128 tokens the result is the graph's.
 */
import { type Arithmetic, portableArithmetic } from './arithmetic.js';
import type { LinearLayer, Linears } from './linear-layers.js';
import { type ModelFiles, readModelFiles } from './model-files.js';
import { Tokenizer } from './tokenizer.js';

export const SENTENCE_DIMENSION = 512;

const WINDOW_TOKENS_MAX = 128;
/** Tokens of several windows that go through the layers together: the weights are read once for all of them. */
const PASS_TOKENS_MAX = 256;
const TOKEN_WIDTH = 256;
/** The table has rows for every piece of the vocabulary and two markers. */
const EMBEDDED_TOKENS = 8_002;
const WIDTH = SENTENCE_DIMENSION;
const FEED_FORWARD_WIDTH = 1_536;
const HEADS = 4;
const NORM_EPSILON = 1e-6;
const LENGTH_SQUARED_MIN = 1e-12;

const PREFIX = 'module_apply_default/Encoder_en/';
const ENCODE = `${PREFIX}KonaTransformer/Encode/`;

/** Places in the list that `linearLayers` builds. */
const WIDEN = 0;
const HEAD = 1;
const QUERY_KEY_VALUE = 0;
const ATTENTION_OUTPUT = 1;
const FEED_FORWARD_IN = 2;
const FEED_FORWARD_OUT = 3;
const LINEARS_PER_TRANSFORMER = 4;
const FIRST_TRANSFORMER_LINEAR = 2;

interface Window {
  readonly tokens: readonly number[];
  /** Of the whole text, shared by its windows. */
  readonly mean: Float32Array;
  /** Of each token in the mean. */
  readonly share: number;
}

interface Norm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

interface TransformerNorms {
  readonly attention: Norm;
  readonly feedForward: Norm;
}

export class SentenceEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #embeddings: Float32Array;
  readonly #positionSignals: Float64Array;
  readonly #arithmetic: Arithmetic;
  readonly #linears: Linears;
  readonly #norms: readonly [TransformerNorms, TransformerNorms];

  constructor(files: ModelFiles, arithmetic: Arithmetic = portableArithmetic) {
    this.#tokenizer = new Tokenizer(files.vocabulary);
    this.#embeddings = files.tensor('module/Embeddings_en', EMBEDDED_TOKENS, TOKEN_WIDTH).slice();
    this.#positionSignals = positionSignals(
      files.tensor(`${ENCODE}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, TOKEN_WIDTH / 2),
    );
    this.#arithmetic = arithmetic;
    this.#linears = arithmetic.linears(linearLayers(files), PASS_TOKENS_MAX);
    this.#norms = [transformerNorms(files, 0, TOKEN_WIDTH), transformerNorms(files, 1, WIDTH)];
  }

  static async load(arithmetic?: Arithmetic): Promise<SentenceEncoder> {
    return new SentenceEncoder(await readModelFiles(), arithmetic);
  }

  /** The unit vector of a text. A text without a visible character has one too, the same for all of them. */
  encode(text: string): Float32Array {
    const [vector] = this.encodeAll([text]);
    if (vector === undefined) throw new RangeError('there is no text');
    return vector;
  }

  /** The unit vectors of texts, each what `encode` answers; those of equal texts may be one object. */
  encodeAll(texts: readonly string[]): Float32Array[] {
    const different = [...new Set(texts)];
    const means = new Float32Array(different.length * WIDTH);
    const windows = different.flatMap((text, at) =>
      this.#windowsOf(text, means.subarray(at * WIDTH, (at + 1) * WIDTH)),
    );
    for (const together of passesOf(windows)) this.#addStates(together);
    const vectors = new Map(
      different.map((text, at) => [text, this.#finish(means.subarray(at * WIDTH, (at + 1) * WIDTH))]),
    );
    return texts.flatMap((text) => vectors.get(text) ?? []);
  }

  /** @param mean where the mean over the text's tokens is gathered */
  #windowsOf(text: string, mean: Float32Array): Window[] {
    const tokens = this.#tokenizer.encode(text);
    const count = Math.ceil(tokens.length / WINDOW_TOKENS_MAX);
    const length = Math.ceil(tokens.length / Math.max(1, count));
    return Array.from({ length: count }, (_, at) => ({
      tokens: tokens.slice(at * length, (at + 1) * length),
      mean,
      share: 1 / tokens.length,
    }));
  }

  #finish(mean: Float32Array): Float32Array {
    return toUnitLength(this.#linears.apply(HEAD, mean, 1).map(Math.tanh));
  }

  /** Adds each window's share of the last layer's states to its text's mean. */
  #addStates(windows: readonly Window[]): void {
    const counts = windows.map(({ tokens }) => tokens.length);
    const states = this.#transform(
      windows.flatMap(({ tokens }) => tokens),
      counts,
    );
    let start = 0;
    for (const { tokens, mean, share } of windows) {
      const end = start + tokens.length * WIDTH;
      addScaledRows(mean, states.subarray(start, end), tokens.length, share);
      start = end;
    }
  }

  /**
   * The last layer's states, a row of WIDTH per token.
   * @param counts tokens of each window: they attend to each other only
   */
  #transform(tokens: readonly number[], counts: readonly number[]): Float32Array {
    const embedded = this.#embed(tokens, counts);
    const widened = this.#linears.apply(WIDEN, embedded, tokens.length).slice();
    const first = this.#attend(0, embedded, TOKEN_WIDTH, widened, counts);
    const between = this.#feedForward(0, first, tokens.length);
    const second = this.#attend(1, between, WIDTH, between, counts);
    return this.#feedForward(1, second, tokens.length);
  }

  /** Token vectors with the position signal. The graph adds the token twice: once before the signal, once after. */
  #embed(tokens: readonly number[], counts: readonly number[]): Float32Array {
    const states = new Float32Array(tokens.length * TOKEN_WIDTH);
    let row = 0;
    for (const count of counts) {
      for (let position = 0; position < count; position++, row++) {
        const from = (tokens[row] ?? 0) * TOKEN_WIDTH;
        for (let at = 0; at < TOKEN_WIDTH; at++) {
          const signal = this.#positionSignals[position * TOKEN_WIDTH + at] ?? 0;
          states[row * TOKEN_WIDTH + at] = 2 * (this.#embeddings[from + at] ?? 0) + signal;
        }
      }
    }
    return states;
  }

  #attend(
    layer: 0 | 1,
    input: Float32Array,
    width: number,
    residual: Float32Array,
    counts: readonly number[],
  ): Float32Array {
    const rows = residual.length / WIDTH;
    const normed = normaliseRows(input, rows, width, this.#norms[layer].attention);
    const queryKeyValue = this.#linears.apply(linearOf(layer, QUERY_KEY_VALUE), normed, rows);
    const attended = new Float32Array(rows * width);
    let row = 0;
    for (const count of counts) {
      const window = queryKeyValue.subarray(row * 3 * width, (row + count) * 3 * width);
      this.#arithmetic.attend(window, count, width, HEADS, attended.subarray(row * width, (row + count) * width));
      row += count;
    }
    return sumOf(residual, this.#linears.apply(linearOf(layer, ATTENTION_OUTPUT), attended, rows));
  }

  #feedForward(layer: 0 | 1, input: Float32Array, rows: number): Float32Array {
    const normed = normaliseRows(input, rows, WIDTH, this.#norms[layer].feedForward);
    const inner = this.#linears.apply(linearOf(layer, FEED_FORWARD_IN), normed, rows, true);
    return sumOf(input, this.#linears.apply(linearOf(layer, FEED_FORWARD_OUT), inner, rows));
  }
}

/** Windows in groups of at most PASS_TOKENS_MAX tokens. */
function passesOf(windows: readonly Window[]): Window[][] {
  const passes: Window[][] = [];
  let tokens = 0;
  for (const window of windows) {
    const last = passes.at(-1);
    tokens += window.tokens.length;
    if (last !== undefined && tokens <= PASS_TOKENS_MAX) last.push(window);
    else {
      passes.push([window]);
      tokens = window.tokens.length;
    }
  }
  return passes;
}

/** Sines and cosines by position, a row of TOKEN_WIDTH each. */
function positionSignals(angles: Float32Array): Float64Array {
  const half = TOKEN_WIDTH / 2;
  return Float64Array.from({ length: WINDOW_TOKENS_MAX * TOKEN_WIDTH }, (_, i) => {
    const at = i % TOKEN_WIDTH;
    const angle = Math.floor(i / TOKEN_WIDTH) * (angles[at % half] ?? 0);
    return at < half ? Math.sin(angle) : Math.cos(angle);
  });
}

function linearOf(layer: number, linear: number): number {
  return FIRST_TRANSFORMER_LINEAR + layer * LINEARS_PER_TRANSFORMER + linear;
}

function linearLayers(files: ModelFiles): LinearLayer[] {
  const linear = (weights: string, bias: string, inputs: number, outputs: number): LinearLayer => ({
    inputs,
    outputs,
    weights: files.tensor(weights, inputs, outputs),
    bias: files.tensor(bias, outputs),
  });
  const layers = [
    linear(
      `${ENCODE}Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat`,
      `${ENCODE}Layer_0/TransformerLayer/dense/bias/ConcatPartitions/concat`,
      TOKEN_WIDTH,
      WIDTH,
    ),
    linear(
      `module/Encoder_en/hidden_layers/tanh_layer_0/weights`,
      `module/Encoder_en/hidden_layers/tanh_layer_0/bias`,
      WIDTH,
      WIDTH,
    ),
  ];
  for (const [layer, width] of [TOKEN_WIDTH, WIDTH].entries()) {
    const kernels = `module/Encoder_en/KonaTransformer/Encode/Layer_${layer}/TransformerLayer/`;
    const inner = `${ENCODE}TransformerStack/Layer_${layer}/TransformerLayer/FFN/`;
    const biases = `${ENCODE}Layer_${layer}/TransformerLayer/`;
    const queryKeyValue = 'MultiheadAttention/qkv_transform_single';
    const attentionOutput = 'MultiheadAttention/output_transform_single';
    const concat = 'bias/ConcatPartitions/concat';
    layers.push(
      linear(`${kernels}${queryKeyValue}/kernel/part_0`, `${biases}${queryKeyValue}/${concat}`, width, 3 * width),
      linear(`${kernels}${attentionOutput}/kernel/part_0`, `${biases}${attentionOutput}/${concat}`, width, WIDTH),
      linear(`${inner}conv1/Tensordot/Reshape_1`, `${biases}FFN/conv1/${concat}`, WIDTH, FEED_FORWARD_WIDTH),
      linear(`${inner}conv2/Tensordot/Reshape_1`, `${biases}FFN/conv2/${concat}`, FEED_FORWARD_WIDTH, WIDTH),
    );
  }
  return layers;
}

function transformerNorms(files: ModelFiles, layer: number, width: number): TransformerNorms {
  const norm = (folder: string, size: number): Norm => {
    const path = `${ENCODE}Layer_${layer}/TransformerLayer/${folder}layer_prepostprocess/layer_norm/layer_norm_`;
    return {
      scale: files.tensor(`${path}scale/ConcatPartitions/concat`, size).slice(),
      bias: files.tensor(`${path}bias/ConcatPartitions/concat`, size).slice(),
    };
  };
  return { attention: norm('', width), feedForward: norm('FFN/', WIDTH) };
}

/** Layer normalisation of each row: mean 0 and variance 1, then the norm's scale and bias. */
function normaliseRows(input: Float32Array, rows: number, width: number, norm: Norm): Float32Array {
  const output = new Float32Array(rows * width);
  for (let start = 0; start < rows * width; start += width) {
    let sum = 0;
    for (let at = start; at < start + width; at++) sum += input[at] ?? 0;
    const mean = sum / width;
    let squares = 0;
    for (let at = start; at < start + width; at++) squares += ((input[at] ?? 0) - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / width + NORM_EPSILON);
    for (let at = 0; at < width; at++) {
      output[start + at] = ((input[start + at] ?? 0) - mean) * factor * (norm.scale[at] ?? 0) + (norm.bias[at] ?? 0);
    }
  }
  return output;
}

function sumOf(a: Float32Array, b: Float32Array): Float32Array {
  const sum = new Float32Array(a.length);
  for (let at = 0; at < a.length; at++) sum[at] = (a[at] ?? 0) + (b[at] ?? 0);
  return sum;
}

function addScaledRows(sum: Float32Array, rows: Float32Array, count: number, factor: number): void {
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < sum.length; at++) {
      sum[at] = (sum[at] ?? 0) + factor * (rows[row * sum.length + at] ?? 0);
    }
  }
}

function toUnitLength(vector: Float32Array): Float32Array {
  const squares = vector.reduce((sum, value) => sum + value * value, 0);
  const factor = 1 / Math.sqrt(Math.max(squares, LENGTH_SQUARED_MIN));
  return vector.map((value) => value * factor);
}
