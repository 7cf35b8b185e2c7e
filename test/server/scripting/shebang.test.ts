import { ReplyError } from '#server/errors.js';
import { flagNames, flagsFrom, parseScript, parseShebang, UNDECLARED } from '#server/scripting/shebang.js';

describe('the first line of a script', () => {
  test('is taken apart at blanks', () => {
    expect(parseShebang('#!lua  name=x\tflags=a \nbody')).toEqual({
      engine: '#!lua',
      options: ['name=x', 'flags=a'],
      body: '\nbody',
    });
    expect(parseShebang('#!lua')).toBeUndefined();
  });

  test('declares flags, and its line stays in the body', () => {
    expect(parseScript('#!lua flags=no-writes,allow-oom\nreturn 1')).toEqual({
      flags: { ...UNDECLARED, declared: true, noWrites: true, allowOom: true },
      body: '\nreturn 1',
    });
  });

  test('may be missing: then nothing is declared', () => {
    expect(parseScript('return 1')).toEqual({ flags: UNDECLARED, body: 'return 1' });
    expect(parseScript('#!lua\nreturn 1')).toMatchObject({ flags: { declared: true, noWrites: false } });
  });

  test.each([
    ['#!', 'ERR Invalid script shebang'],
    ['#!js\n', 'ERR Unexpected engine in script shebang: #!js'],
    ['#!lua x\n', 'ERR Unknown lua shebang option: x'],
    ['#!lua flags=bogus\n', 'ERR Unexpected flag in script shebang: bogus'],
  ])('%j is refused', (source, message) => {
    const parsed = parseScript(source);
    expect(parsed).toBeInstanceOf(ReplyError);
    expect(parsed).toMatchObject({ message });
  });

  test('flags have names both ways', () => {
    const names = ['no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'];
    const flags = flagsFrom(names);
    expect(flags === undefined ? [] : flagNames(flags)).toEqual(names);
    expect(flagsFrom(['bogus'])).toBeUndefined();
  });
});
