import { JsonSyntaxError } from '#server/json/json-syntax-error.js';

test('a syntax error says what is wrong', () => {
  expect(new JsonSyntaxError('expected value at line 1 column 1').message).toBe('expected value at line 1 column 1');
});
