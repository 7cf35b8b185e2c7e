import { ByteSlice } from '#server/base/byte-slice.js';
import { ArgumentParser } from '#server/commands/argument-parser.js';
import {
  asEnd,
  asStart,
  checkTrim,
  groupError,
  idArguments,
  noTrim,
  openIdOf,
  partialIdOf,
  streamIdOf,
  trimOf,
  trimOption,
} from '#server/commands/stream-arguments.js';
import { errorFor } from '#server/errors.js';
import { StreamId } from '#server/types/stream-id.js';
import { frame } from '../../support/in-process.js';

const slice = ByteSlice.fromLatin1;
const max = '18446744073709551615';

function parser(...words: string[]): ArgumentParser {
  const args = new ArgumentParser();
  const { buffer, words: framed } = frame(['XCOMMAND', ...words]);
  args.reset(buffer, framed, 0, 1, 'xcommand');
  return args;
}

test.each([
  ['5', '5-9'],
  ['5-1', '5-1'],
  ['007-1', '7-1'],
  ['+5-1', '5-1'],
  [' 5', '5-9'],
  ['5-\t1', '5-1'],
  [`${max}-${max}`, `${max}-${max}`],
  ['9007199254740993', '9007199254740993-9'],
  ['1--05', '1-18446744073709551611'],
  ['1--0', '1-0'],
  ['1-1\0x', '1-1'],
  ...['', '-', '+', '-1', '1-', '1--5', '1-1-1', '1-*', 'x', '5 ', '18446744073709551616', '1'.repeat(128)].map(
    (text): [string, undefined] => [text, undefined],
  ),
])('the id %j is %s', (text, expected) => {
  expect(streamIdOf(slice(text), 9)?.text()).toBe(expected);
});

test('an id may leave its sequence open, or be the first or the last', () => {
  expect(partialIdOf(slice('7-*'))).toEqual({ id: StreamId.of(7, 0), hasSequence: false });
  expect(partialIdOf(slice('7-**'))).toBeUndefined();
  expect([openIdOf(slice('-')), openIdOf(slice('+')), openIdOf(slice('--'))]).toEqual([
    StreamId.zero,
    StreamId.max,
    undefined,
  ]);
});

test.each([
  ['5', '5-0', `5-${max}`],
  ['(5-3', '5-4', '5-2'],
  ['(5', '5-1', '5-18446744073709551614'],
  ['-', '0-0', '0-0'],
  ['+', `${max}-${max}`, `${max}-${max}`],
])('an interval from %s begins with %s, and one to it ends with %s', (text, start, end) => {
  const args = parser();
  expect([asStart(args, slice(text)).text(), asEnd(args, slice(text)).text()]).toEqual([start, end]);
  expect(args.finish()).toBeUndefined();
});

test('an interval cannot begin after the last id, nor end before the first', () => {
  const starts = parser();
  asStart(starts, slice(`(${max}-${max}`));
  expect(starts.finish()?.message).toBe('ERR invalid start ID for the interval');
  const ends = parser();
  asEnd(ends, slice('(0-0'));
  expect(ends.finish()?.message).toBe('ERR invalid end ID for the interval');
  const open = parser();
  asStart(open, slice('(-'));
  expect(open.finish()?.message).toMatch('Invalid stream ID');
});

test('ids are read to the end, or to the first that is none', () => {
  expect(idArguments(parser('1', '2-2')).map((id) => id.text())).toEqual(['1-0', '2-2']);
  const args = parser('1', 'x');
  idArguments(args);
  expect(args.finish()?.message).toBe('ERR Invalid stream ID specified as stream command argument');
});

test('a trim has a threshold, and a limit where it goes by nodes', () => {
  const args = parser('maxlen', '~', '5', 'LIMIT', '7');
  const trim = noTrim();
  while (args.remaining > 0) expect(trimOption(args, trim)).toBe(true);
  checkTrim(args, trim);
  expect(args.finish()).toBeUndefined();
  expect(trimOf(trim, 5, 100)).toEqual({ threshold: 5, approximate: true, limit: 7 });
  const withoutLimit = { ...trim, hasLimit: false };
  expect([0, 10, 100, 10 ** 9].map((entries) => trimOf(withoutLimit, 5, entries).limit)).toEqual([
    ...[10_000, 1000, 10_000, 1_000_000],
  ]);
  expect(trimOf(noTrim(), 5, 100).limit).toBe(0);
  expect(trimOption(parser('BOGUS', '1'), noTrim())).toBe(false);
});

test('an error names key and group as C prints them', () => {
  expect(groupError(errorFor.noKeyOrGroup, slice('k\0x'), 'g\0').message).toBe(
    "NOGROUP No such key 'k' or consumer group 'g'",
  );
});
