import { checkIdentity, checkTexts, EmbedderError, isUnitLength } from '#sdk/embedders/embedder.js';

test.each(['use-lite-en-1', 'text-embedding-3-small.1536', 'a', 'a'.repeat(64)])('the id %p is fine', (id) => {
  expect(() => checkIdentity(id, 3)).not.toThrow();
});

test.each(['', 'Upper', 'with space', '-first', 'colon:', 'a'.repeat(65)])('the id %p is refused', (id) => {
  expect(() => checkIdentity(id, 3)).toThrow(EmbedderError);
});

test.each([0, -1, 1.5, Number.NaN, 32_769])('the dimension %p is refused', (dimension) => {
  expect(() => checkIdentity('id', dimension)).toThrow(EmbedderError);
});

test('texts are counted and measured', () => {
  expect(() => checkTexts(['12345'], 5)).not.toThrow();
  expect(() => checkTexts(['12345', '123456'], 5)).toThrow('at most 5 characters a text: received 6');
  expect(() => checkTexts(new Array(10_001).fill(''), 5)).toThrow('at most 10000 texts a call: received 10001');
});

test('unit length allows for rounding only', () => {
  expect(isUnitLength(new Float32Array([0.6, 0.8]))).toBe(true);
  expect(isUnitLength(new Float32Array([0.6, 0.81]))).toBe(false);
  expect(isUnitLength(new Float32Array([Number.NaN, 0]))).toBe(false);
});
