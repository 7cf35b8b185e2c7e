/**
 * Suggestions in RDB as RediSearch writes them (`trietype0`, version 1): each text and payload is followed by a zero byte, and
 * a text without a payload has the empty one.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { SUGGESTION_CHARS_MAX, SuggestionsValue, suggestionText } from '../../types/suggestions.js';
import { demand } from '../corrupt-payload.js';
import { ModuleReader, type ModuleType, ModuleWriter } from '../module-type.js';
import { RdbType } from '../rdb-types.js';
import type { ValueCodec } from '../value-codec.js';

const TRIE: ModuleType = { name: 'trietype0', version: 1 };
/** Two strings, the shorter with a zero byte each, and a double, each behind what it is. */
const ENTRY_BYTES_MIN = 15;

export const suggestionsCodec: ValueCodec<SuggestionsValue> = {
  type: SuggestionsValue,
  reads: [RdbType.module2],
  module: TRIE,

  typeOf: () => RdbType.module2,

  write(suggestions, writer) {
    const pieces = new ModuleWriter(writer, TRIE);
    pieces.uint(suggestions.size);
    suggestions.forEach(({ text, score, payload }) => {
      pieces.string(terminated(Buffer.from(text)));
      pieces.double(score);
      pieces.string(terminated(payload?.view() ?? Buffer.alloc(0)));
    });
    pieces.end();
  },

  read(_code, reader, into) {
    const pieces = new ModuleReader(reader);
    const count = pieces.uint();
    demand(count > 0 && count * ENTRY_BYTES_MIN <= reader.remaining, 'more suggestions than bytes');
    for (let left = count; left > 0; left--) {
      const text = suggestionText(unterminated(pieces.string()));
      const score = pieces.double();
      const payload = unterminated(pieces.string());
      demand(text !== '' && text.length <= SUGGESTION_CHARS_MAX, 'a suggestion has no text, or too long a one');
      demand(Number.isFinite(score), 'a score is no number');
      demand(into.add(text, { score, isIncrement: false, payload }), 'a suggestion comes twice');
    }
    pieces.end();
  },
};

function terminated(bytes: Buffer): ByteSlice {
  return ByteSlice.of(Buffer.concat([bytes, Buffer.alloc(1)]));
}

function unterminated(bytes: ByteSlice): ByteSlice {
  demand(bytes.length > 0, 'a string has no end');
  return bytes.slice(0, bytes.length - 1);
}
