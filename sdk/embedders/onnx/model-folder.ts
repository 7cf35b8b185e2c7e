/**
 * The folder of a sentence model as it comes from Hugging Face (sentence-transformers, exported to ONNX): what is in it, read once and
 * checked. `model.onnx` lies beside `tokenizer.json` and `config.json`, or in `onnx/`; everything else is optional.
 */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { EmbedderError } from '../embedder.js';

export interface ModelFolder {
  readonly modelFile: string;
  /** As the tokenizer's library takes them. */
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly dimension: number;
  /** Tokens of a text, those at its ends included; the rest of a longer one is not read. */
  readonly tokensMax: number;
  /** How a text's vector is made of its tokens' vectors. */
  readonly pooling: 'mean' | 'first';
  readonly padToken: number;
}

const members = z.looseObject({});
const modelConfig = z.looseObject({
  hidden_size: z.int().min(1),
  max_position_embeddings: z.int().min(3).optional(),
  pad_token_id: z.int().min(0).nullish(),
});
const sentenceConfig = z.looseObject({ max_seq_length: z.int().min(3).optional() });
/** Models without a limit write a number beyond all integers. */
const tokenizerLimits = z.looseObject({ model_max_length: z.number().min(3).optional() });
const poolingConfig = z.looseObject({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
});

const modelFiles = ['model.onnx', 'onnx/model.onnx'];
const TOKENS_MAX = 512;

/** @throws EmbedderError `failed` when a file is missing or is not what it should be */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const [tokenizer, config] = await Promise.all([
    required(path, 'tokenizer.json', members),
    required(path, 'config.json', modelConfig),
  ]);
  const tokenizerConfig = (await optional(path, 'tokenizer_config.json', tokenizerLimits)) ?? {};
  const sentence = await optional(path, 'sentence_bert_config.json', sentenceConfig);
  const pooling = await optional(path, '1_Pooling/config.json', poolingConfig);
  const isMean = pooling?.pooling_mode_mean_tokens ?? true;
  if (!isMean && pooling?.pooling_mode_cls_token !== true) {
    throw new EmbedderError('failed', `${path}: only the mean of the tokens, or the first, can be a text's vector`);
  }
  return {
    modelFile: await modelFileOf(path),
    tokenizer,
    tokenizerConfig,
    dimension: config.hidden_size,
    tokensMax: Math.min(
      sentence?.max_seq_length ?? TOKENS_MAX,
      tokenizerConfig.model_max_length ?? TOKENS_MAX,
      config.max_position_embeddings ?? TOKENS_MAX,
    ),
    pooling: isMean ? 'mean' : 'first',
    padToken: config.pad_token_id ?? 0,
  };
}

/** Name and contents of a model in one id: another file is another model. */
export async function modelId(path: string, { modelFile }: ModelFolder): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(modelFile))
    .digest('hex');
  const name = basename(resolve(path))
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 40);
  return `onnx-${name}-${digest.slice(0, 12)}`;
}

async function modelFileOf(path: string): Promise<string> {
  for (const name of modelFiles) {
    const file = join(path, name);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  throw new EmbedderError('failed', `${path} holds no ${modelFiles.join(' and no ')}`);
}

async function required<T>(path: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const read = await optional(path, name, schema);
  if (read === undefined) throw new EmbedderError('failed', `${path} holds no ${name}`);
  return read;
}

async function optional<T>(path: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, name), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw new EmbedderError('failed', `${join(path, name)}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
