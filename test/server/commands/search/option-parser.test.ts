import type { ArgumentParser } from '#server/commands/argument-parser.js';
import { countedArguments, readDialect, upperText } from '#server/commands/search/option-parser.js';
import { parsedLine } from './parsing.js';

const counted = (args: ArgumentParser): string[] => countedArguments(args, 'X').map(upperText);

test('a list is as long as it says', () => {
  expect(parsedLine((args) => [counted(args), upperText(args.bytes())], '2 a b c')).toEqual([['A', 'B'], 'C']);
  expect(parsedLine(counted, '0')).toEqual([]);
});

test.each([
  ['3 a b', 'Bad arguments for X: Expected an argument, but none provided'],
  ['-1 a', 'Bad arguments for X: the count is outside acceptable bounds'],
  ['a b', 'Bad arguments for X: the count is outside acceptable bounds'],
])('%s is no list', (line, message) => {
  expect(parsedLine(counted, line)).toBe(message);
});

test('a list that is not there is an error', () => {
  expect(parsedLine((args) => args.flag('A') && counted(args), 'A')).toBe(
    'Bad arguments for X: Expected an argument, but none provided',
  );
});

test('a dialect is one of four', () => {
  for (const known of ['1', '2', '3', '4']) expect(parsedLine(readDialect, known)).toBe(Number(known));
  for (const none of ['0', '5', 'x']) expect(parsedLine(readDialect, none)).toContain('DIALECT requires');
});
