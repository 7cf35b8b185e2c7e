/** What the grammars of FT.* commands share: options by name, and lists that say how long they are. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseInteger } from '../../base/integer.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';

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
  return Array.from({ length: args.remaining === 0 ? 0 : count }, () => args.bytes());
}
