import { ByteSlice } from '#server/base/byte-slice.js';
import { jsonText, writtenJson } from '#server/json/json-text.js';
import { tapeOf } from './documents.js';

describe('writing JSON', () => {
  test('escapes what must be', () => {
    const json = '"a\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\u007f/é😀"';
    expect(jsonText(tapeOf(json)).utf8()).toBe(json);
  });

  test('puts between the parts what it is told', () => {
    const tape = tapeOf('{"a":[1,{"b":2}],"c":[],"d":{}}');
    const format = { indent: '>', newline: '\n', space: ' ' };
    expect(writtenJson((writer) => writer.value(tape, 0), format).utf8()).toBe(
      '{\n>"a": [\n>>1,\n>>{\n>>>"b": 2\n>>}\n>],\n>"c": [],\n>"d": {}\n}',
    );
  });

  test('makes arrays and objects of values that lie elsewhere', () => {
    const tape = tapeOf('7');
    const text = writtenJson((writer) => {
      writer.object(1, () => {
        writer.key(ByteSlice.fromText('k"'));
        writer.array(2, () => writer.value(tape, 0));
      });
    });
    expect(text.utf8()).toBe('{"k\\"":[7,7]}');
  });
});
