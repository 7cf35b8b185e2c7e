/**
 * Cuts an expression into tokens:
 *
 *     1  2.5e3  inf       numbers, without a sign
 *     "a \" b"  'a'       texts; a backslash ahead of punctuation or a blank is dropped
 *     @name  @a\-b  @a.b  properties; punctuation in a name is escaped, but for dots and what JSON paths begin with
 *     $name               parameters
 *     lower  NULL         words: functions and constants
 *     + - * / % ^ ( ) , == != < <= > >= && || !
 */
import { QueryError } from '../errors.js';

export type TokenKind = 'number' | 'text' | 'property' | 'parameter' | 'word' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** What it stands for: a name, the contents of a text, a sign. */
  readonly text: string;
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
}

interface Rule {
  readonly kind: TokenKind;
  readonly pattern: RegExp;
  readonly read: (match: string) => string;
}

const rules: readonly Rule[] = [
  { kind: 'number', pattern: /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?![a-z\d_])/iy, read: (match) => match },
  {
    kind: 'text',
    pattern: /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y,
    read: (match) => unescaped(match.slice(1, -1)),
  },
  {
    kind: 'property',
    pattern: /@\$?(?:[^\p{Cc}\s!-/:-@[-^`{-~]|\\[\s\S]|\.(?=[^\s]))+/uy,
    read: (match) => unescaped(match.slice(1)),
  },
  { kind: 'parameter', pattern: /\$[\p{L}\d_]+/uy, read: (match) => match.slice(1) },
  { kind: 'word', pattern: /[a-z][a-z\d_]*/iy, read: (match) => match },
  { kind: 'sign', pattern: /==|!=|<=|>=|&&|\|\||[-+*/%^(),<>!]/y, read: (match) => match },
];

const blanks = /\s*/y;

/** Ends with a token of kind `end`. @throws QueryError */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = after(blanks, text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = after(blanks, text, token.end);
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } {
  for (const { kind, pattern, read } of rules) {
    const end = after(pattern, text, at);
    if (end > at) return { token: { kind, text: read(text.slice(at, end)), at }, end };
  }
  throw syntaxError(text, at);
}

/** Where the match ends that begins at `at`; `at` if there is none. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function unescaped(text: string): string {
  return text.replace(/\\([^\p{L}\d])/gu, '$1');
}

const shownCharsMax = 20;

/** @param reason more than that something else was expected */
export function syntaxError(text: string, at: number, reason?: string): QueryError {
  const near = text.slice(at, at + shownCharsMax);
  const place = `Syntax error at offset ${at} near '${near}'`;
  return new QueryError('syntax', reason === undefined ? place : `${place}: ${reason}`, at);
}
