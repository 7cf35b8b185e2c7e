/**
 * Entries on their way from one cache into another, as lines of JSON. An entry travels without its vector: the cache that takes it makes
 * a vector by its own embedder, so a cache can move to another model. What tells it apart travels as digests, for an entry does not
 * know the texts of its scope.
 */
import { z } from 'zod';
import type { CommandReply } from '../commander.js';
import { attributesMax } from './cache-attributes.js';
import { ttlMsMax } from './cache-entry.js';
import { digestPattern } from './digest.js';

/** An entry is kept for a grace after its time, and neither is longer. */
const keptMsMax = 2 * ttlMsMax;

const digest = z.string().regex(digestPattern);

export const exportedEntry = z.object({
  v: z.literal(1),
  prompt: z.string().min(1),
  response: z.string(),
  attributes: z.record(z.string(), z.string()),
  createdAtMs: z.int().nonnegative(),
  model: z.string().optional(),
  freshForMs: z.int().min(1).max(ttlMsMax).optional(),
  /** Until it ends, when it was read; absent: for ever. */
  ttlMs: z.int().min(1).max(keptMsMax).optional(),
  scope: digest,
  exact: digest,
  answerGroup: z.string().max(128),
  /** Tokens of attributes, namespace and model. */
  tags: z
    .string()
    .regex(/^(?:[0-9a-f]{32}(?:,[0-9a-f]{32})*)?$/)
    .max((attributesMax + 2) * 33),
});

export type ExportedEntry = z.infer<typeof exportedEntry>;

/** In the order in which `exportedFrom` expects their values. */
export const exportedFields = [
  ...['prompt', 'response', 'attributes', 'createdAtMs', 'model', 'freshForMs'],
  ...['scope', 'exact', 'answerGroup', 'tags'],
] as const;

/** @returns undefined when the entry is gone, or is none */
export function exportedFrom(fields: CommandReply, ttlMs: number): ExportedEntry | undefined {
  if (!Array.isArray(fields)) return undefined;
  const [prompt, response, attributes, createdAtMs, model, freshForMs, scope, exact, answerGroup, tags] = fields;
  const parsed = exportedEntry.safeParse({
    v: 1,
    prompt,
    response,
    attributes: jsonOf(attributes),
    createdAtMs: Number(createdAtMs),
    ...(typeof model === 'string' ? { model } : {}),
    ...(freshForMs ? { freshForMs: Number(freshForMs) } : {}),
    ...(ttlMs > 0 ? { ttlMs } : {}),
    scope,
    exact,
    answerGroup,
    tags,
  });
  return parsed.data;
}

function jsonOf(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
