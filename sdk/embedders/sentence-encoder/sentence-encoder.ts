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
import { type LinearLayer, LinearLayers } from './linear-layers.js';
import { type ModelFiles, readModelFiles } from './model-files.js';
import { Tokenizer } from './tokenizer.js';

export const SENTENCE_DIMENSION = 512;

const WINDOW_TOKENS_MAX = 128;
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
  /** Angle per position of each sine and cosine of the position signal. */
  readonly #positionAngles: Float32Array;
  readonly #linears: LinearLayers;
  readonly #norms: readonly [TransformerNorms, TransformerNorms];

  constructor(files: ModelFiles) {
    this.#tokenizer = new Tokenizer(files.vocabulary);
    this.#embeddings = files.tensor('module/Embeddings_en', EMBEDDED_TOKENS, TOKEN_WIDTH).slice();
    this.#positionAngles = files
      .tensor(`${ENCODE}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, TOKEN_WIDTH / 2)
      .slice();
    this.#linears = new LinearLayers(linearLayers(files), WINDOW_TOKENS_MAX);
    this.#norms = [transformerNorms(files, 0, TOKEN_WIDTH), transformerNorms(files, 1, WIDTH)];
  }

  static async load(): Promise<SentenceEncoder> {
    return new SentenceEncoder(await readModelFiles());
  }

  /** The unit vector of a text. A text without a visible character has one too, the same for all of them. */
  encode(text: string): Float32Array {
    const tokens = this.#tokenizer.encode(text);
    const mean = new Float32Array(WIDTH);
    const windows = Math.ceil(tokens.length / WINDOW_TOKENS_MAX);
    const windowTokens = Math.ceil(tokens.length / Math.max(1, windows));
    for (let start = 0; start < tokens.length; start += windowTokens) {
      const window = tokens.slice(start, start + windowTokens);
      addScaledRows(mean, this.#transform(window), window.length, 1 / tokens.length);
    }
    return toUnitLength(this.#linears.apply(HEAD, mean, 1).map(Math.tanh));
  }

  /** The last layer's states, a row of WIDTH per token. */
  #transform(tokens: readonly number[]): Float32Array {
    const count = tokens.length;
    const embedded = this.#embed(tokens);
    const widened = this.#linears.apply(WIDEN, embedded, count).slice();
    const first = this.#attend(0, embedded, TOKEN_WIDTH, widened, count);
    const between = this.#feedForward(0, first, count);
    const second = this.#attend(1, between, WIDTH, between, count);
    return this.#feedForward(1, second, count);
  }

  /** Token vectors with the position signal. The graph adds the token twice: once before the signal, once after. */
  #embed(tokens: readonly number[]): Float32Array {
    const states = new Float32Array(tokens.length * TOKEN_WIDTH);
    const half = TOKEN_WIDTH / 2;
    tokens.forEach((token, position) => {
      const row = position * TOKEN_WIDTH;
      for (let at = 0; at < TOKEN_WIDTH; at++) {
        const angle = position * (this.#positionAngles[at % half] ?? 0);
        const signal = at < half ? Math.sin(angle) : Math.cos(angle);
        states[row + at] = 2 * (this.#embeddings[token * TOKEN_WIDTH + at] ?? 0) + signal;
      }
    });
    return states;
  }

  #attend(layer: 0 | 1, input: Float32Array, width: number, residual: Float32Array, count: number): Float32Array {
    const normed = normaliseRows(input, count, width, this.#norms[layer].attention);
    const queryKeyValue = this.#linears.apply(linearOf(layer, QUERY_KEY_VALUE), normed, count);
    const attended = attention(queryKeyValue, count, width);
    const output = this.#linears.apply(linearOf(layer, ATTENTION_OUTPUT), attended, count);
    return sumOf(residual, output);
  }

  #feedForward(layer: 0 | 1, input: Float32Array, count: number): Float32Array {
    const normed = normaliseRows(input, count, WIDTH, this.#norms[layer].feedForward);
    const inner = this.#linears.apply(linearOf(layer, FEED_FORWARD_IN), normed, count);
    for (let at = 0; at < inner.length; at++) inner[at] = Math.max(0, inner[at] ?? 0);
    const output = this.#linears.apply(linearOf(layer, FEED_FORWARD_OUT), inner, count);
    return sumOf(input, output);
  }
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

/** Every token attends to every token, in HEADS heads. A row holds a token's query, key and value, `width` each. */
function attention(queryKeyValue: Float32Array, count: number, width: number): Float32Array {
  const output = new Float32Array(count * width);
  const headWidth = width / HEADS;
  const scale = 1 / Math.sqrt(headWidth);
  const weights = new Float64Array(count);
  const mixed = new Float64Array(headWidth);
  const stride = 3 * width;
  for (let head = 0; head < HEADS; head++) {
    const query = head * headWidth;
    const key = width + query;
    const value = 2 * width + query;
    for (let token = 0; token < count; token++) {
      for (let other = 0; other < count; other++) {
        weights[other] = scale * dot(queryKeyValue, token * stride + query, other * stride + key, headWidth);
      }
      softmax(weights);
      for (let other = 0; other < count; other++) {
        const weight = weights[other] ?? 0;
        const from = other * stride + value;
        for (let at = 0; at < headWidth; at++) mixed[at] = (mixed[at] ?? 0) + weight * (queryKeyValue[from + at] ?? 0);
      }
      output.set(mixed, token * width + query);
      mixed.fill(0);
    }
  }
  return output;
}

/** Four sums side by side: one alone would wait for each addition to finish. `length` is a multiple of 4. */
function dot(values: Float32Array, a: number, b: number, length: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let at = 0; at < length; at += 4) {
    sum0 += (values[a + at] ?? 0) * (values[b + at] ?? 0);
    sum1 += (values[a + at + 1] ?? 0) * (values[b + at + 1] ?? 0);
    sum2 += (values[a + at + 2] ?? 0) * (values[b + at + 2] ?? 0);
    sum3 += (values[a + at + 3] ?? 0) * (values[b + at + 3] ?? 0);
  }
  return sum0 + sum1 + (sum2 + sum3);
}

function softmax(values: Float64Array): void {
  const greatest = values.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const power = Math.exp((values[at] ?? 0) - greatest);
    values[at] = power;
    sum += power;
  }
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) / sum;
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
