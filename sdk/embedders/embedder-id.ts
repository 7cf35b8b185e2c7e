/**
 * Ids of embedders (`Embedder.id`) from the names of models, which hold more characters and may be longer: two models never share one.
 */
import { createHash } from 'node:crypto';

const CHARS_MAX = 64;
const DIGEST_CHARS = 8;

/** @param kind the wire format, in lower case: the same name means another model elsewhere */
export function embedderId(kind: string, model: string, dimension: number): string {
  const wanted = `${kind}-${model}-${dimension}`;
  const plain = wanted.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  if (plain === wanted && plain.length <= CHARS_MAX) return plain;
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, DIGEST_CHARS);
  return `${plain.slice(0, CHARS_MAX - DIGEST_CHARS - 1)}-${digest}`;
}
