import { Tokenizer, type Vocabulary } from '#sdk/embedders/sentence-encoder/tokenizer.js';

const RESERVED: Vocabulary = ['�', '<s>', '</s>', 'x1', 'x2', 'x3'].map((piece) => [piece, 0] as const);
const PIECES: Vocabulary = [
  ['▁', -5],
  ['▁car', -3],
  ['▁card', -4],
  ['d', -6],
  ['s', -2],
  ['▁c', -4],
  ['a', -4],
  ['r', -4],
];
const VOCABULARY = [...RESERVED, ...PIECES];

function pieces(text: string): (string | undefined)[] {
  return new Tokenizer(VOCABULARY).encode(text).map((id) => VOCABULARY[id]?.[0]);
}

test.each([
  ['card', ['▁card']],
  ['cards', ['▁card', 's']],
  ['car', ['▁car']],
  ['car card', ['▁car', '▁card']],
  ['  car \n\t card ', ['▁car', '▁card']],
  ['', []],
  [' \n ', []],
  ['ｃａｒ', ['▁car']],
])('cuts %p where the scores are best', (text, expected) => {
  expect(pieces(text)).toEqual(expected);
});

test('unknown characters in a row count once', () => {
  expect(pieces('car☃☂☁s')).toEqual(['▁car', '�', 's']);
  expect(pieces('☃')).toEqual(['▁', '�']);
});

test('markers are not found in text', () => {
  expect(pieces('<s>')).not.toContain('<s>');
});

test('a character outside the basic plane is one character', () => {
  expect(pieces('car😀s')).toEqual(['▁car', '�', 's']);
});
