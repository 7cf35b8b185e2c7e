/**
 * The one way parts become a digest. Every part goes in behind its presence and its length, never concatenated: ('ab', 'c')
 * and ('a', 'bc') differ, and so do a missing part and an empty one. The domain keeps digests of different kinds apart
 * even when their parts are equal. Texts go in as UTF-16 code units, because UTF-8 turns every unpaired surrogate into the
 * same replacement character.
 *
 * 128 bits of SHA-256, as 32 lowercase hex digits: the id format the LangCache API shows to its callers.
 */
import { createHash } from 'node:crypto';

/** 32 lowercase hex digits. */
export type Digest = string;

export const digestPattern = /^[0-9a-f]{32}$/;

export function digestOf(domain: string, parts: readonly (string | undefined)[]): Digest {
  const hash = createHash('sha256');
  for (const part of [domain, ...parts]) {
    if (part === undefined) {
      hash.update('-;');
    } else {
      hash.update(`${part.length};`);
      hash.update(part, 'utf16le');
    }
  }
  return hash.digest('hex').slice(0, 32);
}
