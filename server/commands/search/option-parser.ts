/** What the grammars of FT.* commands share: options by name, and lists that say how long they are. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseInteger } from '../../base/integer.js';
import type { ReplyError } from '../../errors.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';

const DIALECT_MAX = 4;

/** Keywords are ASCII and matched without regard to case. */
export function upperText(word: ByteSlice): string {
  return word.latin1().toUpperCase();
}

/** `count` and that many arguments after it. @param name the option they belong to, for errors */
export function countedArguments(args: ArgumentParser, name: string): ByteSlice[] {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(name));
  const countText = args.bytes();
  const count = parseInteger(countText.buffer, countText.start, countText.end) ?? -1;
  if (count < 0) args.fail(searchErrorFor.badCount(name));
  else if (count > args.remaining) args.fail(searchErrorFor.missingArguments(name));
  // Of its length from the start: an array that grows takes room for seventeen at once.
  const counted = new Array<ByteSlice>(args.remaining === 0 ? 0 : count);
  for (let at = 0; at < counted.length; at++) counted[at] = args.bytes();
  return counted;
}

/** An integer within bounds, both included. @param option it belongs to, for errors */
export function readInteger(args: ArgumentParser, option: string, min: number, max: number, error: ReplyError): number {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(option));
  const text = args.bytes();
  const value = parseInteger(text.buffer, text.start, text.end) ?? -1;
  if (value < min || value > max) args.fail(error);
  return value;
}

/** The value of DIALECT: queries of all that there are are read as the second. */
export function readDialect(args: ArgumentParser): number {
  return readInteger(args, 'DIALECT', 1, DIALECT_MAX, searchErrors.dialect);
}
