import { ByteSlice } from '#server/base/byte-slice.js';
import { keysAt } from '#server/commands/command.js';
import { keyPositions, keysOf } from '#server/commands/command-keys.js';

const argv = ['MSET', 'a', '1', 'b', '2'].map(ByteSlice.fromText);
const names = (keys: readonly ByteSlice[]): string[] => keys.map((key) => key.latin1());

test('positions follow first, last and step', () => {
  const [spec] = keysAt(1, -1, 2, 'OW');
  expect(spec === undefined ? [] : keyPositions(spec, 5)).toEqual([1, 3]);
});

test('keys are those of all specifications, but for channels and places beyond the arguments', () => {
  expect(names(keysOf(keysAt(1, -1, 2, 'OW'), argv))).toEqual(['a', 'b']);
  expect(keysOf(keysAt(1, -1, 1, 'not_key'), argv)).toEqual([]);
  expect(names(keysOf([{ first: 0, last: 0, step: 0, flags: [], movable: () => [3, 9] }], argv))).toEqual(['b']);
});
