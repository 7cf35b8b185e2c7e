/**
 * What a request must be before the store is asked for it. A request that is not is an `invalid-request`, and nothing has happened.
 */
import { CacheError } from '../errors.js';
import { ttlMsMax } from './cache-entry.js';
import { digestPattern } from './digest.js';
import { normalisePrompt } from './prompt-normalisation.js';

/** @returns the prompt as it is kept */
export function checkedPrompt(prompt: string, charsMax: number): string {
  if (prompt.length > charsMax) throw invalid(`a prompt of ${prompt.length} characters`, `at most ${charsMax}`);
  const normalised = normalisePrompt(prompt);
  if (normalised === '') throw invalid('an empty prompt', 'at least one visible character');
  return normalised;
}

export function checkResponse(response: string, charsMax: number): void {
  if (response.length > charsMax) throw invalid(`a response of ${response.length} characters`, `at most ${charsMax}`);
}

export function checkFraction(name: string, value: number | undefined): void {
  if (value !== undefined && !isFraction(value)) throw invalid(`the ${name} ${value}`, 'a number from 0 to 1');
}

export function checkEntryId(entryId: string): void {
  if (!digestPattern.test(entryId)) throw invalid('this entry id', '32 lowercase hex digits');
}

/** @returns `null` for ever */
export function checkedTtlMs(requested: number | null | undefined, defaultTtlMs: number | null): number | null {
  if (requested === undefined) return defaultTtlMs;
  if (requested === null) return null;
  if (!isCount(requested, ttlMsMax)) {
    throw invalid(`the ttlMs ${requested}`, `an integer from 1 to ${ttlMsMax}, or null`);
  }
  return requested;
}

export function isFraction(value: number): boolean {
  return value >= 0 && value <= 1;
}

export function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

export function invalid(received: string, expected: string): CacheError {
  return new CacheError('invalid-request', `Cannot use ${received}: expected ${expected}`);
}
