import { ByteSlice } from '#server/base/byte-slice.js';
import { findFirst, findPlaces, findValues, outermostFromEnd } from '#server/json/path/path-matcher.js';
import { parsePath } from '#server/json/path/path-parser.js';
import { endOf, keyAt } from '#server/json/tape.js';
import { tapeOf, textOf } from '../documents.js';

const path = (text: string): ReturnType<typeof parsePath> => parsePath(ByteSlice.fromText(text));
const store =
  '{"book":[{"t":"A","p":8.95},{"t":"B","p":12.99,"isbn":"1"},{"t":"C","p":8.99,"isbn":"2"}],"bike":{"p":19.95},"max":10}';

function found(json: string, text: string): string {
  const tape = tapeOf(json);
  return findValues(tape, path(text))
    .map((at) => textOf(tape, at))
    .join(' ');
}

describe('what a path matches', () => {
  test.each([
    ['$', store],
    ['$.book[*].t', '"A" "B" "C"'],
    ['$..p', '8.95 12.99 8.99 19.95'],
    ['$.book[-1].t', '"C"'],
    ['$.book[-9].t', '"A"'],
    ['$.book[9]', ''],
    ['$.book[0,2,0].t', '"A" "C" "A"'],
    ['$.book[1:].t', '"B" "C"'],
    ['$.book[:-1].t', '"A" "B"'],
    ['$.book[::2].t', '"A" "C"'],
    ['$.book[?(@.isbn)].t', '"B" "C"'],
    ['$.book[?(!@.isbn)].t', '"A"'],
    ['$.book[?(@.p < $.max)].t', '"A" "C"'],
    ['$.book[?@.p>$.max || @.t=="A"].t', '"A" "B"'],
    ['$..[?(@.p==19.95)].p', '19.95'],
    ['$.max[?(@==10)]', '10'],
    ['$["max","bike"].p', '19.95'],
    ['$.bike.*', '19.95'],
    ['$.*.p', '19.95'],
    ['$.book.t', ''],
    ['$.bike[0]', ''],
  ])('%s', (text, expected) => {
    expect(found(store, text)).toBe(expected);
  });

  test('comes in the order of the document, a value before what is in it', () => {
    expect(found('{"a":{"a":[{"a":1}]}}', '$..a')).toBe('{"a":[{"a":1}]} [{"a":1}] 1');
    expect(found('[[1],[2]]', '$..*')).toBe('[1] [2] 1 2');
  });

  test('may be asked for alone when it is the first', () => {
    const tape = tapeOf(store);
    expect(textOf(tape, findFirst(tape, path('..t')) ?? 0)).toBe('"A"');
    expect(textOf(tape, findFirst(tape, path('.book[1].p')) ?? 0)).toBe('12.99');
    expect(findFirst(tape, path('.none'))).toBeUndefined();
    expect(findFirst(tape, path('.book.none'))).toBeUndefined();
  });

  test('is told with the containers around it', () => {
    const tape = tapeOf('{"x":[0,{"k":5}]}');
    const [place] = findPlaces(tape, path('$.x[1].k'));
    expect(place?.containers.map((at) => textOf(tape, at))).toEqual(['{"x":[0,{"k":5}]}', '[0,{"k":5}]', '{"k":5}']);
    expect(keyAt(tape, place?.entry ?? 0).utf8()).toBe('k');
  });

  test('is reduced to what lies in nothing else of it, the last first', () => {
    const tape = tapeOf('{"a":{"a":1},"b":{"a":{"a":2}}}');
    const outermost = outermostFromEnd(tape, findPlaces(tape, path('$..a')));
    expect(outermost.map(({ at }) => textOf(tape, at))).toEqual(['{"a":2}', '{"a":1}']);
    expect(outermost.every(({ at }) => endOf(tape, at) <= tape.length)).toBe(true);
  });

  test('may not be too much', () => {
    const deep = `${'['.repeat(100)}1${']'.repeat(100)}`;
    expect(() => found(deep, `$${'..*'.repeat(6)}`)).toThrow(/^ERR path (looks at|matches) too many values$/);
  });
});
