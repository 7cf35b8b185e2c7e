import { syntaxError, tokensOf } from '#index/expression/tokens.js';

const shown = (text: string): string[] => tokensOf(text).map((token) => `${token.kind} ${token.text} ${token.at}`);

test('an expression is cut into tokens with their places', () => {
  expect(shown('@price*1.5 >= .5e3')).toEqual([
    'property price 0',
    'sign * 6',
    'number 1.5 7',
    'sign >= 11',
    'number .5e3 14',
    'end  18',
  ]);
  expect(shown('inf infinite')).toEqual(['number inf 0', 'word infinite 4', 'end  12']);
  expect(shown('$name')).toEqual(['parameter name 0', 'end  5']);
});

test('texts are in either quotes, and lose their escapes', () => {
  expect(shown(`"it's" 'a "b"' "c\\"\\n"`)).toEqual([`text it's 0`, 'text a "b" 7', 'text c"\\n 15', 'end  22']);
});

test('names hold dots, escaped punctuation and what is not ASCII', () => {
  expect(shown('@a.b @a\\-b @$.x @größe-1')).toEqual([
    'property a.b 0',
    'property a-b 5',
    'property $.x 11',
    'property größe 16',
    'sign - 22',
    'number 1 23',
    'end  24',
  ]);
});

test('what is no token is an error that names its place', () => {
  expect(() => tokensOf('1 + #')).toThrow("Syntax error at offset 4 near '#'");
  expect(() => tokensOf('"open')).toThrow('Syntax error at offset 0');
  expect(syntaxError('abc', 1, 'why').message).toBe("Syntax error at offset 1 near 'bc': why");
});
