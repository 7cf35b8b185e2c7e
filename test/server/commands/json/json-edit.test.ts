import { ByteSlice } from '#server/base/byte-slice.js';
import { acceptedPlaces, changePlaces, checkDepth, lastOf } from '#server/commands/json/json-edit.js';
import { parsePath } from '#server/json/path/path-parser.js';
import { isNumber } from '#server/json/tape.js';
import { JsonValue } from '#server/types/json.js';
import { valueHome } from '../../../support/value-home.js';
import { tapeOf, textOf } from '../../json/documents.js';

test('values are changed from the end of the document, and answered in the order of the path', () => {
  const document = new JsonValue(valueHome());
  document.setRoot(tapeOf('{"a":1,"b":"x","c":[2,3]}'));
  const places = acceptedPlaces(document, parsePath(ByteSlice.fromText('$..*')), isNumber);
  const order: string[] = [];
  const answers = changePlaces(places, ({ at, containers }) => {
    order.push(textOf(document.tape, at));
    document.replace(at, containers, tapeOf('"longer than before"'));
    return order.length;
  });
  expect(order).toEqual(['3', '2', '1']);
  expect(answers).toEqual([3, undefined, undefined, 2, 1]);
  expect(lastOf(answers)).toBe(1);
  document.validate();
});

test('values may not lie too deep', () => {
  expect(() => checkDepth(126, tapeOf('[1]'))).not.toThrow();
  expect(() => checkDepth(127, tapeOf('[1]'))).toThrow(
    expect.objectContaining({ message: 'ERR recursion limit exceeded' }),
  );
});
