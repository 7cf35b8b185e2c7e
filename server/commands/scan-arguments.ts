/** The arguments SCAN and HSCAN share: a cursor, MATCH and COUNT. */
import type { ByteSlice } from '../base/byte-slice.js';
import { cText, errors } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';

const COUNT_BY_DEFAULT = 10;
const UINT64_MAX = 2n ** 64n - 1n;

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
