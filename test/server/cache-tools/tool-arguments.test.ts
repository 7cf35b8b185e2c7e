import { readToolArguments, type ToolForm } from '#server/cache-tools/tool-arguments.js';

const form: ToolForm = {
  options: new Map([
    ['--a', undefined],
    ['--b', 'default'],
  ]),
  switches: new Set(['--dry-run']),
  operandsMax: 1,
};

test('options in both forms, switches and operands, in any order', () => {
  expect(readToolArguments(['file', '--a=x=y', '--dry-run'], form)).toEqual({
    options: new Map([
      ['--a', 'x=y'],
      ['--b', 'default'],
    ]),
    switches: new Set(['--dry-run']),
    operands: ['file'],
  });
  expect(readToolArguments(['--b', '--a'], form)).toMatchObject({
    options: new Map([
      ['--a', undefined],
      ['--b', '--a'],
    ]),
  });
});

test.each([
  [['--a'], '--a needs a value'],
  [['--c=1'], "unknown option '--c'"],
  [['--dry-run=yes'], "unknown option '--dry-run'"],
  [['one', 'two'], "unexpected argument 'two'"],
  [['one', 'constructor'], "unexpected argument 'constructor'"],
])('%p is a mistake', (argv, mistake) => {
  expect(readToolArguments(argv, form)).toEqual({ mistake });
});
