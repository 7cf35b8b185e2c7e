/**
 * Attributes: open name-value pairs on an entry, by which lookups filter and invalidation selects. Any name works without a
 * schema change because all of them share ONE multi-value TAG field: each pair is a token, the digest of its name and
 * value. A token holds only hex digits, so no value can escape its tag, contain the separator, exceed a tag's length or
 * be folded in case. The readable pairs stand beside it in the entry.
 */
import { CacheError } from '../errors.js';
import { digestOf } from './digest.js';

export type CacheAttributes = { readonly [name: string]: string };

export const attributesMax = 32;
export const attributeNamePattern = /^[A-Za-z0-9_.-]{1,64}$/;
export const attributeValueCharsMax = 1024;

const tokenDomain = 'nearkey-attribute-1';
const ownDomain = 'nearkey-own-1';

/** The tokens of the pairs, sorted, so that equal attributes give equal lists. */
export function attributeTokens(attributes: CacheAttributes): string[] {
  return Object.entries(attributes)
    .map(([name, value]) => digestOf(tokenDomain, [name, value]))
    .sort();
}

/** What an entry is selected by beside its attributes. In the same field and of another domain: no attribute is like one of these. */
export interface OwnProperties {
  readonly namespace?: string | undefined;
  readonly model?: string | undefined;
}

/** The tokens of those that are given. */
export function ownTokens({ namespace, model }: OwnProperties): string[] {
  const tokenOf = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [digestOf(ownDomain, [name, value])];
  return [...tokenOf('namespace', namespace), ...tokenOf('model', model)];
}

/** The attributes themselves when they are within the limits; otherwise an `invalid-request`. */
export function checkedAttributes(attributes: CacheAttributes | undefined): CacheAttributes {
  if (attributes === undefined) return {};
  const pairs = Object.entries(attributes);
  if (pairs.length > attributesMax) {
    throw new CacheError(
      'invalid-request',
      `Cannot use ${pairs.length} attributes: at most ${attributesMax} are allowed`,
    );
  }
  for (const [name, value] of pairs) {
    if (!attributeNamePattern.test(name) || name === '__proto__') {
      throw new CacheError(
        'invalid-request',
        `Cannot use the attribute name ${JSON.stringify(name.slice(0, 80))}: expected ${attributeNamePattern.source}`,
      );
    }
    if (typeof value !== 'string' || value.length === 0 || value.length > attributeValueCharsMax) {
      throw new CacheError(
        'invalid-request',
        `Cannot use the value of attribute ${name}: expected a text of 1 to ${attributeValueCharsMax} characters`,
      );
    }
  }
  return attributes;
}
