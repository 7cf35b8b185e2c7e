/**
 * Compat scripts as data. A script is a named list of lines; both servers get the same bytes of each line and their raw
 * replies must be equal, byte for byte, unless the line declares a looseness with its reason.
 *
 * A plain line is written as one types it into redis-cli: words divided by spaces, `"..."` with backslash escapes
 * (`\xHH` for any byte), `'...'` literally. Outside quotes these words are expanded:
 *   <a*70000>   the text `a` 70,000 times
 *   <id:b>      the client id of connection `b`; <addr:b> and <laddr:b> its remote and local address
 *   <cursor>    in `scan` lines, the cursor of the previous reply
 */
import type { Looseness } from './looseness.js';

export type Protocol = 2 | 3;

/** Values that only a running connection knows: `id`, `addr`, `laddr` of a connection, `cursor` of an iteration. */
export type Variable = (kind: string, connection: string) => string;

export type Step =
  /**
   * One command, one reply (or `replies`); `on` names the connection, `a` when nothing is said; `closes` when the server
   * must end the connection after its answer.
   */
  | { kind: 'command'; on: string; line: string; replies: number; closes: boolean; loose: Looseness | null }
  /** Commands sent at once, the first of which blocks: the script goes on when it does, without an answer. */
  | { kind: 'blocks'; on: string; lines: readonly string[] }
  /** Answers to what was sent before. */
  | { kind: 'answers'; on: string; replies: number }
  /** Bytes as they are, in pieces that arrive one by one. */
  | { kind: 'raw'; on: string; pieces: readonly Buffer[]; replies: number; closes: boolean; loose: Looseness | null }
  /** A cursor command repeated until its cursor is 0; the elements of all its replies are compared without order. */
  | { kind: 'scan'; on: string; line: string; entries: 'single' | 'pairs' }
  /** Messages, up to the first that holds a text: for what comes in numbers that the script need not know. */
  | { kind: 'heard'; on: string; last: string }
  /** A command repeated until both servers answer `reply`: something that the server does in its own time. */
  | { kind: 'eventually'; on: string; line: string; reply: string };

export type Line = string | Step;

export interface Script {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly protocols: readonly Protocol[];
  /** Run on a connection of its own after the script, whatever happened: puts settings back. */
  readonly restores: readonly string[];
}

export function script(
  name: string,
  lines: readonly Line[],
  options: { protocols?: readonly Protocol[]; restores?: readonly string[] } = {},
): Script {
  return { name, lines, protocols: options.protocols ?? [2, 3], restores: options.restores ?? [] };
}

export function loosely(line: Line, loose: Looseness): Step {
  const step = toStep(line);
  if (step.kind !== 'command' && step.kind !== 'raw') throw new Error(`a ${step.kind} line has its own comparison`);
  return { ...step, loose };
}

/** The line on another connection of the script, opened when it is first named. */
export function on(connection: string, line: Line): Step {
  return { ...toStep(line), on: connection };
}

/** A line that is not answered. */
export function silent(line: string): Step {
  return command(line, 0, false);
}

/** A line that is answered more than once: a subscription to several names. */
export function repeatedly(line: string, replies: number): Step {
  return command(line, replies, false);
}

/** Messages that come without having been asked for. */
export function hears(messages = 1): Step {
  return raw('', { replies: messages });
}

/** Everything that comes, up to a message that holds the text. */
export function heardUntil(last: string): Step {
  return { kind: 'heard', on: 'a', last };
}

/** A line that is answered and ends the connection. */
export function closing(line: string): Step {
  return command(line, 1, true);
}

/** A line that blocks its connection, and lines sent with it that wait behind it. `answered` takes their answers. */
export function blocks(...lines: readonly string[]): Step {
  return { kind: 'blocks', on: 'a', lines };
}

/** Takes the answers of a connection that was blocked. */
export function answered(connection: string, replies = 1): Step {
  return { kind: 'answers', on: connection, replies };
}

/** Text is taken as latin1, one character a byte. */
export function raw(
  bytes: string | Buffer | readonly (string | Buffer)[],
  options: { replies?: number; closes?: boolean } = {},
): Step {
  const pieces = Array.isArray(bytes) ? bytes : [bytes];
  return {
    kind: 'raw',
    on: 'a',
    pieces: pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    replies: options.replies ?? 1,
    closes: options.closes ?? false,
    loose: null,
  };
}

export function scan(line: string, entries: 'single' | 'pairs' = 'single'): Step {
  return { kind: 'scan', on: 'a', line, entries };
}

export function eventually(line: string, reply: string): Step {
  return { kind: 'eventually', on: 'a', line, reply };
}

/** The commands a step sends, as lines. */
export function linesOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'blocks':
      return step.lines;
    case 'raw':
    case 'answers':
    case 'heard':
      return [];
    default:
      return [step.line];
  }
}

export function toStep(line: Line): Step {
  return typeof line === 'string' ? command(line, 1, false) : line;
}

function command(line: string, replies: number, closes: boolean): Step {
  return { kind: 'command', on: 'a', line, replies, closes, loose: null };
}

const noVariables: Variable = (kind) => {
  throw new Error(`<${kind}> has no value here`);
};

/** The line as the RESP array that a client sends. */
export function encodeLine(line: string, variable: Variable = noVariables): Buffer {
  const words = splitLine(line, variable).map((word) => Buffer.from(word, 'latin1'));
  const parts = words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

const word = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+))(?=\s|$)/gy;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** The words of a line, one character a byte. */
export function splitLine(line: string, variable: Variable = noVariables): string[] {
  const words: string[] = [];
  let end = 0;
  for (const match of line.matchAll(word)) {
    const [whole, escaped, literal, plain] = match;
    end += whole.length;
    if (escaped !== undefined)
      words.push(escaped.replace(/\\(x[0-9a-fA-F]{2}|.)/gs, (_, code: string) => escapedByte(code)));
    else words.push(literal ?? expand(plain ?? '', variable));
  }
  if (line.slice(end).trim() !== '') throw new Error(`unbalanced quotes: ${line}`);
  return words;
}

function escapedByte(code: string): string {
  if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  return escapes[code] ?? code;
}

function expand(text: string, variable: Variable): string {
  return text
    .replace(/<([^<>*]+)\*(\d+)>/g, (_, repeated: string, times: string) => repeated.repeat(Number(times)))
    .replace(/<(id|addr|laddr):(\w+)>|<(cursor)>/g, (_, kind = '', name = '', cursor = '') =>
      variable(`${kind}${cursor}`, `${name}`),
    );
}
