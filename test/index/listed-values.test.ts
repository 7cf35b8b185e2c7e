import { defineSchema, ListedValues, parseQuery, SearchIndex } from '#index/mod.js';
import { text } from './documents.js';

const schema = defineSchema([
  { type: 'TAG', identifier: 't' },
  { type: 'NUMERIC', identifier: 'n' },
  { type: 'TEXT', identifier: 'w' },
]);

test('values that a document shows as a list are found like others', () => {
  const index = new SearchIndex(schema);
  const document = new Map([
    ['t', new ListedValues(text('red,blue'))],
    ['n', new ListedValues(text('3\0' + '5'))],
    ['w', new ListedValues(text('one\ntwo'))],
  ]);
  expect(index.put('a', document)).toEqual({ status: 'indexed' });
  for (const query of ['@t:{blue}', '@n:[5 5]', '@n:[3 3]', 'two']) {
    expect([query, index.search(parseQuery(query, { schema })).total]).toEqual([query, 1]);
  }
  expect(index.validate()).toEqual([]);
});
