/** Which entry of the command table a frame names, or why there is none. */
import { cText, errorFor, type ReplyError } from '../../errors.js';
import type { CommandEntry } from '../command.js';
import type { CommandTable } from '../command-table.js';
import { frameSlices } from './frame.js';

const QUOTED_ARGS_BYTES_MAX = 128;

/** The command or subcommand a frame names. */
export function lookUp(
  commands: CommandTable,
  buffer: Buffer,
  words: Int32Array,
  base: number,
): CommandEntry | ReplyError {
  const start = words[base + 1] ?? 0;
  const entry = commands.find(buffer, start, start + (words[base + 2] ?? 0));
  if (entry === undefined) return unknownCommand(buffer, words, base);
  if (entry.subcommands === undefined || (words[base] ?? 0) < 2) return entry;
  const subStart = words[base + 3] ?? 0;
  const subName = buffer.toString('latin1', subStart, subStart + (words[base + 4] ?? 0));
  return (
    entry.subcommands.get(subName.toUpperCase()) ??
    errorFor.unknownSubcommand(entry.name, subName.slice(0, QUOTED_ARGS_BYTES_MAX))
  );
}

/** Names the command and the beginning of its arguments, as Redis does, within a bounded length. */
function unknownCommand(buffer: Buffer, words: Int32Array, base: number): ReplyError {
  const [name, ...args] = frameSlices(buffer, words, base).map((slice) => slice.view());
  let quoted = '';
  for (const arg of args) {
    if (quoted.length >= QUOTED_ARGS_BYTES_MAX) break;
    quoted += `'${cText(arg.toString('latin1', 0, QUOTED_ARGS_BYTES_MAX - quoted.length))}' `;
  }
  return errorFor.unknownCommand(name?.toString('latin1', 0, QUOTED_ARGS_BYTES_MAX) ?? '', quoted);
}
