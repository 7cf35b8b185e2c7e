/** Documents as bytes, and bytes as text, for the tests of this folder. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { parseJson } from '#server/json/json-parser.js';
import { jsonText } from '#server/json/json-text.js';

export function tapeOf(json: string): Buffer {
  return Buffer.from(parseJson(ByteSlice.fromText(json)));
}

export function textOf(tape: Buffer, at = 0): string {
  return jsonText(tape, at).utf8();
}
