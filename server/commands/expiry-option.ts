/**
 * The lifetime options of SET and GETEX: EX, PX, EXAT, PXAT. The same word may come twice and the last one counts;
 * different words exclude each other. Amounts are looked at after all words, because a mistake in a word comes first.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { addInt64, multiplyInt64, parseInt64 } from '../base/integer.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';

const EXPIRY_WORDS = ['EX', 'PX', 'EXAT', 'PXAT'] as const;
export type ExpiryWord = (typeof EXPIRY_WORDS)[number];

/** An option as written. */
export interface WrittenExpiry {
  readonly word: ExpiryWord;
  readonly amount: ByteSlice;
}

/** A time to expire at: milliseconds above 0, from the moment the command runs or from the epoch. */
export interface ExpiryTime {
  readonly ms: number | bigint;
  readonly from: 'now' | 'epoch';
}

/**
 * Reads one option with its amount.
 * @param taken the lifetime option read before, which may only come again
 * @returns undefined when the next argument is not such an option
 */
export function readExpiry(args: ArgumentParser, taken: string | undefined): WrittenExpiry | undefined {
  for (const word of EXPIRY_WORDS) {
    if ((taken === undefined || taken === word) && args.option(word)) return { word, amount: args.bytes() };
  }
  return undefined;
}

/** The time an option names, or what is wrong with its amount. @param commandName in lower case */
export function expiryTime(word: ExpiryWord, amount: ByteSlice, commandName: string): ExpiryTime | ReplyError {
  const value = parseInt64(amount.buffer, amount.start, amount.end);
  if (value === undefined) return errors.notInteger;
  if (value <= 0) return errorFor.invalidExpiry(commandName);
  const from = word === 'EX' || word === 'PX' ? 'now' : 'epoch';
  if (word === 'PX' || word === 'PXAT') return { ms: value, from };
  const ms = multiplyInt64(value, 1000);
  return ms === undefined ? errorFor.invalidExpiry(commandName) : { ms, from };
}

/** Epoch milliseconds. @throws ReplyError beyond 64 bits */
export function expiryAtMs(time: ExpiryTime, nowMs: number, commandName: string): number | bigint {
  if (time.from === 'epoch') return time.ms;
  const expiryMs = addInt64(time.ms, nowMs);
  if (expiryMs === undefined) throw errorFor.invalidExpiry(commandName);
  return expiryMs;
}
