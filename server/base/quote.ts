/** Bytes as text that a person can read: quoted, with escapes as in C. MONITOR and logs show arguments so. */
import type { ByteSlice } from './byte-slice.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

export function quoted(bytes: ByteSlice): string {
  const body = bytes.latin1().replace(/[^ !#-[\]-~]/g, (char) => ESCAPES[char] ?? `\\x${hexByte(char)}`);
  return `"${body}"`;
}

function hexByte(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}
