import { searchErrorFor, searchErrors } from '#server/search/search-errors.js';

/** What clients look for in a message, in lower case where they do. */
test.each([
  ['RedisVL', 'unknown index name'],
  ['RedisVL and LangGraph', 'no such index'],
  ['RedisVL', 'index not found'],
  ['GLIDE', 'not found in database'],
  ['mem0', 'not found'],
])('%s finds "%s" when an index is missing', (_client, words) => {
  const { message } = searchErrorFor.noSuchIndex('idx', 0);
  expect(message.toLowerCase()).toContain(words);
  expect(message).not.toContain('unknown command');
});

test('names are shown as text', () => {
  expect(searchErrorFor.noSuchIndex(Buffer.from('grün').toString('latin1'), 0).message).toContain("'grün'");
});

test('an index that exists is told in the words of both servers', () => {
  const { message } = searchErrorFor.indexExists('idx', 2);
  expect(message).toContain('Index already exists');
  expect(message).toContain('Index idx in database 2 already exists.');
});

test('the error of a dialect names it', () => {
  expect(searchErrors.dialect.message).toMatch(/DIALECT/);
});
