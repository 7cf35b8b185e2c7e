/**
 * A sentence model small enough to be made by a test: a table with a vector for each token, and nothing after it, in the forms in which
 * real ones come (ONNX's protocol buffers, tokenizer.json). The bytes of ONNX are written here by hand, from its schema.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'reset', 'pass', '##word', 'card', 'lost', 'my'];
export const modelDimension = 4;

export interface TinyModel {
  /** A row for each of `words`. */
  readonly table?: readonly (readonly number[])[];
  readonly inputs?: readonly string[];
  readonly output?: string;
  /** Files beside, or in place of, those that are written. */
  readonly files?: Readonly<Record<string, object>>;
  readonly modelFile?: string;
}

/** The words apart from each other, the marks at the ends of a text without a say. */
export const plainTable = words.map((word, at) =>
  word.startsWith('[') ? [0, 0, 0, 0] : [Math.sin(at), Math.cos(at), Math.sin(at * 2), 0.5],
);

export async function writeTinyModel(folder: string, model: TinyModel = {}): Promise<void> {
  const { table = plainTable, inputs = ['input_ids', 'attention_mask', 'token_type_ids'] } = model;
  const { output = 'last_hidden_state', files = {}, modelFile = 'model.onnx' } = model;
  await mkdir(join(folder, modelFile, '..'), { recursive: true });
  await writeFile(join(folder, modelFile), onnxModel(table, inputs, output));
  const all = { 'tokenizer.json': tokenizer, 'config.json': { hidden_size: modelDimension }, ...files };
  for (const [name, json] of Object.entries(all)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), JSON.stringify(json));
  }
}

/** The mean of the rows, of unit length. */
export function expectedVector(rows: readonly (readonly number[])[]): number[] {
  const sum = Array.from({ length: modelDimension }, (_, at) => rows.reduce((total, row) => total + (row[at] ?? 0), 0));
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

const special = (content: string, id: number) => ({
  ...{ id, content, special: true, normalized: false },
  ...{ single_word: false, lstrip: false, rstrip: false },
});

const tokenizer = {
  version: '1.0',
  added_tokens: words.slice(0, 4).map(special),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, at) => [word, at])),
  },
};

/** ModelProto: one node, `Gather(table, input_ids)`. */
function onnxModel(table: readonly (readonly number[])[], inputs: readonly string[], output: string): Buffer {
  const node = message(text(1, 'table'), text(1, 'input_ids'), text(2, output), text(4, 'Gather'));
  const floats = Buffer.from(Float32Array.from(table.flat()).buffer);
  const [FLOAT, INT64] = [1, 7];
  const initializer = message(
    ...[number(1, table.length), number(1, modelDimension), number(2, FLOAT), text(8, 'table'), bytes(9, floats)],
  );
  const graph = message(
    bytes(1, node),
    text(2, 'tiny'),
    bytes(5, initializer),
    ...inputs.map((name) => bytes(11, valueInfo(name, INT64, ['batch', 'tokens']))),
    bytes(12, valueInfo(output, FLOAT, ['batch', 'tokens', modelDimension])),
  );
  const opset = message(number(2, 13));
  return message(number(1, 8), bytes(7, graph), bytes(8, opset));
}

function valueInfo(name: string, elementType: number, shape: readonly (string | number)[]): Buffer {
  const dimensions = shape.map((size) => bytes(1, typeof size === 'string' ? text(2, size) : number(1, size)));
  const tensor = message(number(1, elementType), bytes(2, message(...dimensions)));
  return message(text(1, name), bytes(2, bytes(1, tensor)));
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const parts: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) parts.push((rest % 128) | 128);
  return Buffer.from([...parts, rest]);
}
