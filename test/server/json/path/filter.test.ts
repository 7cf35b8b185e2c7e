import { ByteSlice } from '#server/base/byte-slice.js';
import { passes } from '#server/json/path/filter.js';
import { parsePath } from '#server/json/path/path-parser.js';
import { tapeOf } from '../documents.js';

/** Whether a value passes a filter that speaks of `@` alone. */
function passing(json: string, filter: string): boolean {
  const [step] = parsePath(ByteSlice.fromText(`$[?${filter}]`)).steps;
  const tape = tapeOf(json);
  return (
    step?.type === 'filter' && passes(step.filter, ({ steps }) => (steps.length === 0 ? { tape, at: 0 } : undefined))
  );
}

test.each([
  ['1', '@ == 1', true],
  ['1', '@ == 1.0', true],
  ['1', '@ != 2', true],
  ['"b"', '@ > "a"', true],
  ['"b"', '@ <= "a"', false],
  ['true', '@ >= false', true],
  ['null', '@ <= null', true],
  ['1', '@ < "2"', false],
  ['[1]', '@ == [1]', true],
  ['[1]', '@ >= [1]', false],
  ['"Hello"', '@ =~ "^H.*o$"', true],
  ['"Hello"', '@ =~ "(?i)hello"', true],
  ['"Hello"', '@ =~ "("', false],
  ['"x"', '@ =~ @', true],
  ['1', '@ =~ "1"', false],
  ['2', '@ in [1,2.0]', true],
  ['3', '@ in [1,2]', false],
  ['3', '@ nin [1,2]', true],
  ['3', '@ in 3', false],
  ['1', '@.missing == 1', false],
  ['1', '@.missing != 1', true],
  ['1', '@.missing nin [1]', true],
  ['1', '@.missing', false],
  ['1', '!@.missing', true],
  ['null', '@', true],
  ['1', 'false', true],
])('%s and %s: %s', (json, filter, expected) => {
  expect(passing(json, filter)).toBe(expected);
});
