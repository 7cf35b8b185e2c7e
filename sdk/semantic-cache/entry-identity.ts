/** What tells entries apart. Versioned: a change in what goes in raises the version, and older entries are not found again. */
import { attributeTokens, type CacheAttributes } from './cache-attributes.js';
import { type Digest, digestOf } from './digest.js';
import { exactPrompt } from './prompt-normalisation.js';

/** Equal for the questions that one answer serves, whatever their attributes. */
export function exactDigest(scope: Digest, prompt: string): Digest {
  return digestOf('nearkey-exact-1', [scope, exactPrompt(prompt)]);
}

export function entryIdOf(exact: Digest, attributes: CacheAttributes): Digest {
  return digestOf('nearkey-entry-1', [exact, ...attributeTokens(attributes)]);
}
