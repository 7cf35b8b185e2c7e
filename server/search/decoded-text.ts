/**
 * Bytes of a command as text, as `decodeText` of the engine reads them. Most are ASCII: those become a string by one call, without a
 * view of their own.
 */
import { decodeText } from '@nearkey/index';
import type { ByteSlice } from '../base/byte-slice.js';

export function decodedText(bytes: ByteSlice): string {
  return isAscii(bytes) ? bytes.latin1() : decodeText(bytes.view());
}

function isAscii({ buffer, start, end }: ByteSlice): boolean {
  for (let at = start; at < end; at++) if ((buffer[at] ?? 0) > 0x7f) return false;
  return true;
}
