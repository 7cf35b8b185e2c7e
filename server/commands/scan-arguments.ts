/** The arguments that commands share which look at some of the elements: a cursor, MATCH and COUNT; a count of random ones. */
import type { ByteSlice } from '../base/byte-slice.js';
import { INT64_MAX, INT64_MIN } from '../base/integer.js';
import { cText, errors, type ReplyError } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';

const COUNT_BY_DEFAULT = 10;
const UINT64_MAX = 2n ** 64n - 1n;

/** A negative count repeats elements without end: the reply may not grow beyond this. */
export const REPEATED_REPLY_BYTES_MAX = 256 * 1024 * 1024;
/** What an element costs beside its bytes: length and line ends. */
export const BULK_OVERHEAD_BYTES = 16;

/** What HRANDFIELD and ZRANDMEMBER are asked for. */
export interface RandomRequest {
  readonly key: ByteSlice;
  /** How many elements: negative ones may repeat, undefined answers a single one that is no list. */
  readonly count: number | undefined;
  readonly withValues: boolean;
}

/** @param withWord the option that asks for values, too */
export function randomRequest(args: ArgumentParser, withWord: string): RandomRequest {
  const key = args.bytes();
  if (args.remaining === 0) return { key, count: undefined, withValues: false };
  const count = args.int64();
  if (count === INT64_MIN) args.fail(errors.randomCountOutOfRange);
  const withValues = args.flag(withWord);
  const tooManyPairs = count > INT64_MAX / 2n || count < -INT64_MAX / 2n;
  if (withValues && args.remaining === 0 && tooManyPairs) args.fail(errors.outOfRange);
  return { key, count: Number(count), withValues };
}

export interface ScanOptions {
  /** About how many elements to look at in one call. */
  count: number;
  /** Undefined lets everything pass. */
  pattern: ByteSlice | undefined;
}

/** Reads a cursor: an unsigned 64-bit number as C's strtoul takes it; only its low 32 bits carry meaning. */
export function scanCursor(args: ArgumentParser): number {
  const text = cText(args.bytes().latin1());
  const match = /^([+-]?)(\d{1,40})$|^$/.exec(text);
  const magnitude = BigInt(match?.[2] ?? '0');
  if (match === null || magnitude > UINT64_MAX) args.fail(errors.invalidCursor);
  return Number(BigInt.asUintN(32, match?.[1] === '-' ? -magnitude : magnitude));
}

/** Reads one MATCH or COUNT into `options`. @returns whether the next argument was one */
export function scanOption(args: ArgumentParser, options: ScanOptions): boolean {
  if (args.option('COUNT')) {
    options.count = args.integer();
    if (options.count < 1) args.fail(errors.syntax);
    return true;
  }
  if (args.option('MATCH')) {
    const pattern = args.bytes();
    options.pattern = pattern.latin1() === '*' ? undefined : pattern;
    return true;
  }
  return false;
}

export function defaultScanOptions(): ScanOptions {
  return { count: COUNT_BY_DEFAULT, pattern: undefined };
}

/** One step of a walk over the elements of a value: HSCAN, SSCAN, ZSCAN. */
export interface ValueScanRequest {
  readonly key: ByteSlice;
  readonly cursor: number;
  readonly options: ScanOptions;
  /** What is wrong with the options: told of a key that holds the type only. */
  readonly mistake: ReplyError | undefined;
}

export function valueScanRequest(args: ArgumentParser): ValueScanRequest {
  const key = args.bytes();
  const cursor = scanCursor(args);
  const options = defaultScanOptions();
  const mistake = args.deferred(() => {
    while (args.remaining > 0) if (!scanOption(args, options)) args.fail(errors.syntax);
  });
  return { key, cursor, options, mistake };
}
