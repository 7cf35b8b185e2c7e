/** Runs a command's parser on arguments as a connection frames them. */
import { ArgumentParser } from '#server/commands/argument-parser.js';
import { ReplyError } from '#server/errors.js';
import { type Argument, frame } from '../../../support/in-process.js';

/** What the parser made of the arguments (the command's name left out), or the message of its error. */
export function parsed<T>(parse: (args: ArgumentParser) => T, argv: readonly Argument[]): T | string {
  const { buffer, words } = frame(argv);
  const args = new ArgumentParser();
  args.reset(buffer, words, 0, 0, 'command');
  try {
    const result = parse(args);
    return args.finish()?.message ?? result;
  } catch (failure) {
    if (failure instanceof ReplyError) return failure.message;
    throw failure;
  }
}

/** As `parsed`, from words separated by blanks. */
export function parsedLine<T>(parse: (args: ArgumentParser) => T, line: string): T | string {
  return parsed(parse, line.split(' '));
}
