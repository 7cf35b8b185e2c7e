/**
 * Regular expressions from outside, matched in time linear in the text whatever the pattern: V8's engine without
 * backtracking, which refuses what it cannot do (look-around, back-references, large repetitions). The flag that makes it
 * available is set once, when this is loaded; expressions of our own are not touched by it.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--enable-experimental-regexp-engine');

const PATTERN_CHARS_MAX = 1024;
/** Flags in front, as Rust and Perl write them. */
const WITH_FLAGS = /^(?:\(\?([ims]+)\))?([\s\S]*)$/;
/** What of a pattern is looked at as one: an escape, a range of letters, or one character. */
const PIECE = /\\[\s\S]|([a-z])-([a-z])|[\s\S]/gi;

/** @returns the expression, or undefined when it is none, is too long, or cannot be matched in linear time */
export function linearPattern(pattern: string): RegExp | undefined {
  if (pattern.length > PATTERN_CHARS_MAX) return undefined;
  const [, flags = '', body = ''] = WITH_FLAGS.exec(pattern) ?? [];
  const others = [...new Set(flags.replaceAll('i', ''))].join('');
  try {
    return new RegExp(flags.includes('i') ? inEitherCase(body) : body, `l${others}`);
  } catch {
    return undefined;
  }
}

/** The engine does not ignore case: letters of ASCII become classes of both. */
function inEitherCase(body: string): string {
  let isInClass = false;
  return body.replace(PIECE, (piece: string, first?: string, last?: string) => {
    if (piece === '[') isInClass = true;
    else if (piece === ']') isInClass = false;
    if (first !== undefined && last !== undefined) {
      return isInClass ? both(piece) : `${classOf(first)}-${classOf(last)}`;
    }
    if (!/^[a-z]$/i.test(piece)) return piece;
    return isInClass ? both(piece) : classOf(piece);
  });
}

function both(letters: string): string {
  return letters.toLowerCase() + letters.toUpperCase();
}

function classOf(letter: string): string {
  return `[${both(letter)}]`;
}
