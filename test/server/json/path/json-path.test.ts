import { JsonPathError } from '#server/json/path/json-path.js';

test('an error of a path says what is wrong with it', () => {
  expect(new JsonPathError('why').message).toBe('why');
});
