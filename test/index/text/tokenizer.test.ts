import { defaultTextSettings } from '#index/text/text-settings.js';
import { fold, Tokenizer, wordCharsMax } from '#index/text/tokenizer.js';

const tokenizer = new Tokenizer(defaultTextSettings.punctuation);
const words = (text: string): string[] => tokenizer.tokens(text).map(({ word }) => word);

describe('a tokenizer', () => {
  it.each([
    ['Hello, World!', ['hello', 'world']],
    ['foo-bar a.b', ['foo', 'bar', 'a', 'b']],
    ['snake_case stays', ['snake_case', 'stays']],
    ['foo\\-bar', ['foo-bar']],
    ['a\\ b', ['a b']],
    ['tab\there\nline', ['tab', 'here', 'line']],
    ['日本語 text', ['日本語', 'text']],
    ['', []],
    [' ,. ', []],
    ['\\', []],
  ])('cuts %j into %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('says where words stand', () => {
    const text = 'Say «Hello»: foo\\-bar';
    const found = tokenizer.tokens(text).map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(['Say', '«Hello»', 'foo\\-bar']);
  });

  it('cuts at other characters when it is told to', () => {
    expect(new Tokenizer('_]^-').tokens('a_b]c^d-e.f').map(({ word }) => word)).toEqual(['a', 'b', 'c', 'd', 'e.f']);
    expect(new Tokenizer('').tokens('a.b c').map(({ word }) => word)).toEqual(['a.b', 'c']);
  });

  it('cuts words short that are none', () => {
    expect(words('x'.repeat(1000))).toEqual(['x'.repeat(wordCharsMax)]);
  });
});

it.each([
  ['STRASSE', 'straße'],
  ['ΣΑΣ', 'σας'],
  ['ÉTÉ', 'e\u0301te\u0301'],
])('%s and %s are one word', (a, b) => {
  expect(fold(a)).toBe(fold(b));
});
